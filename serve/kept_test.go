package serve

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"eahas/features"
)

// questions are bodies of single queries.
func questions(t *testing.T, s *Server, n int) []string {
	t.Helper()
	var out []string
	for i, c := range samples(t, s.bundles.Load().byName["boosted"].surrogate, n) {
		body := marshal(t, map[string]features.Config{"config": c})
		if i%2 == 1 {
			body = fmt.Sprintf(`{"sample": %d, "config": %s}`, i, marshal(t, c))
		}
		out = append(out, body)
	}
	return out
}

// TestKeptAnswersAreTheSame: whether an answer is kept shows nowhere, neither in its bytes and headers nor in the
// counts.
func TestKeptAnswersAreTheSame(t *testing.T) {
	keeps, forgets := testServer(t, Options{}), testServer(t, Options{Keep: -1})
	asked := questions(t, keeps, 20)
	asked = append(asked, `{"config": {"no such axis": 1}}`, `{"config": `)
	for round := range 4 {
		for i, body := range asked {
			got, want := call(keeps, "POST", queryPath, body), call(forgets, "POST", queryPath, body)
			if got.Code != want.Code || !bytes.Equal(got.Body.Bytes(), want.Body.Bytes()) ||
				fmt.Sprint(got.Header()) != fmt.Sprint(want.Header()) {
				t.Fatalf("round %d, question %d: %d %v %s, without keeping %d %v %s", round, i, got.Code, got.Header(),
					got.Body, want.Code, want.Header(), want.Body)
			}
		}
	}
	a, b := keeps.bundles.Load().byName["boosted"], forgets.bundles.Load().byName["boosted"]
	if got, want := a.counts.answered.Load(), b.counts.answered.Load(); got != want {
		t.Errorf("%d answers counted, wanted %d", got, want)
	}
	if got, want := a.counts.extrapolated.Load(), b.counts.extrapolated.Load(); got != want {
		t.Errorf("%d extrapolated answers counted, wanted %d", got, want)
	}
	n := 0
	for i := range a.kept.shards {
		n += len(a.kept.shards[i].byKey)
	}
	if n != 20 {
		t.Errorf("%d answers are kept, wanted the 20 right ones", n)
	}
}

// A question that comes once leaves nothing, the same question to two bundles has two answers, and bundles that are
// loaded anew begin without answers.
func TestKeptAnswersBelongToTheirBundle(t *testing.T) {
	s := testServer(t, Options{})
	other := "/v1/bundles/near/query"
	body := questions(t, s, 1)[0]
	call(s, "POST", queryPath, body)
	if b := s.bundles.Load().byName["boosted"]; len(b.kept.shard(keyOf(b, body)).byKey) != 0 {
		t.Error("kept at the first time")
	}
	first := call(s, "POST", queryPath, body).Body.String()
	for range 2 {
		if call(s, "POST", other, body).Body.String() == first {
			t.Fatal("two bundles of one answer")
		}
	}
	near := testBundle(t, "v1-knn-bezier")
	if err := s.Replace([]Named{{"boosted", near}}); err != nil {
		t.Fatal(err)
	}
	if got := call(s, "POST", queryPath, body); got.Code != http.StatusOK || got.Body.String() == first {
		t.Errorf("%d, the answer of the bundle before: %s", got.Code, got.Body)
	}
}

func keyOf(b *served, question string) keptKey { return b.kept.key(b, []byte(question)) }

// TestKeptIsBounded: any number of questions from any number of clients takes no more than the budget.
func TestKeptIsBounded(t *testing.T) {
	const budget = 1 << 18
	k, b := newKept(budget), new(served)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 5000 {
				question := fmt.Appendf(nil, "question %d", i%700)
				found, keep := k.find(b, question)
				if found != nil && string(found.answer[:len(question)]) != string(question) {
					t.Errorf("%s has the answer of %.20s", question, found.answer)
				}
				if keep {
					k.add(b, question, append(question, make([]byte, 2000+i%3000)...), false)
				}
			}
			k.add(b, []byte("large"), make([]byte, budget), false)
		})
	}
	wg.Wait()
	used, entries := 0, 0
	for i := range k.shards {
		s := &k.shards[i]
		sum := 0
		for e := s.order.Front(); e != nil; e = e.Next() {
			a := e.Value.(*keptAnswer)
			sum += len(a.question) + len(a.answer) + keptExtra
		}
		if sum != s.used || len(s.byKey) != s.order.Len() {
			t.Errorf("shard %d: %d bytes in %d answers, counted %d in %d", i, sum, s.order.Len(), s.used, len(s.byKey))
		}
		used, entries = used+sum, entries+len(s.byKey)
	}
	if used > budget || entries < 20 {
		t.Errorf("%d bytes in %d answers, at most %d bytes were allowed", used, entries, budget)
	}
}

// TestQueriesPassTheMux: the short way of a query is that of the mux, also for names that look like it.
func TestQueriesPassTheMux(t *testing.T) {
	if r := routes[queryRoute]; r.method != "POST" || r.path != "/v1/bundles/{name}/query" {
		t.Fatalf("routes[queryRoute] is %s %s", r.method, r.path)
	}
	s := testServer(t, Options{})
	for path, want := range map[string]int{
		queryPath: 200, "/v1/bundles/%62oosted/query": 200, "/v1/bundles/boosted/query/": 404,
		"/v1/bundles//query": 404, "/v1/bundles/a/b/query": 404, "/v1/bundles/nobody/query": 404,
	} {
		if w := call(s, "POST", path, goodBody); w.Code != want && !(want == 404 && w.Code/100 == 3) {
			t.Errorf("%s: %d, wanted %d: %s", path, w.Code, want, w.Body)
		}
	}
}
