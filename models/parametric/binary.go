package parametric

import "eahas/models/internal/wire"

const magic = "EHPARM1"

// AppendBinary appends the codec's bytes to b. The error is always nil. Layout, little-endian:
//
//	offset 0  "EHPARM1"
//	       7  length of the family's name, uint32
//	      11  the family's name, ASCII
//
// The formulas and bounds of the families are those of the table in family.go.
func (c *Codec) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendBlock(append(b, magic...), []byte(c.family.name)), nil
}

// Decode reads the bytes that AppendBinary wrote. The errors wrap ErrFormat.
func Decode(b []byte) (*Codec, error) {
	r := wire.NewReader(b, magic)
	name := string(r.Block())
	if err := r.Close(); err != nil {
		return nil, err
	}
	c, err := New(name)
	if err != nil {
		r.Fail("%v", err)
		return nil, r.Err()
	}
	return c, nil
}
