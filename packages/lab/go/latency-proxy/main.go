// Command latency-proxy is what a benchmark of registry clients needs around them.
//
//	latency-proxy proxy -upstreams 127.0.0.1:5000,127.0.0.1:5001
//
// puts a proxy before each registry, which holds requests for a while and counts them;
//
//	latency-proxy measure
//
// runs the commands that it reads, and tells how long they took and how much memory they had;
//
//	latency-proxy hold program argument…
//
// runs a program. Each ends when its standard input does, and whatever it runs ends with it.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "latency-proxy:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	verb := ""
	if len(args) > 0 {
		verb = args[0]
	}
	switch verb {
	case "proxy":
		flags := flag.NewFlagSet("proxy", flag.ExitOnError)
		upstreams := flags.String("upstreams", "", "the registries, host:port, separated by commas")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		return serve(strings.Split(*upstreams, ","))
	case "measure":
		return measure(os.Stdin, os.Stdout)
	case "hold":
		return hold(args[1:])
	}
	return fmt.Errorf("given %q, expected proxy, measure or hold", verb)
}

// hold runs a program until standard input ends.
func hold(argv []string) error {
	if len(argv) == 0 {
		return fmt.Errorf("hold: expected a program")
	}
	runtime.LockOSThread() // the child ends with the thread that started it
	command := exec.Command(argv[0], argv[1:]...)
	command.Stdout = os.Stdout
	command.Stderr = os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		return err
	}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	return command.Wait()
}
