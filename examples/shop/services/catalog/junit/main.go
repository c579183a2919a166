// Command junit runs the tests of this module and writes what became of them as reports/junit.xml.
package main

import (
	"bufio"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// report is where the result goes, in the folder that the tests run in.
const report = "reports/junit.xml"

// event is a line of `go test -json`, see `go doc test2json`.
type event struct {
	Action  string
	Package string
	Test    string
	Elapsed float64
	Output  string
}

type failure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

type testCase struct {
	Name    string    `xml:"name,attr"`
	Class   string    `xml:"classname,attr"`
	Seconds float64   `xml:"time,attr"`
	Failure *failure  `xml:"failure"`
	Skipped *struct{} `xml:"skipped"`
}

type testSuite struct {
	XMLName  xml.Name   `xml:"testsuite"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Cases    []testCase `xml:"testcase"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "junit:", err)
		os.Exit(1)
	}
}

func run() error {
	tests := exec.Command("go", "test", "-count=1", "-json", "./...")
	tests.Stderr = os.Stderr
	lines, err := tests.StdoutPipe()
	if err != nil {
		return err
	}
	if err := tests.Start(); err != nil {
		return err
	}
	suite, err := readEvents(lines, os.Stdout)
	if err != nil {
		return err
	}
	verdict := tests.Wait()
	if err := write(suite); err != nil {
		return err
	}
	return verdict
}

// readEvents makes a suite of what `go test -json` prints, and passes on what people read.
func readEvents(lines io.Reader, log io.Writer) (testSuite, error) {
	suite := testSuite{Name: "catalog"}
	said := map[string]*strings.Builder{}
	failed := map[string]bool{} // packages in which a test failed
	scanner := bufio.NewScanner(lines)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		var each event
		if err := json.Unmarshal(scanner.Bytes(), &each); err != nil {
			return suite, fmt.Errorf("cannot read the line %q: %w", scanner.Text(), err)
		}
		name := each.Package + " " + each.Test
		if said[name] == nil {
			said[name] = &strings.Builder{}
		}
		said[name].WriteString(each.Output)
		fmt.Fprint(log, each.Output)
		isPackage := each.Test == ""
		if isPackage && (each.Action != "fail" || failed[each.Package]) {
			continue // only a package that fails without a test is a failure of its own
		}
		if isPackage {
			each.Test = "(the package)"
		}
		suite.add(each, said[name].String())
		failed[each.Package] = failed[each.Package] || each.Action == "fail"
	}
	return suite, scanner.Err()
}

// add counts the end of a test; other events are none.
func (suite *testSuite) add(end event, said string) {
	result := testCase{Name: end.Test, Class: end.Package, Seconds: end.Elapsed}
	switch end.Action {
	case "pass":
	case "skip":
		suite.Skipped++
		result.Skipped = &struct{}{}
	case "fail":
		suite.Failures++
		result.Failure = &failure{Message: end.Test + " failed", Text: said}
	default:
		return
	}
	suite.Tests++
	suite.Cases = append(suite.Cases, result)
}

func write(suite testSuite) error {
	text, err := xml.MarshalIndent(suite, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(report), 0o755); err != nil {
		return err
	}
	return os.WriteFile(report, append([]byte(xml.Header), append(text, '\n')...), 0o644)
}
