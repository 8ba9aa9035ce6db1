package tune

import "errors"

var (
	// ErrJournal is returned when a journal is damaged before its last line, has another format, or belongs to another
	// search.
	ErrJournal = errors.New("tune: journal")
	// ErrRungs is returned when a study has no fold, or shares of the budget that do not grow between 0 and 1.
	ErrRungs = errors.New("tune: rungs")
	// ErrSpace is returned when a setting has no room to move or its scale does not fit its ends.
	ErrSpace = errors.New("tune: space")
)
