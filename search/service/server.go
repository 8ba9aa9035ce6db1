package service

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"eahas/features"
	"eahas/internal/nullable"
	"eahas/search"
	"eahas/search/study"
)

// maxBody is the largest request that is read, in bytes.
const maxBody = 1 << 20

// maxRuns is how many runs may be open at the same time.
const maxRuns = 256

// Server keeps the runs of one study. New makes one.
type Server struct {
	config *study.Config
	tasks  []*study.Task
	dir    string
	mu     sync.Mutex
	runs   map[string]*run
	next   int
}

// run is an open search.
type run struct {
	mu      sync.Mutex
	session *search.Session
	file    *os.File
	w       *bufio.Writer
	budget  float64
	domain  search.Domain
}

// New makes a server for a study whose traces go to dir.
func New(c *study.Config, tasks []*study.Task, dir string) *Server {
	return &Server{config: c, tasks: tasks, dir: dir, runs: map[string]*run{}}
}

// Handler returns the routes.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/tasks", s.list)
	mux.HandleFunc("POST /v1/runs", s.begin)
	mux.HandleFunc("POST /v1/runs/{run}/train", s.train)
	mux.HandleFunc("POST /v1/runs/{run}/end", s.end)
	return mux
}

// Close ends nothing: runs that were not ended leave their trace without an end, and are begun anew.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	for _, r := range s.runs {
		err = errors.Join(err, r.file.Close())
	}
	s.runs = map[string]*run{}
	return err
}

type taskJSON struct {
	Name   string            `json:"name"`
	SHA256 string            `json:"sha256"`
	Unit   string            `json:"unit"`
	Budget float64           `json:"budget"`
	Metric string            `json:"metric"`
	Higher bool              `json:"higher_is_better"`
	Axes   []axisJSON        `json:"axes"`
	Rows   []features.Config `json:"rows,omitempty"` // of a table: the configurations that it answers for
}

// axisJSON is a free axis.
type axisJSON struct {
	Name    string           `json:"name"`
	Ordered bool             `json:"ordered"`
	Values  []features.Value `json:"values,omitempty"`
	Low     *float64         `json:"low,omitempty"`
	High    *float64         `json:"high,omitempty"`
	Log     bool             `json:"log,omitempty"`
	Zero    bool             `json:"zero,omitempty"` // 0 is a value of its own, below low
}

func (s *Server) list(w http.ResponseWriter, _ *http.Request) {
	var out []taskJSON
	for _, t := range s.tasks {
		j := taskJSON{Name: t.Name(), SHA256: t.Digest(), Unit: t.Cost(), Budget: t.Budget, Metric: t.Metric().Name,
			Higher: t.Metric().HigherBetter}
		for _, a := range t.Domain().Axes() {
			x := axisJSON{Name: a.Name, Ordered: a.Ordered, Values: a.Values}
			if low, high, log, ok := a.Range(); ok {
				x.Low, x.High, x.Log, x.Zero = &low, &high, log, a.Zero()
			}
			j.Axes = append(j.Axes, x)
		}
		if f, ok := t.Domain().(search.Finite); ok {
			j.Rows = f.Configs()
		}
		out = append(out, j)
	}
	reply(w, http.StatusOK, map[string]any{"tasks": out, "seeds": s.config.Seeds})
}

// begin opens a run.
func (s *Server) begin(w http.ResponseWriter, q *http.Request) {
	var in struct {
		Task     string          `json:"task"`
		Method   string          `json:"method"`
		Seed     int             `json:"seed"`
		Settings features.Config `json:"settings"`
	}
	if !read(w, q, &in) {
		return
	}
	var task *study.Task
	for _, t := range s.tasks {
		if t.Name() == in.Task {
			task = t
		}
	}
	switch {
	case task == nil:
		refuse(w, http.StatusNotFound, fmt.Errorf("the study has no task %q", in.Task))
		return
	case !study.NameAllowed(in.Method) || in.Seed < 0:
		refuse(w, http.StatusBadRequest, fmt.Errorf("method %q does not make a folder's name, or seed %d is below 0",
			in.Method, in.Seed))
		return
	}
	path := study.TracePath(s.dir, in.Task, in.Method, in.Seed)
	if t, err := search.ReadTrace(path); err == nil && t.Header.SHA256 == task.Digest() {
		refuse(w, http.StatusConflict, fmt.Errorf("%s is a whole trace already; remove it to run it again", path))
		return
	}
	id, r, err := s.open(task, path, in.Method, in.Seed, in.Settings)
	if err != nil {
		refuse(w, http.StatusInternalServerError, err)
		return
	}
	reply(w, http.StatusOK, map[string]any{"run": id, "budget": r.budget, "unit": task.Cost(),
		"seed": s.config.RunSeed(in.Seed)})
}

