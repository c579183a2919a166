package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

func TestProductsAreAnswered(t *testing.T) {
	var draining atomic.Bool
	handler := newHandler("1.0.0", []product{{Name: "kettle", Cents: 2900}}, &draining)
	answer := httptest.NewRecorder()

	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/products", nil))

	if got := strings.TrimSpace(answer.Body.String()); got != `[{"name":"kettle","cents":2900}]` {
		t.Fatalf("answered %s", got)
	}
}

func TestADrainingServerEndsKeptAliveConnections(t *testing.T) {
	var draining atomic.Bool
	draining.Store(true)
	answer := httptest.NewRecorder()

	newHandler("1.0.0", nil, &draining).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/healthz", nil))

	if got := answer.Header().Get("Connection"); got != "close" {
		t.Fatalf("Connection: %q", got)
	}
}

func TestDataThatIsMissingIsAnError(t *testing.T) {
	_, err := readProducts(filepath.Join(t.TempDir(), "products.json"))

	if err == nil || !strings.HasPrefix(err.Error(), "cannot open the product data: ") {
		t.Fatalf("error %v", err)
	}
}

func TestTheDataOfTheImageIsReadable(t *testing.T) {
	if _, err := os.Stat("data/products.json"); err != nil {
		t.Fatal(err)
	}
	if _, err := readProducts("data/products.json"); err != nil {
		t.Fatal(err)
	}
}
