//go:build linux && (amd64 || arm64)

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// How a fault is put at one system call of another program: a child (faultsChild) asks the kernel to report every call
// that changes a file to whoever holds a listener, sends the listener to this process and becomes the program. The
// kernel holds each such call back until this process has answered: go on, fail with an error number, or nothing, since
// the program was killed. See seccomp_unotify(2). The numbers of the calls are those of the whole process, whichever
// thread makes them.

// faultsChild starts the child; the program and its arguments follow.
const faultsChild = "-faults-child"

// changing are the calls that are held back whatever their arguments; write, openat and their kin are looked at first.
var changing = []uint32{unix.SYS_PWRITE64, unix.SYS_WRITEV, unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2, unix.SYS_UNLINKAT,
	unix.SYS_MKDIRAT, unix.SYS_FSYNC, unix.SYS_FDATASYNC, unix.SYS_FTRUNCATE, unix.SYS_FCHMODAT, unix.SYS_FCHMOD,
	unix.SYS_LINKAT, unix.SYS_SYMLINKAT, unix.SYS_COPY_FILE_RANGE, unix.SYS_FALLOCATE}

// named are the calls among them whose first argument is an open file.
var named = map[int32]bool{unix.SYS_WRITE: true, unix.SYS_PWRITE64: true, unix.SYS_WRITEV: true, unix.SYS_FSYNC: true,
	unix.SYS_FDATASYNC: true, unix.SYS_FTRUNCATE: true, unix.SYS_FCHMOD: true, unix.SYS_FALLOCATE: true}

// filling are the calls that a full disk refuses.
var filling = map[int32]bool{unix.SYS_WRITE: true, unix.SYS_PWRITE64: true, unix.SYS_WRITEV: true,
	unix.SYS_OPENAT: true, unix.SYS_MKDIRAT: true, unix.SYS_FSYNC: true, unix.SYS_FDATASYNC: true,
	unix.SYS_FALLOCATE: true, unix.SYS_RENAMEAT: true, unix.SYS_RENAMEAT2: true}

// filter is the program that the kernel runs at each call. Offsets are those of struct seccomp_data.
func filter() []unix.SockFilter {
	const number, argument = 0, 16
	load := func(at uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: at}
	}
	jump := func(test uint16, k uint32, yes, no int) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | test | unix.BPF_K, K: k, Jt: uint8(yes), Jf: uint8(no)}
	}
	give := func(what uint32) unix.SockFilter { return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: what} }
	n := len(changing)
	f := []unix.SockFilter{load(number),
		jump(unix.BPF_JEQ, unix.SYS_WRITE, n+2, 0),
		jump(unix.BPF_JEQ, unix.SYS_OPENAT, n+3, 0)}
	for i, c := range changing {
		f = append(f, jump(unix.BPF_JEQ, c, n-i+5, 0))
	}
	return append(f, give(unix.SECCOMP_RET_ALLOW),
		load(argument), jump(unix.BPF_JGT, 2, 3, 2), // write, but not to standard output and error
		load(argument+16), jump(unix.BPF_JSET, unix.O_WRONLY|unix.O_RDWR|unix.O_CREAT|unix.O_TRUNC, 1, 0),
		give(unix.SECCOMP_RET_ALLOW), give(unix.SECCOMP_RET_USER_NOTIF))
}

