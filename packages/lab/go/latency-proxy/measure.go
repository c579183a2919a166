package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// task is a line that measure reads.
type task struct {
	Argv []string `json:"argv"`
	// All of the environment: `NAME=value`.
	Env       []string `json:"env"`
	Cwd       string   `json:"cwd"`
	TimeoutMs int      `json:"timeoutMs"`
}

// measured is the line that answers it.
type measured struct {
	WallMs float64 `json:"wallMs"`
	// -1 when a signal ended it.
	ExitCode int `json:"exitCode"`
	// The most memory that the process ever had resident, as the kernel counted it. A process of a few
	// megabytes is counted as large as this one, from which it was made.
	PeakBytes int64  `json:"peakBytes"`
	TimedOut  bool   `json:"timedOut"`
	Stdout    string `json:"stdout"`
	Stderr    string `json:"stderr"`
}

// measure answers each line with a line.
func measure(in io.Reader, out io.Writer) error {
	runtime.LockOSThread() // a child ends with the thread that started it
	decoder := json.NewDecoder(in)
	encoder := json.NewEncoder(out)
	for {
		var next task
		if err := decoder.Decode(&next); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		answer, err := perform(next)
		if err != nil {
			return err
		}
		if err := encoder.Encode(answer); err != nil {
			return err
		}
	}
}

func perform(next task) (measured, error) {
	var stdout, stderr tail
	command := exec.Command(next.Argv[0], next.Argv[1:]...)
	command.Env = next.Env
	command.Dir = next.Cwd
	command.Stdout = &stdout
	command.Stderr = &stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	start := time.Now()
	if err := command.Start(); err != nil {
		return measured{}, err
	}
	timer := time.AfterFunc(time.Duration(next.TimeoutMs)*time.Millisecond, func() { command.Process.Kill() })
	command.Wait() // its error says again what the state says
	wall := time.Since(start)
	isInTime := timer.Stop()
	answer := measured{
		WallMs:   float64(wall.Microseconds()) / 1000,
		ExitCode: command.ProcessState.ExitCode(),
		TimedOut: !isInTime,
		Stdout:   stdout.String(),
		Stderr:   stderr.String(),
	}
	if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
		answer.PeakBytes = usage.Maxrss * 1024
	}
	return answer, nil
}

const tailBytes = 8192

// tail keeps the end of what is written to it.
type tail struct{ bytes.Buffer }

func (t *tail) Write(part []byte) (int, error) {
	t.Buffer.Write(part)
	if extra := t.Len() - tailBytes; extra > 0 {
		t.Next(extra)
	}
	return len(part), nil
}
