package gbdt

import "errors"

// ErrFormat is returned by Decode when the bytes are not a model, and by New when the parts do not make one.
var ErrFormat = errors.New("gbdt: invalid model")

// ErrMismatch is returned when models or data that must agree in columns or outputs do not.
var ErrMismatch = errors.New("gbdt: columns or outputs do not match")
