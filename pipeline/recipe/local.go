package recipe

import (
	"eahas/models"
	localmodel "eahas/models/local"
)

// local is a line through the nearest training rows. It has no settings.
var local = kind{
	name:   "local",
	places: anywhere &^ (lawRest | oneEpoch),
	trainer: func(*Regressor, Task, models.Representation, models.Data) (models.Trainer, error) {
		return localmodel.Trainer{}, nil
	},
}
