package recipe

import "errors"

// ErrSetting is returned when a setting of a variant contradicts itself, the space or the logs.
var ErrSetting = errors.New("recipe: setting")
