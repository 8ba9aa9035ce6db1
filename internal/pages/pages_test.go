package pages

import "testing"

// The advice changes no value, wherever the list begins and ends.
func TestLargeKeepsValues(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 1 << 17, 1<<19 + 12345} {
		list := make([]uint64, n)
		Large(list)
		for i := range list {
			if list[i] != 0 {
				t.Fatalf("%d numbers: number %d is %d after the advice", n, i, list[i])
			}
			list[i] = uint64(i)
		}
		Large(list)
		for i, v := range list {
			if v != uint64(i) {
				t.Fatalf("%d numbers: number %d became %d", n, i, v)
			}
		}
	}
}