// becomeHeldBack is the child: it never returns but with an error.
func becomeHeldBack(args []string) error {
	runtime.LockOSThread()
	f := filter()
	program := unix.SockFprog{Len: uint16(len(f)), Filter: &f[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	fd, _, errno := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER,
		unix.SECCOMP_FILTER_FLAG_NEW_LISTENER, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return fmt.Errorf("seccomp: %w", errno)
	}
	if err := unix.Sendmsg(3, []byte{0}, unix.UnixRights(int(fd)), nil, 0); err != nil {
		return err
	}
	unix.CloseOnExec(3)
	return unix.Exec(args[0], args, os.Environ())
}

// notification and response are struct seccomp_notif and seccomp_notif_resp.
type notification struct {
	ID         uint64
	PID, Flags uint32
	Number     int32
	Arch       uint32
	IP         uint64
	Args       [6]uint64
}

type response struct {
	ID    uint64
	Value int64
	Error int32
	Flags uint32
}

// heldBack runs a program and puts the fault at its call number `at` (from 1; 0: at none). It returns how many calls
// that change files there were, what the program printed, and its end.
func heldBack(ctx context.Context, at int, fault faultKind, args []string) (calls int, text string, err error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, "", err
	}
	ours, theirs := pair[0], os.NewFile(uintptr(pair[1]), "socket")
	defer unix.Close(ours)
	self, err := os.Executable()
	if err != nil {
		return 0, "", err
	}
	var out strings.Builder
	c := exec.CommandContext(ctx, self, append([]string{faultsChild}, args...)...)
	c.Stdout, c.Stderr, c.ExtraFiles = &out, &out, []*os.File{theirs}
	if err := errors.Join(c.Start(), theirs.Close()); err != nil {
		return 0, "", err
	}
	listener, err := receive(ours)
	if err == nil {
		calls, err = answer(listener, c.Process.Pid, at, fault)
		err = errors.Join(err, unix.Close(listener))
	}
	if err != nil {
		_ = c.Process.Kill()
		return calls, "", errors.Join(err, c.Wait(), errors.New(out.String()))
	}
	err = c.Wait()
	return calls, out.String(), err
}

// receive takes the listener from the socket.
func receive(socket int) (int, error) {
	b, oob := make([]byte, 1), make([]byte, unix.CmsgSpace(4))
	_, n, _, _, err := unix.Recvmsg(socket, b, oob, unix.MSG_CMSG_CLOEXEC)
	if err != nil {
		return 0, err
	}
	messages, err := unix.ParseSocketControlMessage(oob[:n])
	if err != nil || len(messages) != 1 {
		return 0, errors.Join(errors.New("campaign: the kernel gave no listener of system calls"), err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil {
		return 0, err
	}
	return fds[0], nil
}

// answer answers the kernel until the program has ended.
func answer(listener, pid, at int, fault faultKind) (int, error) {
	calls := 0
	for {
		poll := []unix.PollFd{{Fd: int32(listener), Events: unix.POLLIN}}
		if _, err := unix.Poll(poll, -1); err != nil && !errors.Is(err, unix.EINTR) {
			return calls, err
		}
		if poll[0].Revents&unix.POLLIN == 0 {
			if poll[0].Revents&unix.POLLHUP != 0 {
				return calls, nil
			}
			continue
		}
		var n notification
		if errno := ioctl(listener, unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&n)); errno != 0 {
			if errno == unix.ENOENT || errno == unix.EINTR { // the caller died meanwhile
				continue
			}
			return calls, errno
		}
		r := response{ID: n.ID, Flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
		if changes(n) {
			calls++
			switch {
			case at == 0 || calls < at:
			case fault == atCall:
				if err := unix.Kill(pid, unix.SIGKILL); err != nil {
					return calls, err
				}
				continue
			case filling[n.Number]:
				r.Flags, r.Error = 0, -int32(unix.ENOSPC)
			}
		}
		if errno := ioctl(listener, unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&r)); errno != 0 &&
			errno != unix.ENOENT {
			return calls, errno
		}
	}
}

// changes reports whether a call changes a file, and not a pipe or the runtime's own events.
func changes(n notification) bool {
	if !named[n.Number] {
		return true
	}
	to, err := os.Stat(fmt.Sprintf("/proc/%d/fd/%d", n.PID, n.Args[0]))
	return err == nil && (to.Mode().IsRegular() || to.IsDir())
}

func ioctl(fd int, request uintptr, p unsafe.Pointer) syscall.Errno {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(p))
	return errno
}
