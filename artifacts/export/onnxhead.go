package export

import (
	"eahas/artifacts"
)

func onnxHead(s *artifacts.Surrogate, h *artifacts.Head, o Options) ([]File, error) {
	return nil, ErrUnsupported
}

func queryFiles(s *artifacts.Surrogate) ([]File, error) { return nil, ErrUnsupported }
