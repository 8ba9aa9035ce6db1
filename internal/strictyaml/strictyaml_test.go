package strictyaml

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

type config struct {
	Name string   `yaml:"name"`
	List []string `yaml:"list"`
	Any  any      `yaml:"any"`
}

// bomb is the "billion laughs": each level is nine times the one before.
func bomb(levels int) string {
	var b strings.Builder
	b.WriteString("any:\n  - &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i <= levels; i++ {
		one := fmt.Sprintf("*a%d", i-1)
		fmt.Fprintf(&b, "  - &a%d [%s]\n", i, strings.Join([]string{one, one, one, one, one, one, one, one, one}, ", "))
	}
	return b.String()
}

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		name, text string
		limit      bool   // ErrLimit is wanted
		says       string // part of the error; "" wants none
	}{
		{"a config", "name: a\nlist: [b, c]\n", false, ""},
		{"an alias", "list: &l [b]\nany: *l\n", false, ""},
		{"intervals in comments", strings.Repeat("# 0 to 1 [0, 1)\n", 500) + "name: a\n", false, ""},
		{"brackets in a text", "name: '" + strings.Repeat("[", 500) + "'\n", false, ""},
		{"small laughs", bomb(3), false, ""},
		{"unknown key", "nam: a\n", false, `[1:1] unknown field "nam"`},
		{"nothing", "# only a comment\n", false, "EOF"},
		{"malformed tag", "name: x\nlist:\n !- name:WW WWWWWWW", false, "malformed YAML"},
		{"billion laughs", bomb(10), true, "[7:9] more than 500000 values"},
		{"an alias of itself", "any: &a [*a]\n", true, "[1:10] *a stands before or inside of &a"},
		{"an alias before its anchor", "list: *a\nany: &a [b]\n", true, "[1:7] *a stands"},
		{"brackets", "any: " + strings.Repeat("[", 100_000), true, "[1:106] more than 100 levels"},
		{"braces", "any: " + strings.Repeat("{a: ", 1000), true, "more than 100 levels"},
		{"dashes", "any:\n  " + strings.Repeat("- ", 1000) + "x\n", true, "line 2: more than 100 levels"},
		{"indented", stairs(1000), true, "levels"},
		{"large", strings.Repeat("# a\n", 2_000_000), true, "more than 4194304 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var v config
			err := Decode([]byte(c.text), &v)
			switch {
			case c.says == "" && err != nil:
				t.Fatal(err)
			case c.says == "":
				return
			case err == nil || !strings.Contains(err.Error(), c.says):
				t.Fatalf("got %.300v, want %q", err, c.says)
			case errors.Is(err, ErrLimit) != c.limit:
				t.Fatalf("errors.Is(%v, ErrLimit) is not %v", err, c.limit)
			}
		})
	}
}

// stairs is a map in a map in a map.
func stairs(levels int) string {
	var b strings.Builder
	b.WriteString("any:\n")
	for i := range levels {
		fmt.Fprintf(&b, "%sa:\n", strings.Repeat(" ", i+1))
	}
	return b.String()
}

func TestLongLinesAreCutInErrors(t *testing.T) {
	var v config
	err := Decode([]byte("name: [a]\nlist: "+strings.Repeat("x", 100_000)+"\n"), &v)
	if err == nil || len(err.Error()) > 2000 || !strings.Contains(err.Error(), "[1:7]") {
		t.Fatalf("got %d characters: %.400v", len(err.Error()), err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"name: a\nlist: [b]\n", bomb(10), "any: &a [*a]\n", stairs(120),
		"any: [[[[[[[[[[", "- &a\n-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var v config
		_ = Decode([]byte(text), &v)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 256<<20+uint64(len(text))<<12 {
			t.Fatalf("%d bytes of YAML allocated %d", len(text), used)
		}
	})
}
