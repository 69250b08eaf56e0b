package main

// Wrong settings and a taken port: each ends the program with its exit code and says what is wrong.

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
)

func TestWrongSettingsAreRefusedByName(t *testing.T) {
	endpoint := `{"endpoint":"/a/{id}","output_encoding":"no-op","backend":[{"host":["http://h:10"],"url_pattern":"/"}]}`
	with := func(endpoints string) string { return `{"version":3,"endpoints":[` + endpoints + `]}` }
	for says, args := range map[string][]string{
		"-c FILE":                {},
		"not defined: -x":        {"-x"},
		"no such file":           {"-c", "/no/such/file"},
		"row: 0, col: 3":         {"-c", file(t, `{"a`)},
		"unsupported version":    {"-c", file(t, `{"version":2}`)},
		"no endpoints":           {"-c", file(t, `{"version":3}`)},
		"already registered":     {"-c", file(t, with(endpoint+","+endpoint))},
		"conflicts with":         {"-c", file(t, with(endpoint+","+strings.Replace(endpoint, "{id}", "{name}", 1)))},
		`unknown strategy "him"`: {"-c", file(t, with(strings.Replace(endpoint, `"backend"`, `"extra_config":{"qos/ratelimit/router":{"client_max_rate":1,"strategy":"him"}},"backend"`, 1)))},
		`telemetry/logging: lev`: {"-c", file(t, `{"extra_config":{"telemetry/logging":{"level":"LOUD"}},`+with(endpoint)[1:])},
	} {
		err := run(context.Background(), args, io.Discard)
		if exitCode(err) != 2 || !strings.Contains(strings.ToLower(fmt.Sprint(err)), strings.ToLower(says)) {
			t.Errorf("%v: %v; wanted %q", args, err, says)
		}
	}
}

func TestATakenPortIsNamed(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	text := `{"version":3,"listen_ip":"127.0.0.1","endpoints":[{"endpoint":"/a","backend":[{"host":["http://h:10"],"url_pattern":"/"}]}]}`
	err = run(context.Background(), []string{"-c", file(t, text), "-p", port}, io.Discard)
	if exitCode(err) != 1 || !strings.Contains(fmt.Sprint(err), port) {
		t.Errorf("%v", err)
	}
}

func TestHelpIsNoError(t *testing.T) {
	var said strings.Builder
	if err := run(context.Background(), []string{"-h"}, &said); exitCode(err) != 0 || !strings.Contains(said.String(), "-c FILE") {
		t.Errorf("%v %s", err, said.String())
	}
}
