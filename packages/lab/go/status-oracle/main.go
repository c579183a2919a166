// Says of Kubernetes objects how far they are, as two others see it: an object as JSON a line in, an answer as JSON
// a line out. `kstatus` is sigs.k8s.io/cli-utils, which Helm 4 and Flux wait with; `rollout` is what
// `kubectl rollout status` would do with the object, absent for kinds that it does not know.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/kubectl/pkg/polymorphichelpers"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

type kstatusAnswer struct {
	Status  string `json:"status"`
	Message string `json:"message"`
	Error   string `json:"error"`
}

type rolloutAnswer struct {
	Done    bool   `json:"done"`
	Message string `json:"message"`
	Error   string `json:"error"`
}

type answer struct {
	Kstatus kstatusAnswer  `json:"kstatus"`
	Rollout *rolloutAnswer `json:"rollout,omitempty"`
}

func main() {
	log.SetFlags(0)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	out := bufio.NewWriter(os.Stdout)
	answers := json.NewEncoder(out)
	for lines.Scan() {
		object := &unstructured.Unstructured{}
		if err := object.UnmarshalJSON(lines.Bytes()); err != nil {
			log.Fatalf("%s is no object: %v", lines.Text(), err)
		}
		if err := answers.Encode(answer{Kstatus: computeStatus(object), Rollout: computeRollout(object)}); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

func computeStatus(object *unstructured.Unstructured) kstatusAnswer {
	result, err := status.Compute(object)
	if err != nil {
		return kstatusAnswer{Error: err.Error()}
	}
	return kstatusAnswer{Status: result.Status.String(), Message: result.Message}
}

func computeRollout(object *unstructured.Unstructured) *rolloutAnswer {
	viewer, err := polymorphichelpers.StatusViewerFor(object.GroupVersionKind().GroupKind())
	if err != nil {
		return nil
	}
	message, isDone, err := viewer.Status(object, 0)
	if err != nil {
		return &rolloutAnswer{Done: isDone, Message: message, Error: err.Error()}
	}
	return &rolloutAnswer{Done: isDone, Message: message}
}
