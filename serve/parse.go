package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"eahas/artifacts"
	"eahas/features"
)

// request is the body of a query: exactly one of Config and Configs is set.
type request struct {
	config  features.Config   // nil in a batch
	configs []features.Config // nil otherwise
	ask     artifacts.Ask
}

// parser takes the JSON of one request apart, without reflection and, from the second request on, nearly without
// allocating: axes' names and choices are those of words, and the maps are used again. It takes what RFC 8259 takes and
// refuses besides: a member that is there twice, one that openapi.json does not have, text that is not UTF-8.
type parser struct {
	b     []byte
	at    int
	words map[string]string // texts that need not be copied
	depth int               // of maps in use
	maps  []features.Config
	batch []features.Config
}

// parse reads a whole body. The configurations are valid until the next call. The errors are ErrRequest, or ErrTooLarge
// above maxBatch configurations.
func (p *parser) parse(b []byte, words map[string]string, maxBatch int) (request, error) {
	p.b, p.at, p.words, p.depth = b, 0, words, 0
	r := request{ask: artifacts.Ask{UpTo: artifacts.Whole}}
	err := p.object(func(name string) error { return p.member(&r, name, maxBatch) })
	if err == nil {
		if p.space(); p.at < len(p.b) {
			err = p.wrong("something follows the object")
		}
	}
	switch {
	case errors.Is(err, ErrTooLarge):
		return r, err
	case err != nil:
		return r, fmt.Errorf("%w: the body is not as asked for: %w", ErrRequest, err)
	case (r.config == nil) == (r.configs == nil):
		return r, fmt.Errorf(`%w: wanted {"config": {…}} or {"configs": [{…}, …]}`, ErrRequest)
	}
	return r, nil
}

// memberNames are the members of a request.
var memberNames = [...]string{"config", "configs", "up_to", "level", "sample"}

func (p *parser) member(r *request, name string, maxBatch int) (err error) {
	switch name {
	case "config":
		r.config, err = p.configuration()
	case "configs":
		r.configs, err = p.list(maxBatch)
	case "up_to":
		r.ask.UpTo, err = p.optional(artifacts.Whole)
	case "level":
		r.ask.Level, err = p.optional(0)
	case "sample":
		r.ask.Sample, r.ask.Seed, err = p.seed()
	default:
		err = p.wrong("there is no member %.100q; there are %q", name, memberNames)
	}
	return err
}

// object reads {"name": …, …} and calls read at each value.
func (p *parser) object(read func(name string) error) error {
	if p.next() != '{' {
		return p.wrong("wanted an object")
	}
	p.at++
	var seen [len(memberNames)]string
	for n := 0; ; n++ {
		if c := p.next(); c == '}' && n == 0 {
			p.at++
			return nil
		}
		name, err := p.name()
		if err != nil {
			return err
		}
		if slices.Contains(seen[:min(n, len(seen))], name) {
			return p.wrong("%q is there twice", name)
		}
		if n < len(seen) { // beyond, a name is unknown or there twice
			seen[n] = name
		}
		if err := read(name); err != nil {
			return err
		}
		if end, err := p.comma('}'); end || err != nil {
			return err
		}
	}
}

// configuration reads one object of scalars.
func (p *parser) configuration() (features.Config, error) {
	if p.next() != '{' {
		return nil, p.wrong("wanted an object, axis to value")
	}
	p.at++
	c := p.fresh()
	for n := 0; ; n++ {
		if p.next() == '}' && n == 0 {
			p.at++
			return c, nil
		}
		name, err := p.name()
		if err != nil {
			return nil, err
		}
		if _, twice := c[name]; twice {
			return nil, p.wrong("axis %.100q is there twice", name)
		}
		v, err := p.value()
		if err != nil {
			return nil, fmt.Errorf("axis %.100q: %w", name, err)
		}
		c[name] = v
		if end, err := p.comma('}'); end || err != nil {
			return c, err
		}
	}
}

// fresh returns an empty map, one of an earlier request where there is one.
func (p *parser) fresh() features.Config {
	if p.depth == len(p.maps) {
		p.maps = append(p.maps, features.Config{})
	}
	c := p.maps[p.depth]
	clear(c)
	p.depth++
	return c
}

// list reads [{…}, …].
func (p *parser) list(most int) ([]features.Config, error) {
	if p.next() != '[' {
		return nil, p.wrong("configs: wanted a list")
	}
	p.at++
	if p.batch == nil {
		p.batch = []features.Config{}
	}
	out := p.batch[:0]
	for {
		if p.next() == ']' && len(out) == 0 {
			p.at++
			return out, nil
		}
		if len(out) == most {
			return nil, fmt.Errorf("%w: more than %d configurations in one request", ErrTooLarge, most)
		}
		c, err := p.configuration()
		if err != nil {
			return nil, fmt.Errorf("configuration %d: %w", len(out), err)
		}
		out = append(out, c)
		p.batch = out
		if end, err := p.comma(']'); end || err != nil {
			return out, err
		}
	}
}

// comma reads what stands between two elements; end: it was the closing bracket.
func (p *parser) comma(closing byte) (end bool, err error) {
	switch c := p.next(); c {
	case closing:
		p.at++
		return true, nil
	case ',':
		p.at++
		return false, nil
	}
	return false, p.wrong("wanted ',' or '%c'", closing)
}

