package gbdt

// blockLeaves is the number of leaves that a mask can hold.
const blockLeaves = 64

// runKind is the way in which a tree is evaluated.
type runKind int

const (
	masks8  runKind = iota // trees of up to 8 leaves, eight masks a word
	masks32                // trees of up to 32 leaves, two masks a word
	masks64                // trees of up to 64 leaves, one mask a word
	walked                 // larger trees
)

// leaves is how many leaves a mask of the kind has.
func (k runKind) leaves() int { return [...]int{8, 32, 64}[k] }

// fewSmall is how many trees of up to 8 leaves must follow each other to have masks of their own: else they are among
// larger ones, and would cut their runs into short ones.
const fewSmall = 64

// compileRuns cuts the trees of m into runs of the same kind: mask runs for small trees, walks for large ones.
func compileRuns(m *Model, b *binner, output int) []treeRun {
	var out []treeRun
	kinds := b.kindsOf(m)
	for i := 0; i < len(m.trees); {
		j := stretch(m, kinds, i)
		at, width := output, m.outputs
		if o := m.trees[i].Output; o >= 0 {
			at, width = output+o, 1
		}
		switch kind := kinds[i]; kind {
		case walked:
			out = append(out, treeRun{walk: newWalkRun(m.trees[i:j], at, width)})
		default:
			for first := i; first < j; first += blockTrees(kind) {
				trees := m.trees[first:min(j, first+blockTrees(kind))]
				out = append(out, treeRun{masks: newMaskRun(trees, b, kind, at, width), trees: trees})
			}
		}
		i = j
	}
	return out
}

// kindsOf says how each tree of a model is evaluated.
func (b *binner) kindsOf(m *Model) []runKind {
	kinds := make([]runKind, len(m.trees))
	for i := range kinds {
		if kinds[i] = kindOf(&m.trees[i]); b.off {
			kinds[i] = walked
		}
	}
	for i := 0; i < len(kinds); {
		j := stretch(m, kinds, i)
		if kinds[i] == masks8 && j-i < fewSmall {
			for k := i; k < j; k++ {
				kinds[k] = masks32
			}
		}
		i = j
	}
	return kinds
}

// stretch returns the end of the trees from i on that are of one kind and add to the same output.
func stretch(m *Model, kinds []runKind, i int) int {
	j := i + 1
	for j < len(kinds) && kinds[j] == kinds[i] && m.trees[j].Output == m.trees[i].Output {
		j++
	}
	return j
}

func kindOf(t *Tree) runKind {
	switch n := t.Leaves(); {
	case n <= 8:
		return masks8
	case n <= 32:
		return masks32
	case n <= blockLeaves:
		return masks64
	}
	return walked
}

// maxBlock is the number of mask words of one run.
const maxBlock = 256

func blockTrees(kind runKind) int { return maxBlock * blockLeaves / kind.leaves() }
