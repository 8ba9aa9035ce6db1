//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package atomicfile

import "os"

// lock never gets a lock here: what killed processes leave stays.
func lock(*os.File) bool { return false }

// locks says that a lock lasts while its file is renamed.
const locks = false

// waitForLock never gets one, either.
func waitForLock(*os.File) bool { return false }
