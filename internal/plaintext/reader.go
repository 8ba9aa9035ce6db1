// Package plaintext reads text files as UTF-8, whatever they are written in: with or without a mark, UTF-16 with its
// mark (Excel's "Unicode text", PowerShell's >), and Windows-1252 or Latin-1, which is what a text that is no UTF-8 is
// taken for.
package plaintext

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// headBytes are looked at to tell encodings apart.
const headBytes = 64 << 10

// Reader returns the text of r as UTF-8 without a mark.
func Reader(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, headBytes)
	head, _ := b.Peek(headBytes)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = b.Discard(3)
		return b
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(b)
	case !isUTF8(head) && bytes.IndexByte(head, 0) < 0:
		return charmap.Windows1252.NewDecoder().Reader(b)
	}
	return b
}

// isUTF8 reports whether the head of a file is UTF-8; its last rune may be cut.
func isUTF8(head []byte) bool {
	for len(head) > 0 {
		r, n := utf8.DecodeRune(head)
		if r == utf8.RuneError && n == 1 {
			return len(head) < utf8.UTFMax && !utf8.FullRune(head)
		}
		head = head[n:]
	}
	return true
}
