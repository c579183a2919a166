// Command catalog answers what the shop sells, from a file that is part of its image.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

type product struct {
	Name  string `json:"name"`
	Cents int    `json:"cents"`
}

// drainTime is how long the service goes on answering after SIGTERM: traffic follows the Service's endpoints
// with a delay, and every kept-alive connection must hear "Connection: close" before it is closed.
const drainTime = 4 * time.Second

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "catalog:", err)
		os.Exit(3)
	}
}

func run() error {
	products, err := readProducts(env("CATALOG_DATA", "/data/products.json"))
	if err != nil {
		return err
	}
	var draining atomic.Bool
	listener, err := net.Listen("tcp", env("CATALOG_ADDRESS", ":8080"))
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           newHandler(os.Getenv("CATALOG_VERSION"), products, &draining),
		ReadHeaderTimeout: 5 * time.Second,
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Printf("catalog %s: %d products on %s\n", os.Getenv("CATALOG_VERSION"), len(products), listener.Addr())
	select {
	case err := <-failed:
		return err
	case <-stop:
	}
	draining.Store(true)
	time.Sleep(drainTime)
	return server.Shutdown(context.Background())
}

func newHandler(version string, products []product, draining *atomic.Bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, version) })
	mux.HandleFunc("GET /products", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(products)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if draining.Load() {
			w.Header().Set("Connection", "close")
		}
		mux.ServeHTTP(w, r)
	})
}

func readProducts(path string) ([]product, error) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot open the product data: %w", err)
	}
	var products []product
	if err := json.Unmarshal(bytes, &products); err != nil {
		return nil, fmt.Errorf("cannot read the product data %s: %w", path, err)
	}
	if len(products) == 0 {
		return nil, errors.New("there are no products")
	}
	return products, nil
}

func env(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