func (s *Server) open(task *study.Task, path, method string, seed int, settings features.Config) (string, *run, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.runs) >= maxRuns {
		return "", nil, fmt.Errorf("%d runs are open; end some", maxRuns)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", nil, err
	}
	f, err := os.Create(path)
	if err != nil {
		return "", nil, err
	}
	r := &run{file: f, w: bufio.NewWriter(f), budget: task.Budget, domain: task.Domain()}
	h := search.Header{Method: method, Settings: settings, Accounts: s.config.Accounts(task, seed)}
	if r.session, err = search.NewSession(task.Task, h, r.w); err != nil {
		return "", nil, errors.Join(err, f.Close())
	}
	s.next++
	id := strconv.Itoa(s.next)
	s.runs[id] = r
	return id, r, nil
}

func (s *Server) find(w http.ResponseWriter, q *http.Request) *run {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.runs[q.PathValue("run")]
	if r == nil {
		refuse(w, http.StatusNotFound, fmt.Errorf("no open run %q", q.PathValue("run")))
	}
	return r
}

// resultJSON is what a training showed.
type resultJSON struct {
	Trial  int             `json:"trial"`
	Config features.Config `json:"config"`
	Epochs float64         `json:"epochs"` // trained now
	Share  float64         `json:"share"`  // of the run's own length
	Value  *float64        `json:"value"`  // of the metric; null when the training failed
	Loss   float64         `json:"loss"`   // the lower the better
	Cost   float64         `json:"cost"`   // of this training, in the budget's unit
	Second float64         `json:"second"` // the trial's cost so far, or the task's second quantity
	Spent  float64         `json:"spent"`  // of the budget
	Left   float64         `json:"left"`
	Done   bool            `json:"done"` // the whole run is trained
	Cut    bool            `json:"cut"`  // the budget ended it early
}

func (s *Server) train(w http.ResponseWriter, q *http.Request) {
	r := s.find(w, q)
	if r == nil {
		return
	}
	var in struct {
		Trial  *int            `json:"trial"`
		Config features.Config `json:"config"`
		Epochs *float64        `json:"epochs"`
		Share  *float64        `json:"share"`
		Near   bool            `json:"nearest"`
	}
	if !read(w, q, &in) {
		return
	}
	if (in.Trial == nil) == (in.Config == nil) || in.Epochs != nil && in.Share != nil {
		refuse(w, http.StatusBadRequest,
			errors.New("wanted a config, which begins a trial, or the number of one that was begun; and epochs, or "+
				"share, or neither"))
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if in.Near && in.Config != nil {
		near, ok := r.domain.Place(r.domain.Unit(nil, in.Config))
		if !ok {
			refuse(w, http.StatusUnprocessableEntity, fmt.Errorf("no configuration of the task lies there: %s",
				in.Config.Key()))
			return
		}
		in.Config = near
	}
	j := search.Job{Trial: r.session.Trials(), Config: in.Config, To: 1}
	if in.Trial != nil {
		if j.Trial = *in.Trial; j.Trial >= r.session.Trials() {
			refuse(w, http.StatusBadRequest, fmt.Errorf("trial %d was not begun", j.Trial))
			return
		}
	}
	if in.Share != nil {
		j.To = *in.Share
	}
	if in.Epochs != nil {
		if j.Epochs = *in.Epochs; !(j.Epochs > 0) {
			refuse(w, http.StatusBadRequest, fmt.Errorf("epochs %g is not above 0", j.Epochs))
			return
		}
	}
	x, err := r.session.Train(j)
	if err != nil {
		refuse(w, statusOf(err), err)
		return
	}
	spent := r.session.Spent()
	reply(w, http.StatusOK, resultJSON{x.Trial, x.Config, x.Trained, x.Share, nullable.Pointer(x.Value), x.Loss, x.Cost,
		x.Second, spent, math.Max(0, r.budget-spent), x.Done, x.Cut})
}

func (s *Server) end(w http.ResponseWriter, q *http.Request) {
	r := s.find(w, q)
	if r == nil {
		return
	}
	s.mu.Lock()
	delete(s.runs, q.PathValue("run"))
	s.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := errors.Join(r.session.End(), r.w.Flush(), r.file.Close()); err != nil {
		refuse(w, http.StatusInternalServerError, err)
		return
	}
	reply(w, http.StatusOK, map[string]any{"spent": r.session.Spent()})
}

func statusOf(err error) int {
	switch {
	case errors.Is(err, search.ErrSpent), errors.Is(err, search.ErrBudget):
		return http.StatusGone
	case errors.Is(err, search.ErrConfig), errors.Is(err, search.ErrMethod):
		return http.StatusUnprocessableEntity
	}
	return http.StatusInternalServerError
}

func read(w http.ResponseWriter, q *http.Request, v any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, q.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		refuse(w, http.StatusBadRequest, fmt.Errorf("the body is not as asked for: %w", err))
		return false
	}
	if _, err := d.Token(); err != io.EOF {
		refuse(w, http.StatusBadRequest, errors.New("something follows the object"))
		return false
	}
	return true
}

func reply(w http.ResponseWriter, code int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		code, b = http.StatusInternalServerError, []byte(`{"error":"the answer cannot be written"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(append(b, '\n')) // the client may be gone
}

func refuse(w http.ResponseWriter, code int, err error) {
	out := map[string]string{"error": err.Error()}
	var outside *features.OutOfSpaceError
	if errors.As(err, &outside) {
		out["axis"] = outside.Axis
	}
	reply(w, code, out)
}
