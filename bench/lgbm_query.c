/* Times LightGBM's own C API without Python: one row at a time through the fast single-row call, and a batch.
   usage: lgbm_query MODEL X_test.f32      (26 columns of float32; read as double, as a caller in C would hold them) */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The four calls of LightGBM/c_api.h that are needed, so that no header has to be installed. */
typedef void *BoosterHandle;
typedef void *FastConfigHandle;
int LGBM_BoosterCreateFromModelfile(const char *, int *, BoosterHandle *);
int LGBM_BoosterPredictForMatSingleRowFastInit(BoosterHandle, int, int, int, int, int32_t, const char *, FastConfigHandle *);
int LGBM_BoosterPredictForMatSingleRowFast(FastConfigHandle, const void *, int64_t *, double *);
int LGBM_BoosterPredictForMat(BoosterHandle, const void *, int, int32_t, int32_t, int, int, int, int, const char *, int64_t *, double *);

enum { COLUMNS = 26, FLOAT64 = 1, NORMAL = 0, REPEAT = 5 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}
static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}
static void need(int ok, const char *what) {
  if (!ok) { fprintf(stderr, "lgbm_query: %s failed\n", what); exit(1); }
}

int main(int argc, char **argv) {
  need(argc == 3, "usage: lgbm_query MODEL X_test.f32;");
  BoosterHandle model;
  int iterations;
  need(!LGBM_BoosterCreateFromModelfile(argv[1], &iterations, &model), "reading the model");

  FILE *f = fopen(argv[2], "rb");
  need(f != NULL, "opening the rows");
  fseek(f, 0, SEEK_END);
  long n = ftell(f) / 4 / COLUMNS;
  rewind(f);
  float *raw = malloc(n * COLUMNS * sizeof *raw);
  need(raw && fread(raw, 4 * COLUMNS, n, f) == (size_t)n, "reading the rows");
  double *x = malloc(REPEAT * n * COLUMNS * sizeof *x);
  for (long i = 0; i < REPEAT * n * COLUMNS; i++) x[i] = raw[i % (n * COLUMNS)];

  FastConfigHandle fast;
  need(!LGBM_BoosterPredictForMatSingleRowFastInit(model, NORMAL, 0, -1, FLOAT64, COLUMNS, "num_threads=1", &fast), "fast init");
  double *took = malloc(n * sizeof *took), out;
  int64_t length;
  for (int pass = 0; pass < 2; pass++) /* the first pass warms up */
    for (long i = 0; i < n; i++) {
      double start = now();
      need(!LGBM_BoosterPredictForMatSingleRowFast(fast, x + i * COLUMNS, &length, &out), "fast single row");
      took[i] = (now() - start) * 1e6;
    }
  qsort(took, n, sizeof *took, ascending);

  double best = 0, *all = malloc(REPEAT * n * sizeof *all);
  for (int pass = 0; pass < 3; pass++) {
    double start = now();
    need(!LGBM_BoosterPredictForMat(model, x, FLOAT64, REPEAT * n, COLUMNS, 1, NORMAL, 0, -1, "num_threads=1", &length, all), "batch");
    double s = now() - start;
    if (best == 0 || s < best) best = s;
  }
  printf("{\"row_p50_us\": %.3f, \"row_p99_us\": %.3f, \"batch_rows\": %ld, \"batch_s\": %.4f}\n", took[n / 2], took[n * 99 / 100], REPEAT * n, best);
  return 0;
}
