// A libnvidia-ml that plays a script. $FAKE_NVML is a folder with one file a GPU (gpu0, gpu1, ...). Its first line is the UUID, the second
// the name, and each later line is what one reading gives: "E <millijoules>", "P <milliwatts>", "X <nvmlReturn_t>"; the last one for ever.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, UNINITIALIZED = 1, INVALID = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, GPUS = 8, STEPS = 256, TEXT = 96 };

typedef struct {
  char uuid[TEXT], name[TEXT];
  char kind[STEPS];
  unsigned long long value[STEPS];
  int steps, at;
} Gpu;

static Gpu gpus[GPUS];
static unsigned count;
static int users;

int nvmlInit_v2(void) {
  const char *folder = getenv("FAKE_NVML");
  if (!folder) return 999;
  if (users++) return SUCCESS;
  for (count = 0; count < GPUS; count++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/gpu%u", folder, count);
    FILE *f = fopen(path, "r");
    if (!f) break;
    Gpu *g = &gpus[count];
    memset(g, 0, sizeof *g);
    if (fscanf(f, " %95[^\n] %95[^\n]", g->uuid, g->name) != 2) return 999;
    while (g->steps < STEPS && fscanf(f, " %c %llu", &g->kind[g->steps], &g->value[g->steps]) == 2) g->steps++;
    fclose(f);
  }
  return SUCCESS;
}

int nvmlShutdown(void) {
  if (!users) return UNINITIALIZED;
  users--;
  return SUCCESS;
}

int nvmlDeviceGetCount_v2(unsigned *n) {
  *n = count;
  return users ? SUCCESS : UNINITIALIZED;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned i, void **handle) {
  if (i >= count) return INVALID;
  *handle = &gpus[i];
  return SUCCESS;
}

static int text(const char *from, char *to, unsigned size) {
  if (size <= strlen(from)) return 7;
  strcpy(to, from);
  return SUCCESS;
}

int nvmlDeviceGetUUID(void *handle, char *to, unsigned size) { return text(((Gpu *)handle)->uuid, to, size); }
int nvmlDeviceGetName(void *handle, char *to, unsigned size) { return text(((Gpu *)handle)->name, to, size); }

// MIG-<x> is a slice of the GPU whose file is named x: the handle is the GPU's own plus one byte.
int nvmlDeviceGetHandleByUUID(const char *uuid, void **handle) {
  unsigned i;
  if (sscanf(uuid, "MIG-%u", &i) != 1 || i >= count) return NOT_FOUND;
  *handle = (char *)&gpus[i] + 1;
  return SUCCESS;
}

int nvmlDeviceGetDeviceHandleFromMigDeviceHandle(void *handle, void **parent) {
  *parent = (char *)handle - 1;
  return SUCCESS;
}

static int play(Gpu *g, char kind, unsigned long long *value) {
  if (!users) return UNINITIALIZED;
  int at = g->at;
  if (at >= g->steps) at = g->steps - 1;
  if (at < 0) return NOT_SUPPORTED;
  if (g->kind[at] == 'X') {
    g->at = at + 1;
    return (int)g->value[at];
  }
  if (g->kind[at] != kind) return NOT_SUPPORTED;
  g->at = at + 1;
  *value = g->value[at];
  return SUCCESS;
}

int nvmlDeviceGetTotalEnergyConsumption(void *handle, unsigned long long *millijoules) { return play(handle, 'E', millijoules); }

int nvmlDeviceGetPowerUsage(void *handle, unsigned *milliwatts) {
  unsigned long long value;
  int status = play(handle, 'P', &value);
  if (status == SUCCESS) *milliwatts = (unsigned)value;
  return status;
}

int nvmlDeviceGetEnforcedPowerLimit(void *handle, unsigned *milliwatts) {
  (void)handle;
  *milliwatts = 300000;
  return SUCCESS;
}
