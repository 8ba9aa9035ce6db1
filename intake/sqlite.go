package intake

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"modernc.org/sqlite" // also registers the driver
)

// database is an SQLite file that is opened for reading alone.
type database struct {
	db     *sql.DB
	tables map[string][]string // table -> its columns
	tmp    string              // folder of a copy
}

// queryTime bounds one query: a hostile file can hold indices and pages in circles.
const queryTime = 2 * time.Minute

// isSQLite reports whether a file is an SQLite database with a table of the name.
func isSQLite(f *file, table string) bool {
	if !bytes.HasPrefix(f.head(), []byte("SQLite format 3\x00")) {
		return false
	}
	if f.tables == nil {
		f.tables = map[string][]string{}
		if db, err := openSQLite(context.Background(), f); err == nil {
			f.tables = db.tables
			db.close()
		}
	}
	return f.tables[table] != nil
}

// limited sets the engine's limits (sqlite3_limit): lengths of values and statements, columns, expressions, no attached
// databases.
func limited(ctx context.Context, db *sql.DB) error {
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	for id, most := range map[int]int{0: maxCell, 1: 1 << 20, 2: 2000, 3: 100, 7: 0, 10: 10} {
		if _, err := sqlite.Limit(c, id, most); err != nil {
			return err
		}
	}
	for _, p := range []string{"query_only=ON", "trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0",
		"temp_store=MEMORY", "cache_size=-16384"} {
		if _, err := c.ExecContext(ctx, "PRAGMA "+p); err != nil {
			return err
		}
	}
	return nil
}

// openSQLite opens a database file. One within an archive, or with a write-ahead log beside it, is copied first.
func openSQLite(ctx context.Context, f *file) (_ *database, err error) {
	d := &database{tables: map[string][]string{}}
	defer func() {
		if err != nil {
			d.close()
			err = fmt.Errorf("%s: %w: %w", f.name, ErrFormat, err)
		}
	}()
	place, options := f.disk, "?mode=ro&immutable=1"
	wal := ""
	if f.disk != "" {
		if st, err := os.Stat(f.disk + "-wal"); err == nil && st.Size() > 0 {
			wal = f.disk + "-wal"
		}
	}
	if f.disk == "" || wal != "" {
		if d.tmp, err = os.MkdirTemp("", "eahas-sqlite-*"); err != nil {
			return nil, err
		}
		place, options = filepath.Join(d.tmp, "log.db"), "?mode=rw"
		r, err := f.open()
		if err != nil {
			return nil, err
		}
		err = copyTo(place, r)
		r.Close()
		if err != nil {
			return nil, err
		}
		if wal != "" {
			w, err := os.Open(wal)
			if err != nil {
				return nil, err
			}
			err = copyTo(place+"-wal", w)
			w.Close()
			if err != nil {
				return nil, err
			}
		}
	}
	if d.db, err = sql.Open("sqlite", "file:"+(&url.URL{Path: place}).EscapedPath()+options); err != nil {
		return nil, err
	}
	d.db.SetMaxOpenConns(1) // the limits hold for a connection
	d.db.SetConnMaxLifetime(0)
	if err = limited(ctx, d.db); err != nil {
		return nil, err
	}
	return d, d.schema(ctx)
}

func copyTo(place string, r io.Reader) error {
	w, err := os.OpenFile(place, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer w.Close()
	n, err := io.Copy(w, io.LimitReader(r, maxDatabase+1))
	if err == nil && n > maxDatabase {
		err = fmt.Errorf("%w: more than %d bytes", ErrLimit, int64(maxDatabase))
	}
	return err
}

func (d *database) close() {
	if d.db != nil {
		d.db.Close()
	}
	if d.tmp != "" {
		os.RemoveAll(d.tmp)
	}
}

// schema lists the real tables: a view could compute for ever.
func (d *database) schema(ctx context.Context) error {
	var names []string
	err := d.query(ctx, "select name from sqlite_master where type = 'table' and sql like 'CREATE TABLE%' limit 1000",
		func(scan func(...any) error) error {
			var name string
			if err := scan(&name); err != nil {
				return err
			}
			names = append(names, name)
			return nil
		})
	if err != nil {
		return err
	}
	for _, t := range names {
		err := d.query(ctx, "select name from pragma_table_info(?)", func(scan func(...any) error) error {
			var name string
			if err := scan(&name); err != nil {
				return err
			}
			d.tables[t] = append(d.tables[t], name)
			return nil
		}, t)
		if err != nil {
			return err
		}
	}
	return nil
}

// has reports whether a table has all the columns.
func (d *database) has(table string, columns ...string) bool {
	for _, c := range columns {
		if !slices.Contains(d.tables[table], c) {
			return false
		}
	}
	return len(d.tables[table]) > 0
}

// query hands out rows of one statement.
func (d *database) query(ctx context.Context, q string, each func(scan func(...any) error) error, args ...any) error {
	ctx, stop := context.WithTimeout(ctx, queryTime)
	defer stop()
	rows, err := d.db.QueryContext(ctx, q, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
