package experiment

import (
	"context"

	"eahas/artifacts"
	"eahas/models"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
)

// FinalPiece names the stage that trains a variant on all trials.
func (p Plan) FinalPiece(v *recipe.Variant) stage.Piece {
	return stage.Piece{Name: "final " + v.Name, Parts: []any{p.Key, v, p.Heads, p.Seed}}
}

// Final gives a variant trained on all trials, in its serving form, as bytes, from the store or by training.
func (p Plan) Final(ctx context.Context, r stage.Runner, v *recipe.Variant) (frozen []artifacts.FrozenHead, err error) {
	err = r.Do(ctx, p.FinalPiece(v), &frozen, func(o models.Options) error {
		heads, err := p.Train(ctx, v, p.Table.All(), o)
		if err != nil {
			return err
		}
		frozen, err = freeze(heads)
		return err
	})
	return frozen, err
}

// freeze turns training forms into serving forms and those into bytes.
func freeze(heads []artifacts.Head) ([]artifacts.FrozenHead, error) {
	var out []artifacts.FrozenHead
	for _, h := range heads {
		f, err := h.Freeze()
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}
