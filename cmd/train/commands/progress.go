package commands

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"eahas/cmd/internal/program"
	"eahas/pipeline/stage"
)

var outputFlags = []cli.Flag{
	&cli.BoolFlag{Name: "quiet", Usage: "print nothing but errors and the result"},
	&cli.BoolFlag{Name: "json-log", Usage: "print events as JSON lines on standard error"},
}

// observer shows the events of a run as the user asked: bars on a terminal, plain lines elsewhere, JSON lines, or
// nothing. The returned function ends the display.
func observer(c *cli.Context) (stage.Observer, func()) {
	w := c.App.ErrWriter
	switch {
	case c.Bool("quiet"):
		return nil, func() {}
	case c.Bool("json-log"):
		return jsonEvents(w), func() {}
	}
	if f, ok := program.Below(w).(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		b := &bars{w: w, terminal: f}
		return b.event, b.close
	}
	return plainEvents(w), func() {}
}

func jsonEvents(w io.Writer) stage.Observer {
	log := slog.New(slog.NewJSONHandler(w, nil))
	var mu sync.Mutex
	var whole share
	return func(e stage.Event) {
		mu.Lock()
		whole.event(e, time.Now())
		done, known := whole.part()
		mu.Unlock()
		if e.Kind == stage.Planned {
			return
		}
		level := slog.LevelInfo
		if e.Kind == stage.Warning {
			level = slog.LevelWarn
		}
		attrs := []any{"event", string(e.Kind), "stage", e.Stage}
		if known {
			attrs = append(attrs, "share", done) // of the whole run
		}
		if e.Kind == stage.Progress {
			attrs = append(attrs, "done", e.Done, "total", e.Total)
		}
		log.Log(context.Background(), level, e.Message, attrs...)
	}
}

// plainEvents prints one line for each stage that ran, with its time, and for each note and warning.
func plainEvents(w io.Writer) stage.Observer {
	var mu sync.Mutex
	began := map[string]time.Time{}
	var whole share
	return func(e stage.Event) {
		mu.Lock()
		defer mu.Unlock()
		now := time.Now()
		whole.event(e, now)
		switch e.Kind {
		case stage.Started:
			began[e.Stage] = now
		case stage.Finished:
			so := ""
			if words := whole.words(now); words != "" && whole.work[e.Stage] > 0 {
				so = " (" + words + ")"
			}
			fmt.Fprintf(w, "%s: done in %s%s%s\n", e.Stage, now.Sub(began[e.Stage]).Round(time.Millisecond), so,
				suffix(e.Message))
		case stage.Cached:
			fmt.Fprintf(w, "%s: kept from an earlier run\n", e.Stage)
		case stage.Note:
			fmt.Fprintf(w, "%s: %s\n", e.Stage, e.Message)
		case stage.Warning:
			fmt.Fprintf(w, "warning: %s\n", e.Message)
		}
	}
}

func suffix(message string) string {
	if message == "" {
		return ""
	}
	return ": " + message
}

// bars draws one bar for the stage that moved last; other lines are printed above it.
type bars struct {
	w        io.Writer // for lines
	terminal io.Writer // for the bar, which moves the cursor
	mu       sync.Mutex
	stage    string
	bar      *progressbar.ProgressBar
	last     time.Time
	whole    share
}

func (b *bars) event(e stage.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.whole.event(e, time.Now())
	switch e.Kind {
	case stage.Progress:
		if time.Since(b.last) < 50*time.Millisecond && e.Done < e.Total {
			return
		}
		b.last = time.Now()
		if b.stage != e.Stage || b.bar == nil {
			b.clear()
			b.stage = e.Stage
			b.bar = progressbar.NewOptions(e.Total, progressbar.OptionSetWriter(b.terminal),
				progressbar.OptionSetDescription(b.describe(e.Stage)),
				progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30),
				progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false))
		}
		b.bar.Describe(b.describe(e.Stage))
		_ = b.bar.Set(min(e.Done, e.Total)) // only a picture
	case stage.Finished, stage.Cached:
		b.clear()
		mark := "done"
		if e.Kind == stage.Cached {
			mark = "kept from an earlier run"
		}
		fmt.Fprintf(b.w, "%s: %s%s\n", e.Stage, mark, suffix(e.Message))
	case stage.Note:
		b.clear()
		fmt.Fprintf(b.w, "%s: %s\n", e.Stage, e.Message)
	case stage.Warning:
		b.clear()
		fmt.Fprintf(b.w, "warning: %s\n", e.Message)
	}
}

// describe is the words before the bar: the stage, and the share of the whole run with the time that is left.
func (b *bars) describe(name string) string {
	words := b.whole.words(time.Now())
	if words == "" {
		return graphic(name)
	}
	return words + "; " + graphic(name)
}

// graphic is a stage's name, which a variant's name is part of, with control characters as escapes.
func graphic(name string) string {
	q := strconv.QuoteToGraphic(name)
	return q[1 : len(q)-1]
}

func (b *bars) clear() {
	if b.bar != nil {
		_ = b.bar.Clear() // only a picture
		b.bar = nil
	}
}

func (b *bars) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
}
