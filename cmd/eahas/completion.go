package main

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"eahas/cmd/internal/program"
)

// The program itself lists what may follow when --generate-bash-completion is the last word; where it lists nothing,
// the shell completes files. Flags are listed with two dashes; a word with one dash is completed all the same.
const (
	bashCompletion = `_eahas() {
  local word=${COMP_WORDS[COMP_CWORD]} words=("${COMP_WORDS[@]:0:COMP_CWORD}") all
  case $word in
    --*) ;;
    -*) word=-$word ;;
  esac
  [[ $word == -* ]] && words+=("$word")
  all=$("${words[@]}" --generate-bash-completion 2>/dev/null)
  mapfile -t COMPREPLY < <(compgen -W "$all" -- "$word")
}
complete -o bashdefault -o default -F _eahas eahas
`
	zshCompletion = `#compdef eahas
_eahas() {
  local word=${words[CURRENT]} all
  local -a before=("${(@)words[1,CURRENT-1]}")
  [[ $word == -* ]] && before+=("$word")
  all=("${(@f)$("${before[@]}" --generate-bash-completion 2>/dev/null)}")
  if [[ -n ${all[1]} ]]; then
    compadd -- "${all[@]}"
  else
    _files
  fi
}
if [[ $funcstack[1] == _eahas ]]; then _eahas "$@"; else compdef _eahas eahas; fi
`
)

func completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print a script that lets a shell complete commands and flags",
		UsageText: "eahas completion bash|zsh|fish",
		Description: "Examples:\n" +
			"  eahas completion bash > ~/.local/share/bash-completion/completions/eahas\n" +
			"  eahas completion zsh > ~/.zfunc/_eahas         # a folder of $fpath\n" +
			"  eahas completion fish > ~/.config/fish/completions/eahas.fish",
		Action: func(c *cli.Context) error {
			script := map[string]string{"bash": bashCompletion, "zsh": zshCompletion}[c.Args().First()]
			switch {
			case c.NArg() != 1 || script == "" && c.Args().First() != "fish":
				return fmt.Errorf("%w: eahas completion takes one of bash, zsh and fish", program.ErrUsage)
			case script == "":
				var err error
				if script, err = c.App.ToFishCompletion(); err != nil {
					return err
				}
			}
			_, err := io.WriteString(c.App.Writer, script)
			return err
		},
	}
}

func manCommand() *cli.Command {
	return &cli.Command{
		Name:        "man",
		Usage:       "print the manual page",
		Description: "Examples:\n  eahas man > eahas.1\n  man ./eahas.1",
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			page, err := c.App.ToMan()
			if err != nil {
				return err
			}
			_, err = io.WriteString(c.App.Writer, page)
			return err
		},
	}
}

func noArguments(c *cli.Context) error {
	if c.NArg() > 0 {
		return fmt.Errorf("%w: eahas %s takes no argument %q", program.ErrUsage, c.Command.Name, c.Args().First())
	}
	return nil
}
