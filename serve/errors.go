package serve

import (
	"errors"
	"net/http"

	"eahas/artifacts"
	"eahas/features"
)

// The errors of New and of requests.
var (
	// ErrName is returned by New when a bundle's name is used twice or cannot stand in an address.
	ErrName = errors.New("serve: bad bundle name")
	// ErrOptions is returned by New when a limit is below zero.
	ErrOptions = errors.New("serve: bad options")
	// ErrRequest is why a request is 400: its body is not what openapi.json asks for.
	ErrRequest = errors.New("bad request")
	// ErrTooLarge is why a request is 413: the body, the batch or the answer exceeds a limit.
	ErrTooLarge = errors.New("too large")
	// ErrUnknownBundle is why a request is 404.
	ErrUnknownBundle = errors.New("no such bundle")
	// ErrSlow is why a request is 408: it came slower than MinRate.
	ErrSlow = errors.New("the request came too slowly")
	// ErrLoading is why a request is 503 before the first Replace.
	ErrLoading = errors.New("the bundles are being loaded; try again")
	// ErrBusy is why a request is 503: there are MaxInFlight requests already, or the server stops.
	ErrBusy = errors.New("busy; try again")
)

// status chooses the code of an error.
func status(err error) int {
	switch {
	case errors.Is(err, artifacts.ErrConfig), errors.Is(err, artifacts.ErrEpochs), errors.Is(err, artifacts.ErrLevel):
		return http.StatusUnprocessableEntity
	case errors.Is(err, ErrRequest):
		return http.StatusBadRequest
	case errors.Is(err, ErrTooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, ErrUnknownBundle):
		return http.StatusNotFound
	case errors.Is(err, ErrSlow):
		return http.StatusRequestTimeout
	case errors.Is(err, ErrBusy), errors.Is(err, ErrLoading):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// axisOf returns the axis by which a configuration was refused, or "".
func axisOf(err error) string {
	var outside *features.OutOfSpaceError
	if errors.As(err, &outside) {
		return outside.Axis
	}
	return ""
}
