// Command web-server is a service as it should be: it keeps connections alive, gives them up without cutting one
// off once it is told to, and ends when everything is answered.
//
//	GET /release  what is in the environment variable RELEASE
//	GET /drain    for preStop: from now on the last answer of each connection; takes as long as DRAIN says
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	release, isSet := os.LookupEnv("RELEASE")
	if !isSet {
		log.Fatal("RELEASE is not set")
	}
	drain, err := time.ParseDuration(os.Getenv("DRAIN"))
	if err != nil {
		log.Fatalf("DRAIN: %v", err)
	}
	var isDraining atomic.Bool
	http.HandleFunc("GET /release", func(w http.ResponseWriter, _ *http.Request) {
		if isDraining.Load() {
			w.Header().Set("Connection", "close")
		}
		fmt.Fprintln(w, release)
	})
	http.HandleFunc("GET /drain", func(w http.ResponseWriter, _ *http.Request) {
		isDraining.Store(true)
		time.Sleep(drain)
	})
	server := &http.Server{Addr: ":8080"}
	ended, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() {
		if err := server.ListenAndServe(); err != http.ErrServerClosed {
			log.Fatal(err)
		}
	}()
	<-ended.Done()
	if err := server.Shutdown(context.Background()); err != nil {
		log.Fatal(err)
	}
}
