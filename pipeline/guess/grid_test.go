package guess

import (
	"fmt"
	"strings"
	"testing"
)

// What is measured is no axis, whatever its name: here each table is one of a kind that people publish, with numbers
// made up.
func TestMeasuredIsNoAxis(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		header string
		row    func(i int) string
		want   map[string]string
	}{
		// every cell of a grid was run once: what else differs was measured
		{"device,task,arch,zork,val_acc", func(i int) string {
			return fmt.Sprintf("%s,%s,%d,0.%04d,0.%04d", []string{"pi", "phone"}[i%2], []string{"a", "b", "c"}[i/2%3],
				i/6, i*i*7919%9973, i*7907%9941)
		}, map[string]string{"device": "axis", "arch": "axis", "zork": "result"}},
		// random settings, each run once, are no grid
		{"device,task,zork,val_acc", func(i int) string {
			return fmt.Sprintf("%s,%s,0.%04d,0.%04d", []string{"pi", "phone"}[i%2], []string{"a", "b", "c"}[i/2%3],
				i*i*7919%9973, i*7907%9941)
		}, map[string]string{"device": "axis", "zork": "axis"}},
		// times and memory by their units
		{"model,batch,lat_ms_median,lat_ms_var,total_us,peak_memory_bytes,memory_str,val_acc", func(i int) string {
			return fmt.Sprintf("%s,%d,%d.%03d,0.%03d,%d,%d,%d.5 GB,0.%04d", []string{"r", "v"}[i%2], i/2%4, i*7%90,
				i*31%997, i*37%991, 1000+i*53%977, 1<<20*(1+i*11%83), i%5, i*7907%9941)
		}, map[string]string{"model": "axis", "batch": "axis", "lat_ms_median": "target", "lat_ms_var": "result",
			"total_us": "time: total, us", "memory_str": "result"}},
		// the value of a swept setting is no objective
		{"sweep,value,loss", func(i int) string {
			return fmt.Sprintf("%s,%d,1.%04d", []string{"width", "lr", "heads"}[i%3], i/3%4, i*7907%9941)
		}, map[string]string{"sweep": "axis", "value": "axis", "loss": "final metric: loss"}},
		// of how many runs a row is the mean; not where nothing is a mean
		{"depth,width,n,acc_mean,acc_std", func(i int) string {
			return fmt.Sprintf("%d,%d,%d,0.%04d,0.0%d", i%3, i/3%4, i%2+1, i*7907%9941, i%9)
		}, map[string]string{"depth": "axis", "n": "left out"}},
		{"depth,width,n,acc", func(i int) string {
			return fmt.Sprintf("%d,%d,%d,0.%04d", i%3, i/3%4, i%2+1, i*7907%9941)
		}, map[string]string{"depth": "axis", "n": "axis"}},
		// operations a second give the seconds of each program up to its size
		{"program,threads,pace,run,time_s", func(i int) string {
			seconds := 1 + float64(i*7907%9941)/1000
			return fmt.Sprintf("%s,%d,%.6g,%d,%.6g", []string{"bt", "cg", "ft"}[i%3], i/3%4,
				[]float64{168e3, 33e3, 7e3}[i%3]/seconds, i, seconds)
		}, map[string]string{"program": "axis", "threads": "axis", "pace": "left out"}},
	} {
		g, err := guessOf(t, table(c.header, 48, c.row), Options{})
		if err != nil {
			t.Errorf("%s: %v", c.header, err)
			continue
		}
		for name, want := range c.want {
			if role, why := g.role(name); role != want && !strings.HasPrefix(role, want+":") {
				t.Errorf("%s: %s: %s (%s), wanted %s", c.header, name, role, why, want)
			}
		}
	}
}

// A table of settings alone is none to learn from, and says so.
func TestNothingMeasured(t *testing.T) {
	t.Parallel()
	_, err := guessOf(t, table("run,model,min_epoch,depth", 24, func(i int) string {
		return fmt.Sprintf("r%d,%s,%d,%d", i, []string{"a", "b"}[i%2], i%3, i%4)
	}), Options{})
	if err == nil || !strings.Contains(err.Error(), "nothing to learn") {
		t.Errorf("%v", err)
	}
}

// Products are looked for in a bounded time where a table has many columns and most runs lack most of them.
func TestProductsOfManyColumns(t *testing.T) {
	t.Parallel()
	const runs, columns = 1200, 150
	var header []string
	for k := range columns {
		header = append(header, fmt.Sprintf("x%d,m%d_loss", k, k))
	}
	g, err := guessOf(t, table("lr,"+strings.Join(header, ","), runs, func(i int) string {
		cells := []string{fmt.Sprintf("0.%03d", i*7%997)}
		for k := range columns {
			if k%5 == i%5 {
				cells = append(cells, fmt.Sprintf("%d.%d,0.%04d", i*(k+3)%89+1, k%7, (i+k)*(7907+i%13*k)%9941))
			} else {
				cells = append(cells, ",")
			}
		}
		return strings.Join(cells, ",")
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if role, _ := g.role("lr"); role != "axis" {
		t.Errorf("lr: %s", role)
	}
}
