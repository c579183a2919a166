package main

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

func TestEventsBecomeASuite(t *testing.T) {
	rows := map[string]struct{ events, report string }{
		"one of each": {
			`{"Action":"pass","Package":"shop","Test":"TestA","Elapsed":0.5}
{"Action":"skip","Package":"shop","Test":"TestB"}
{"Action":"output","Package":"shop","Test":"TestC","Output":"got 1, not 2\n"}
{"Action":"fail","Package":"shop","Test":"TestC"}
{"Action":"fail","Package":"shop"}`,
			`<testsuite name="catalog" tests="3" failures="1" skipped="1">` +
				`<testcase name="TestA" classname="shop" time="0.5"></testcase>` +
				`<testcase name="TestB" classname="shop" time="0"><skipped></skipped></testcase>` +
				`<testcase name="TestC" classname="shop" time="0"><failure message="TestC failed">` +
				"<![CDATA[got 1, not 2\n]]></failure></testcase></testsuite>",
		},
		"a package that does not compile": {
			`{"Action":"output","Package":"shop","Output":"undefined: price\n"}
{"Action":"fail","Package":"shop"}`,
			`<testsuite name="catalog" tests="1" failures="1" skipped="0">` +
				`<testcase name="(the package)" classname="shop" time="0">` +
				"<failure message=\"(the package) failed\"><![CDATA[undefined: price\n]]></failure></testcase></testsuite>",
		},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			suite, err := readEvents(strings.NewReader(row.events), io.Discard)
			if err != nil {
				t.Fatal(err)
			}

			text, err := xml.Marshal(suite)

			if err != nil || string(text) != row.report {
				t.Fatalf("%v\n%s\nnot\n%s", err, text, row.report)
			}
		})
	}
}

func TestWhatIsNoEventIsAnError(t *testing.T) {
	_, err := readEvents(strings.NewReader("no JSON"), io.Discard)

	if err == nil || !strings.HasPrefix(err.Error(), `cannot read the line "no JSON": `) {
		t.Fatalf("error %v", err)
	}
}
