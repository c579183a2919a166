// Command registry serves one OCI registry from memory, with the referrers API.
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"

	"cuelabs.dev/go/oci/ociregistry/ocimem"
	"cuelabs.dev/go/oci/ociregistry/ociserver"
)

func main() {
	address := flag.String("address", "", "where to listen, host:port")
	flag.Parse()
	if *address == "" {
		fmt.Fprintln(os.Stderr, "registry: -address is missing")
		os.Exit(2)
	}
	if err := http.ListenAndServe(*address, ociserver.New(ocimem.New(), nil)); err != nil {
		fmt.Fprintln(os.Stderr, "registry:", err)
		os.Exit(1)
	}
}
