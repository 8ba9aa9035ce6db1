package commands

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"eahas/features"
	"eahas/internal/nullable"
	"eahas/search"
)

func methodsCommand() *cli.Command {
	return &cli.Command{
		Name:  "methods",
		Usage: "every method with its settings, defaults and source",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "write one JSON object"}},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			w := c.App.Writer
			if c.Bool("json") {
				return writeMethods(w)
			}
			for _, k := range search.Kinds() {
				fmt.Fprintf(w, "%s: %s\n  source: %s\n", k.Name, k.Rule, k.Source)
				for _, s := range k.Settings {
					fmt.Fprintf(w, "  %s: %s  # %s\n", s.Name, s.Default, s.Doc)
				}
				for _, p := range k.Prefixes {
					v, err := search.Describe(p + "-" + k.Name)
					if err != nil {
						return err
					}
					fmt.Fprintf(w, "  also %s\n", v.Name)
				}
			}
			for _, p := range search.Prefixes {
				fmt.Fprintf(w, "%s-: %s\n  source: %s\n", p.Name, p.Rule, p.Source)
			}
			return nil
		},
	}
}

// A method of eahas search methods -json.
type method struct {
	Name     string    `json:"name"`
	Rule     string    `json:"rule"`
	Source   string    `json:"source"`
	Settings []setting `json:"settings"`
	Variants []string  `json:"variants"` // energy-aware ones
}

type setting struct {
	Name    string           `json:"name"`
	Default features.Value   `json:"default"`
	Low     *float64         `json:"low,omitempty"` // of a number, ends included
	High    *float64         `json:"high,omitempty"`
	Words   []features.Value `json:"words,omitempty"` // the words that are allowed
	Doc     string           `json:"doc"`
}

// aware is what a prefix of a method's name does.
type aware struct {
	Name   string `json:"name"`
	Rule   string `json:"rule"`
	Source string `json:"source"`
}

func writeMethods(w io.Writer) error {
	var out struct {
		Methods  []method `json:"methods"`
		Prefixes []aware  `json:"prefixes"`
	}
	for _, k := range search.Kinds() {
		m := method{Name: k.Name, Rule: k.Rule, Source: k.Source, Settings: []setting{}, Variants: []string{}}
		for _, s := range k.Settings {
			one := setting{Name: s.Name, Default: s.Default, Words: s.Words, Doc: s.Doc}
			if s.Words == nil {
				one.Low, one.High = nullable.Pointer(s.Low), nullable.Pointer(s.High)
			}
			m.Settings = append(m.Settings, one)
		}
		for _, p := range k.Prefixes {
			m.Variants = append(m.Variants, p+"-"+k.Name)
		}
		out.Methods = append(out.Methods, m)
	}
	for _, p := range search.Prefixes {
		out.Prefixes = append(out.Prefixes, aware(p))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}
