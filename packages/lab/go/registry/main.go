// Command registry serves one OCI registry from memory: one of several kinds, behind a password, a token
// service or nothing, with or without TLS.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"cuelabs.dev/go/oci/ociregistry/ocimem"
	"cuelabs.dev/go/oci/ociregistry/ociserver"
	"github.com/google/go-containerregistry/pkg/registry"
)

func main() {
	address := flag.String("address", "", "where to listen, host:port")
	kind := flag.String("kind", "cuelabs", "cuelabs, go-containerregistry or go-containerregistry-with-referrers")
	certificate := flag.String("certificate", "", "PEM file of the certificate chain; plain HTTP without")
	key := flag.String("key", "", "PEM file of the certificate's key")
	var access accessOptions
	flag.StringVar(&access.password, "password", "", "file with user:password")
	flag.StringVar(&access.realm, "realm", "", "address of the token service")
	flag.StringVar(&access.service, "service", "", "how the token service calls this registry")
	flag.StringVar(&access.issuer, "issuer", "", "who issues the tokens")
	flag.StringVar(&access.signer, "signer", "", "PEM file of the certificate that tokens are signed with")
	flag.Parse()
	if err := serve(*address, *kind, *certificate, *key, access); err != nil {
		fmt.Fprintln(os.Stderr, "registry:", err)
		os.Exit(1)
	}
}

func serve(address, kind, certificate, key string, access accessOptions) error {
	if address == "" {
		return fmt.Errorf("-address is missing")
	}
	content, err := newRegistry(kind)
	if err != nil {
		return err
	}
	handler, err := guard(content, access)
	if err != nil {
		return err
	}
	if certificate == "" {
		return http.ListenAndServe(address, handler)
	}
	return http.ListenAndServeTLS(address, certificate, key, handler)
}

func newRegistry(kind string) (http.Handler, error) {
	quiet := registry.Logger(log.New(io.Discard, "", 0))
	switch kind {
	case "cuelabs":
		return ociserver.New(ocimem.New(), nil), nil
	case "go-containerregistry":
		return registry.New(quiet), nil
	case "go-containerregistry-with-referrers":
		return registry.New(quiet, registry.WithReferrersSupport(true)), nil
	}
	return nil, fmt.Errorf("-kind %s: expected cuelabs, go-containerregistry or go-containerregistry-with-referrers", kind)
}
