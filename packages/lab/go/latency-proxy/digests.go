package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"sync"
)

// resource is something that is fetched for its digest.
type resource struct {
	URL    string `json:"url"`
	Accept string `json:"accept"`
}

// answerDigests fetches what it is asked for, and answers with the digest of each: `sha256:…`, or nothing for
// what is not there or does not come whole.
func answerDigests(w http.ResponseWriter, r *http.Request) {
	var wanted []resource
	if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	digests := make([]string, len(wanted))
	var group sync.WaitGroup
	for index, each := range wanted {
		group.Add(1)
		go func() {
			defer group.Done()
			digests[index] = fetchDigest(each)
		}()
	}
	group.Wait()
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"digests": digests})
}

func fetchDigest(wanted resource) string {
	request, err := http.NewRequest(http.MethodGet, wanted.URL, nil)
	if err != nil {
		return ""
	}
	request.Header.Set("Accept", wanted.Accept)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, response.Body); err != nil || response.StatusCode != http.StatusOK {
		return ""
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil))
}
