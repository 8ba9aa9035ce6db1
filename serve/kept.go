package serve

import (
	"container/list"
	"hash/maphash"
	"slices"
	"sync"
)

// kept remembers the answers to single questions that came at least twice, by the bytes of the request's body. A bundle
// never changes and its answer follows from the body alone, noise by its seed too, so that a kept answer is the bytes
// that would be made again. It belongs to one bundleSet and goes with it.
//
// A question that comes once costs a hash and leaves 8 bytes; what searchers and pages ask again and again is what
// stays.
type kept struct {
	seed   maphash.Seed
	shards [keptShards]keptShard
}

const (
	keptShards = 16
	keptSeen   = 1 << 10 // hashes a shard remembers of questions that came once
	// keptLargest is the most bytes of a question and its answer together that are kept.
	keptLargest = 64 << 10
	// keptExtra is about what an entry takes besides its bytes.
	keptExtra = 256
)

type keptShard struct {
	sync.Mutex
	budget, used int
	seen         [keptSeen]uint64 // by the hash's upper bits: the last that came there
	byKey        map[keptKey]*list.Element
	order        list.List // of *keptAnswer, the one asked for last in front
}

type keptKey struct {
	bundle *served
	hash   uint64
}

type keptAnswer struct {
	key          keptKey
	question     string
	answer       []byte   // never changed
	length       []string // its header
	extrapolates bool
}

// newKept returns a memory of at most so many bytes; nil, which keeps nothing, below 1.
func newKept(bytes int) *kept {
	if bytes < 1 {
		return nil
	}
	k := &kept{seed: maphash.MakeSeed()}
	for i := range k.shards {
		s := &k.shards[i]
		s.budget, s.byKey = bytes/keptShards, map[keptKey]*list.Element{}
	}
	return k
}

// find returns the kept answer to a question, nil when there is none. keep says that the question has come before, so
// that its answer should be kept.
func (k *kept) find(b *served, question []byte) (found *keptAnswer, keep bool) {
	if k == nil {
		return nil, false
	}
	key := k.key(b, question)
	s := k.shard(key)
	s.Lock()
	defer s.Unlock()
	if e, ok := s.byKey[key]; ok {
		if a := e.Value.(*keptAnswer); a.question == string(question) {
			s.order.MoveToFront(e)
			return a, false
		}
	}
	at := &s.seen[key.hash>>32%keptSeen]
	keep = *at == key.hash
	*at = key.hash
	return nil, keep
}

// add keeps an answer, and forgets those that were not asked for longest where there is no room.
func (k *kept) add(b *served, question, answer []byte, extrapolates bool) {
	size := len(question) + len(answer) + keptExtra
	key := k.key(b, question)
	s := k.shard(key)
	if size > min(keptLargest, s.budget) {
		return
	}
	a := &keptAnswer{key, string(question), slices.Clone(answer), lengthOf(answer), extrapolates}
	s.Lock()
	defer s.Unlock()
	if e, ok := s.byKey[key]; ok { // another request was first
		s.remove(e)
	}
	for s.used+size > s.budget {
		s.remove(s.order.Back())
	}
	s.used += size
	s.byKey[key] = s.order.PushFront(a)
}

func (s *keptShard) remove(e *list.Element) {
	a := s.order.Remove(e).(*keptAnswer)
	s.used -= len(a.question) + len(a.answer) + keptExtra
	delete(s.byKey, a.key)
}

func (k *kept) key(b *served, question []byte) keptKey {
	return keptKey{b, maphash.Bytes(k.seed, question)}
}

func (k *kept) shard(key keptKey) *keptShard { return &k.shards[key.hash%keptShards] }
