// Command admission-webhook answers a Kubernetes API server's questions over TLS: everything may pass but what has
// the label deny=true.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"net/http"
)

type review struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Request    *question `json:"request,omitempty"`
	Response   *verdict  `json:"response,omitempty"`
}

type question struct {
	UID    string `json:"uid"`
	Object struct {
		Metadata struct {
			Labels map[string]string `json:"labels"`
		} `json:"metadata"`
	} `json:"object"`
}

type verdict struct {
	UID     string  `json:"uid"`
	Allowed bool    `json:"allowed"`
	Status  *status `json:"status,omitempty"`
}

type status struct {
	Message string `json:"message"`
}

func main() {
	address := flag.String("address", ":8443", "where to listen")
	folder := flag.String("tls", "/tls", "where tls.crt and tls.key are")
	flag.Parse()
	http.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("POST /validate", validate)
	log.Fatal(http.ListenAndServeTLS(*address, *folder+"/tls.crt", *folder+"/tls.key", nil))
}

func validate(w http.ResponseWriter, r *http.Request) {
	var asked review
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || asked.Request == nil {
		http.Error(w, "no AdmissionReview", http.StatusBadRequest)
		return
	}
	answer := verdict{UID: asked.Request.UID, Allowed: true}
	if asked.Request.Object.Metadata.Labels["deny"] == "true" {
		answer.Allowed = false
		answer.Status = &status{Message: "the label deny says no"}
	}
	w.Header().Set("Content-Type", "application/json")
	asked.Request, asked.Response = nil, &answer
	if err := json.NewEncoder(w).Encode(asked); err != nil {
		log.Print(err)
	}
}
