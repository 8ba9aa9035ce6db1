package main

import (
	"context"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// alarm wakes a connection when its next request is due. A timer of the runtime comes up to a millisecond late, because
// an idle program waits for its timers and its sockets in one call that counts milliseconds; the kernel's own timer is
// one of the files that this call waits for, and comes within some 50 microseconds, at no cost in between.
type alarm struct {
	fd   int
	file *os.File // of fd
	stop func() bool
}

// newAlarm makes an alarm that also rings when ctx ends. The caller must close it.
func newAlarm(ctx context.Context) (*alarm, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("timerfd_create", err)
	}
	a := &alarm{fd: fd, file: os.NewFile(uintptr(fd), "timer")}
	a.stop = context.AfterFunc(ctx, func() { _ = a.file.SetReadDeadline(time.Unix(0, 1)) })
	return a, nil
}

// wait returns when the time has come, or with an error when the context has ended.
func (a *alarm) wait(until time.Time) error {
	left := time.Until(until)
	if left <= 0 {
		return nil
	}
	at := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(left))}
	if err := unix.TimerfdSettime(a.fd, 0, &at, nil); err != nil {
		return os.NewSyscallError("timerfd_settime", err)
	}
	var count [8]byte
	_, err := a.file.Read(count[:])
	return err
}

func (a *alarm) close() {
	a.stop()
	_ = a.file.Close()
}
