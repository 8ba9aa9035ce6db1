package tune

import "errors"

var (
	// ErrJournal is returned when a journal is damaged before its last line, or belongs to another search.
	ErrJournal = errors.New("tune: journal")
	// ErrSpace is returned when a setting has no room to move or its scale does not fit its ends.
	ErrSpace = errors.New("tune: space")
)
