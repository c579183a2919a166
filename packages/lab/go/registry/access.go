package main

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
)

// Who may do what: everybody everything where neither a password nor a token service is named.
type accessOptions struct {
	password string
	realm    string
	service  string
	issuer   string
	signer   string
}

func guard(next http.Handler, options accessOptions) (http.Handler, error) {
	switch {
	case options.password != "":
		return guardByPassword(next, options.password)
	case options.realm != "":
		return guardByToken(next, options)
	}
	return next, nil
}

func guardByPassword(next http.Handler, file string) (http.Handler, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	expected := strings.TrimSpace(string(text))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if subtle.ConstantTimeCompare([]byte(user+":"+password), []byte(expected)) == 1 {
			next.ServeHTTP(w, r)
			return
		}
		refuse(w, `Basic realm="registry"`)
	}), nil
}

func guardByToken(next http.Handler, options accessOptions) (http.Handler, error) {
	signer, err := readSigner(options.signer)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		needed := neededAccess(r)
		token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		reason := ""
		if isBearer {
			if reason = judgeToken(token, signer, options, needed); reason == "" {
				next.ServeHTTP(w, r)
				return
			}
		}
		refuse(w, formatChallenge(options, needed, reason))
	}), nil
}

// A part of a scope: what may be done with one repository.
type access struct {
	Type    string   `json:"type"`
	Name    string   `json:"name"`
	Actions []string `json:"actions"`
}

var repositoryPath = regexp.MustCompile(`^/v2/(.+)/(?:manifests|blobs|tags|referrers)/`)

// neededAccess tells what a request needs (distribution's registry/handlers/app.go, appendAccessRecords).
func neededAccess(r *http.Request) []access {
	match := repositoryPath.FindStringSubmatch(r.URL.Path)
	if match == nil {
		return nil
	}
	own := access{Type: "repository", Name: match[1], Actions: []string{"pull"}}
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		own.Actions = []string{"pull", "push"}
	case http.MethodDelete:
		own.Actions = []string{"delete"}
	}
	if from := r.URL.Query().Get("from"); from != "" && r.Method == http.MethodPost {
		return []access{own, {Type: "repository", Name: from, Actions: []string{"pull"}}}
	}
	return []access{own}
}

func formatChallenge(options accessOptions, needed []access, reason string) string {
	challenge := fmt.Sprintf(`Bearer realm="%s",service="%s"`, options.realm, options.service)
	scopes := make([]string, len(needed))
	for i, each := range needed {
		scopes[i] = each.Type + ":" + each.Name + ":" + strings.Join(each.Actions, ",")
	}
	if len(scopes) > 0 {
		challenge += fmt.Sprintf(`,scope="%s"`, strings.Join(scopes, " "))
	}
	if reason != "" {
		challenge += fmt.Sprintf(`,error="%s"`, reason)
	}
	return challenge
}

func refuse(w http.ResponseWriter, challenge string) {
	w.Header().Set("WWW-Authenticate", challenge)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnauthorized)
	fmt.Fprintln(w, `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`)
}
