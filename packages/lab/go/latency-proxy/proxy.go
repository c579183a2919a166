package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// setting is what the proxies do from now on.
type setting struct {
	// How long each request is held before it is passed on.
	LatencyMs int `json:"latencyMs"`
	// "" | "throttle": every tenth request is answered 429 | "phantom-mount": a mount is said to have
	// happened, and the registry never hears of it.
	Mode string `json:"mode"`
	// With throttle: which of ten requests is the first to be answered 429, 0 for the tenth.
	Phase int64 `json:"phase"`
}

// counts is what went through the proxies since the last setting.
type counts struct {
	Blob      int64 `json:"blob"`
	Manifest  int64 `json:"manifest"`
	Referrers int64 `json:"referrers"`
	Tags      int64 `json:"tags"`
	Other     int64 `json:"other"`
	// Bodies, both directions.
	Bytes     int64 `json:"bytes"`
	Throttled int64 `json:"throttled"`
}

type machine struct {
	lock    sync.RWMutex
	setting setting

	total, blob, manifest, referrers, tags, other, bytes, throttled atomic.Int64
}

// serve puts a proxy before each registry, writes a line that says where they are, and ends with its input.
func serve(upstreams []string) error {
	state := &machine{}
	hosts := make([]string, len(upstreams))
	for index, upstream := range upstreams {
		host, err := start(newProxy(upstream, state))
		if err != nil {
			return err
		}
		hosts[index] = host
	}
	administration := http.NewServeMux()
	administration.HandleFunc("/", state.answer)
	administration.HandleFunc("POST /digests", answerDigests)
	admin, err := start(administration)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"admin": admin, "hosts": hosts}); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func start(handler http.Handler) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go func() {
		err := http.Serve(listener, handler)
		fmt.Fprintln(os.Stderr, "latency-proxy:", err)
		os.Exit(1)
	}()
	return listener.Addr().String(), nil
}

// answer is the administration: PUT a setting, which also sets all counts to zero; GET the counts.
func (m *machine) answer(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPut {
		var next setting
		if err := json.NewDecoder(r.Body).Decode(&next); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		m.lock.Lock()
		m.setting = next
		m.lock.Unlock()
		for _, each := range []*atomic.Int64{
			&m.blob, &m.manifest, &m.referrers, &m.tags, &m.other, &m.bytes, &m.throttled,
		} {
			each.Store(0)
		}
		m.total.Store(next.Phase)
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(counts{
		Blob:      m.blob.Load(),
		Manifest:  m.manifest.Load(),
		Referrers: m.referrers.Load(),
		Tags:      m.tags.Load(),
		Other:     m.other.Load(),
		Bytes:     m.bytes.Load(),
		Throttled: m.throttled.Load(),
	})
}

// count says whether this request is to be answered 429.
func (m *machine) count(path string, mode string) bool {
	switch {
	case strings.Contains(path, "/blobs/"):
		m.blob.Add(1)
	case strings.Contains(path, "/manifests/"):
		m.manifest.Add(1)
	case strings.Contains(path, "/referrers/"):
		m.referrers.Add(1)
	case strings.HasSuffix(path, "/tags/list"):
		m.tags.Add(1)
	default:
		m.other.Add(1)
	}
	return m.total.Add(1)%10 == 0 && mode == "throttle"
}

type proxy struct {
	upstream  string
	machine   *machine
	transport *http.Transport
}

func newProxy(upstream string, state *machine) *proxy {
	return &proxy{upstream, state, &http.Transport{
		DisableCompression:  true,
		MaxIdleConnsPerHost: 256,
		ReadBufferSize:      64 << 10,
		WriteBufferSize:     64 << 10,
	}}
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.machine.lock.RLock()
	now := p.machine.setting
	p.machine.lock.RUnlock()
	isThrottled := p.machine.count(r.URL.Path, now.Mode)
	time.Sleep(time.Duration(now.LatencyMs) * time.Millisecond)
	body := &countedBody{r.Body, &p.machine.bytes}
	if isThrottled {
		p.machine.throttled.Add(1)
		io.Copy(io.Discard, body)
		refuse(w)
		return
	}
	mount := r.URL.Query().Get("mount")
	if now.Mode == "phantom-mount" && r.Method == http.MethodPost && mount != "" {
		io.Copy(io.Discard, body)
		w.Header().Set("Location", strings.TrimSuffix(r.URL.Path, "uploads/")+mount)
		w.Header().Set("Docker-Content-Digest", mount)
		w.WriteHeader(http.StatusCreated)
		return
	}
	p.forward(w, r, body)
}

func refuse(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusTooManyRequests)
	io.WriteString(w, `{"errors":[{"code":"TOOMANYREQUESTS","message":"too many requests"}]}`)
}

// forward keeps the Host that the client sent, so that where the registry sends it leads through here too.
func (p *proxy) forward(w http.ResponseWriter, r *http.Request, body *countedBody) {
	onward := r.Clone(r.Context())
	onward.RequestURI = ""
	onward.URL.Scheme = "http"
	onward.URL.Host = p.upstream
	onward.Header.Del("Expect")
	onward.Body = body
	if r.ContentLength == 0 {
		onward.Body = http.NoBody
	}
	response, err := p.transport.RoundTrip(onward)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer response.Body.Close()
	header := w.Header()
	for name, values := range response.Header {
		header[name] = values
	}
	w.WriteHeader(response.StatusCode)
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	copied, err := io.CopyBuffer(plainWriter{w}, response.Body, *buffer)
	p.machine.bytes.Add(copied)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
}

var buffers = sync.Pool{New: func() any {
	buffer := make([]byte, 256<<10)
	return &buffer
}}

// plainWriter hides what would make io.CopyBuffer take a smaller buffer of its own.
type plainWriter struct{ io.Writer }

// countedBody counts what a client sends.
type countedBody struct {
	io.ReadCloser
	bytes *atomic.Int64
}

func (b *countedBody) Read(part []byte) (int, error) {
	n, err := b.ReadCloser.Read(part)
	b.bytes.Add(int64(n))
	return n, err
}
