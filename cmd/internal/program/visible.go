package program

import (
	"fmt"
	"io"
	"unicode/utf8"
)

// visible writes text so that a terminal only shows it: names and values come from logs and bundles of anybody, and a
// control character in them would move the cursor, hide text or send keys. Each is shown as its escape, \x1b, or
// \u009b as JSON writes it, too; line ends and tabs stay. Call flush at the end.
type visible struct {
	w    io.Writer
	held []byte // the beginning of a character whose end is not there yet
}

// Write writes p with its control characters shown.
func (v *visible) Write(p []byte) (int, error) {
	text := p
	if len(v.held) > 0 {
		text = append(v.held, p...)
		v.held = nil
	}
	from, i := 0, 0
	for i < len(text) {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			if !utf8.FullRune(text[i:]) {
				v.held = append([]byte(nil), text[i:]...)
				break
			}
			r, size = utf8.DecodeRune(text[i:])
		}
		if escape := escaped(r, text[i:i+size]); escape != "" {
			if err := v.write(text[from:i], escape); err != nil {
				return 0, err
			}
			from = i + size
		}
		i += size
	}
	if err := v.write(text[from:i], ""); err != nil {
		return 0, err
	}
	return len(p), nil
}

// flush writes what was held back.
func (v *visible) flush() error {
	var escapes string
	for _, c := range v.held {
		escapes += fmt.Sprintf(`\x%02x`, c)
	}
	v.held = nil
	return v.write(nil, escapes)
}

func (v *visible) write(text []byte, escape string) error {
	if len(text) > 0 {
		if _, err := v.w.Write(text); err != nil {
			return err
		}
	}
	if escape == "" {
		return nil
	}
	_, err := io.WriteString(v.w, escape)
	return err
}

// escaped is what stands for a character that a terminal acts on, "" for others: controls of ASCII and of Latin-1 (as
// bytes, too, which some terminals read so) and Unicode's Bidi_Control, which makes a line read as another.
func escaped(r rune, c []byte) string {
	switch {
	case r == '\n' || r == '\t':
		return ""
	case r < ' ', r == utf8.RuneError && len(c) == 1 && c[0] < 0xa0:
		return fmt.Sprintf(`\x%02x`, c[0])
	case r >= 0x7f && r < 0xa0, r == 0x061c, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e,
		r >= 0x2066 && r <= 0x2069:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return ""
}

// Below returns the writer below that of Run's commands, which says whether it is a terminal and draws there itself.
func Below(w io.Writer) io.Writer {
	if v, ok := w.(*visible); ok {
		return v.w
	}
	return w
}