// name reads "name":.
func (p *parser) name() (string, error) {
	if p.next() != '"' {
		return "", p.wrong("wanted a name in quotes")
	}
	name, err := p.text()
	if err != nil {
		return "", err
	}
	if p.next() != ':' {
		return "", p.wrong("wanted ':'")
	}
	p.at++
	return name, nil
}

// value reads a scalar as features.ValueOf does.
func (p *parser) value() (features.Value, error) {
	switch c := p.next(); {
	case c == '"':
		s, err := p.text()
		return features.Text(s), err
	case c == '-' || '0' <= c && c <= '9':
		x, err := p.number()
		return features.Number(x), err
	case p.word("true"):
		return features.Text("true"), nil
	case p.word("false"):
		return features.Text("false"), nil
	case p.word("null"):
		return features.Value{}, nil
	case c == '{' || c == '[':
		return features.Value{}, p.wrong("a list or an object is not a number, a text or null")
	}
	return features.Value{}, p.wrong("wanted a number, a text or null")
}

// optional reads a number; null means absent.
func (p *parser) optional(absent float64) (float64, error) {
	if p.next(); p.word("null") {
		return absent, nil
	}
	return p.number()
}

// seed reads a whole number of 64 bits; null means absent.
func (p *parser) seed() (given bool, seed uint64, err error) {
	if p.next(); p.word("null") {
		return false, 0, nil
	}
	digits, err := p.digits()
	if err != nil {
		return false, 0, err
	}
	if seed, err = strconv.ParseUint(string(digits), 10, 64); err != nil {
		return false, 0, p.wrong("sample %.40s is not a whole number from 0 to 2^64-1", digits)
	}
	return true, seed, nil
}

// number reads a number that a float64 holds; one too small to tell from 0 is 0, as everywhere.
func (p *parser) number() (float64, error) {
	digits, err := p.digits()
	if err != nil {
		return 0, err
	}
	x, err := strconv.ParseFloat(string(digits), 64)
	if err != nil || math.IsInf(x, 0) {
		return 0, p.wrong("number %.40s is too large", digits)
	}
	return x, nil
}

// digits reads the text of a number: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
func (p *parser) digits() ([]byte, error) {
	begin := p.at
	some := func() bool {
		from := p.at
		for p.at < len(p.b) && '0' <= p.b[p.at] && p.b[p.at] <= '9' {
			p.at++
		}
		return p.at > from
	}
	p.byte('-', '-')
	zero := p.byte('0', '0')
	if !zero && !some() {
		return nil, p.wrong("wanted a number")
	}
	if p.byte('.', '.') && !some() {
		return nil, p.wrong("a number ends after its point")
	}
	if p.byte('e', 'E') {
		p.byte('+', '-')
		if !some() {
			return nil, p.wrong("a number ends in its exponent")
		}
	}
	return p.b[begin:p.at], nil
}

// byte skips one of two bytes.
func (p *parser) byte(a, b byte) bool {
	if p.at < len(p.b) && (p.b[p.at] == a || p.b[p.at] == b) {
		p.at++
		return true
	}
	return false
}

// word skips a literal.
func (p *parser) word(w string) bool {
	if len(p.b)-p.at >= len(w) && string(p.b[p.at:p.at+len(w)]) == w {
		p.at += len(w)
		return true
	}
	return false
}

// text reads a text in quotes. Escapes, which axes hardly have, are left to encoding/json.
func (p *parser) text() (string, error) {
	begin, escaped, ascii := p.at+1, false, true
	for i := begin; i < len(p.b); i++ {
		switch c := p.b[i]; {
		case c == '\\':
			escaped = true
			i++
		case c < ' ':
			p.at = i
			return "", p.wrong("a control character in a text")
		case c >= utf8.RuneSelf:
			ascii = false
		case c == '"':
			p.at = i + 1
			return p.unquote(p.b[begin:i], p.b[begin-1:i+1], escaped, ascii)
		}
	}
	p.at = len(p.b)
	return "", p.wrong("a text without end")
}

func (p *parser) unquote(plain, quoted []byte, escaped, ascii bool) (string, error) {
	if !ascii && !utf8.Valid(plain) {
		return "", p.wrong("a text that is not UTF-8")
	}
	if escaped {
		var s string
		if err := json.Unmarshal(quoted, &s); err != nil {
			return "", p.wrong("%w", err)
		}
		return s, nil
	}
	if s, ok := p.words[string(plain)]; ok {
		return s, nil
	}
	return string(plain), nil
}

// next skips white space and returns the byte there, 0 at the end.
func (p *parser) next() byte {
	p.space()
	if p.at == len(p.b) {
		return 0
	}
	return p.b[p.at]
}

func (p *parser) space() {
	for p.at < len(p.b) {
		switch p.b[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// wrong says what is wrong, and where.
func (p *parser) wrong(format string, args ...any) error {
	if p.at >= len(p.b) {
		return fmt.Errorf("unexpected EOF: "+format, args...)
	}
	return fmt.Errorf("byte %d: "+format, append([]any{p.at}, args...)...)
}

// words lists the texts that requests to a space are made of: the axes' names and their choices.
func words(space *features.Space) map[string]string {
	out := map[string]string{}
	for i := range space.Params {
		q := &space.Params[i]
		out[q.Name] = q.Name
		for _, v := range q.Choices {
			if s, ok := v.Str(); ok {
				out[s] = s
			}
		}
	}
	for _, s := range memberNames {
		out[s] = s
	}
	return out
}
