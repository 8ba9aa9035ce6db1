package plaintext

import (
	"io"
	"strings"
	"testing"
)

// TestReader reads one text in the encodings that spreadsheets and shells write; bytes by Python 3.11's codecs.
func TestReader(t *testing.T) {
	const want = "größe;müh\n"
	for name, in := range map[string]string{
		"utf-8":     want,
		"utf-8-sig": "\xef\xbb\xbf" + want,
		"utf-16-le": "\xff\xfeg\x00r\x00\xf6\x00\xdf\x00e\x00;\x00m\x00\xfc\x00h\x00\n\x00",
		"utf-16-be": "\xfe\xff\x00g\x00r\x00\xf6\x00\xdf\x00e\x00;\x00m\x00\xfc\x00h\x00\n",
		"cp1252":    "gr\xf6\xdfe;m\xfch\n",
	} {
		got, err := io.ReadAll(Reader(strings.NewReader(in)))
		if string(got) != want || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	cut := strings.Repeat("x", headBytes-1) + "é" // its second byte is behind the head
	if got, _ := io.ReadAll(Reader(strings.NewReader(cut))); string(got) != cut {
		t.Error("a rune that the head cuts makes UTF-8 something else")
	}
}
