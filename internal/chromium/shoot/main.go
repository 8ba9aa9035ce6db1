// Command shoot takes a picture of a page with $EAHAS_CHROMIUM.
//
//	go run ./internal/chromium/shoot -width 1400 -dark -whole -out report.png file:///folder/report.html
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"eahas/internal/chromium"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "shoot:", err)
		os.Exit(1)
	}
}

func run() (err error) {
	width := flag.Int("width", 1400, "of the window, in pixels")
	height := flag.Int("height", 900, "of the window, in pixels")
	dark := flag.Bool("dark", false, "as on a dark screen")
	whole := flag.Bool("whole", false, "the whole page, not only the window")
	script := flag.String("script", "", "JavaScript to run before")
	out := flag.String("out", "page.png", "the picture")
	flag.Parse()
	if flag.NArg() != 1 {
		return errors.New("one address, please")
	}
	profile, err := os.MkdirTemp("", "shoot-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(profile)) }()
	b, err := chromium.Start(os.Getenv("EAHAS_CHROMIUM"), profile, time.Minute)
	if err != nil {
		return err
	}
	defer b.Close()
	if err := b.Screen(*width, *height, *dark); err != nil {
		return err
	}
	if _, err := b.Call("Page.navigate", chromium.Object{"url": flag.Arg(0)}); err != nil {
		return err
	}
	const settled = "new Promise(f => document.readyState === 'complete' ? setTimeout(f, 700) : " +
		"addEventListener('load', () => setTimeout(f, 700)))"
	if _, err := b.Eval(settled); err != nil {
		return err
	}
	if *script != "" {
		text, err := b.Eval(*script)
		if err != nil {
			return err
		}
		fmt.Println(text)
		if _, err := b.Eval("new Promise(f => setTimeout(f, 500))"); err != nil {
			return err
		}
	}
	png, err := b.Picture(*whole)
	if err != nil {
		return err
	}
	return os.WriteFile(*out, png, 0o666)
}
