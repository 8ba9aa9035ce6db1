package gbdt

// blockLeaves is the number of leaves that a mask can hold.
const blockLeaves = 64

// runKind is the way in which a tree is evaluated.
type runKind int

const (
	masks32 runKind = iota // trees of up to 32 leaves, two masks a word
	masks64                // trees of up to 64 leaves, one mask a word
	walked                 // larger trees
)

// compileRuns cuts the trees of m into runs of the same kind: mask runs for small trees, walks for large ones.
func compileRuns(m *Model, b *binner, output int) []treeRun {
	var out []treeRun
	for i := 0; i < len(m.trees); {
		j := i + 1
		for j < len(m.trees) && b.kindOf(&m.trees[j]) == b.kindOf(&m.trees[i]) &&
			m.trees[j].Output == m.trees[i].Output {
			j++
		}
		at, width := output, m.outputs
		if o := m.trees[i].Output; o >= 0 {
			at, width = output+o, 1
		}
		switch kind := b.kindOf(&m.trees[i]); kind {
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

func (b *binner) kindOf(t *Tree) runKind {
	if b.off {
		return walked
	}
	return kindOf(t)
}

func kindOf(t *Tree) runKind {
	switch n := t.Leaves(); {
	case n <= 32:
		return masks32
	case n <= blockLeaves:
		return masks64
	}
	return walked
}

// maxBlock is the number of mask words of one run.
const maxBlock = 256

func blockTrees(kind runKind) int {
	if kind == masks32 {
		return 2 * maxBlock
	}
	return maxBlock
}
