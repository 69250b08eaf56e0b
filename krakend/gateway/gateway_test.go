package main

// What the assembly does with the checked-in krakend.json, against backends that say what they are asked.

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const waitLimit = 20 * time.Second

// One more than the failures on end that a breaker of the file forgives.
const failures = 51

// backend answers with the status and headers of its last set answer, and remembers the request.
type backend struct {
	mu     sync.Mutex
	status int
	header http.Header
	seen   *http.Request
}

func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen = r
	for name, values := range b.header {
		w.Header()[name] = values
	}
	w.WriteHeader(b.status)
	fmt.Fprintf(w, `{"status":%d}`, b.status)
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// start runs the checked-in file with both services at one address, until the test ends; gives the gateway's address.
func start(t *testing.T, service string) string {
	t.Helper()
	text, err := os.ReadFile("../krakend.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"http://store-manager:5000", "http://payment-service:5009"} {
		text = bytes.ReplaceAll(text, []byte(host), []byte(service))
	}
	address := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		_, port, _ := strings.Cut(address, ":")
		ended <- run(ctx, []string{"-c", file(t, string(text)), "-p", port}, io.Discard)
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error("the gateway ended with", err)
		}
	})
	for end := time.Now().Add(waitLimit); ; time.Sleep(time.Millisecond) {
		if answer, err := http.Get("http://" + address + "/__health"); err == nil {
			answer.Body.Close()
			return "http://" + address
		}
		if time.Now().After(end) {
			t.Fatal("the gateway does not answer")
		}
	}
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "krakend.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func ask(t *testing.T, method, url string, header http.Header) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		request.Header[name] = values
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

func TestAnswersPassUnchanged(t *testing.T) {
	service := &backend{}
	server := httptest.NewServer(service)
	defer server.Close()
	gateway := start(t, server.URL)
	for _, status := range []int{201, 202, 303, 304, 404, 409, 412, 422, 503} {
		headers := http.Header{"Content-Language": {"fr"}, "Etag": {`"7"`}, "Retry-After": {"5"}}
		service.status, service.header = status, headers
		answer, body := ask(t, "POST", gateway+"/store-manager-api/orders", nil)
		want := fmt.Sprintf(`{"status":%d}`, status)
		if status == http.StatusNotModified {
			want = ""
		}
		if answer.StatusCode != status || body != want {
			t.Errorf("%d became %d %s", status, answer.StatusCode, body)
		}
		for name := range headers {
			if answer.Header.Get(name) != headers.Get(name) {
				t.Errorf("%d: %s became %q", status, name, answer.Header.Get(name))
			}
		}
	}
}

func TestOnlyListedHeadersAndParametersReachTheService(t *testing.T) {
	service := &backend{status: 200}
	server := httptest.NewServer(service)
	defer server.Close()
	gateway := start(t, server.URL)
	header := http.Header{"Idempotency-Key": {"k1"}, "Traceparent": {"00-1-2-01"}, "Cookie": {"a=b"}}
	ask(t, "GET", gateway+"/store-manager-api/orders?status=open&debug=1", header)
	if got := service.seen.Header; got.Get("Idempotency-Key") != "k1" || got.Get("Traceparent") != "00-1-2-01" || got.Get("Cookie") != "" {
		t.Error("headers:", got)
	}
	if got := service.seen.URL.String(); got != "/orders?status=open" {
		t.Error("asked for", got)
	}
}

func TestTooManyCardsAreRefused(t *testing.T) {
	server := httptest.NewServer(&backend{status: 200})
	defer server.Close()
	gateway := start(t, server.URL)
	for range 200 {
		if answer, _ := ask(t, "POST", gateway+"/payments-api/payments/process/1", nil); answer.StatusCode == 429 {
			return
		}
	}
	t.Error("200 cards at once, and none was refused")
}

func TestTheBreakerOpensAndCloses(t *testing.T) {
	address := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	gateway := start(t, "http://"+address)
	for range failures {
		if answer, _ := ask(t, "GET", gateway+"/store-manager-api/orders", nil); answer.StatusCode != 500 {
			t.Fatal("without a service:", answer.StatusCode)
		}
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	service := &backend{status: 200}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: service}}
	server.Start()
	defer server.Close()
	if answer, _ := ask(t, "GET", gateway+"/store-manager-api/orders", nil); answer.StatusCode != 500 || service.seen != nil {
		t.Fatal("the breaker is not open:", answer.StatusCode)
	}
	for end := time.Now().Add(waitLimit); ; time.Sleep(10 * time.Millisecond) {
		if answer, _ := ask(t, "GET", gateway+"/store-manager-api/orders", nil); answer.StatusCode == 200 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the breaker does not close")
		}
	}
}

func TestItsOwnErrorsAreProblems(t *testing.T) {
	gateway := start(t, "http://127.0.0.1:10")
	for path, want := range map[string]string{"/nothing": "404 no-such-route", "/problems": "405 method-not-allowed"} {
		answer, body := ask(t, "DELETE", gateway+path, nil)
		status, slug, _ := strings.Cut(want, " ")
		if fmt.Sprint(answer.StatusCode) != status || !strings.Contains(body, `"/problems/`+slug+`"`) {
			t.Errorf("%s: %d %s", path, answer.StatusCode, body)
		}
		if answer.StatusCode == 405 && answer.Header.Get("Allow") != "GET" {
			t.Error("Allow:", answer.Header.Get("Allow"))
		}
	}
}
