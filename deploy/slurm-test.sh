#!/usr/bin/env bash
# Runs deploy/slurm-*.sh on a real Slurm: Debian's controller and one node, on this machine, as root, in a folder of
# their own. The report must be that of one process, byte for byte, also after a task was lost and the array ran again.
#
#   sudo apt-get install slurmctld slurmd slurm-client munge && sudo bash deploy/slurm-test.sh [EAHAS]
#
# EAHAS is the program; without it one is built.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d /tmp/slurm-test.XXXXXX)
chmod 755 "$work"
daemons=()
trap '[ ${#daemons[@]} = 0 ] || kill "${daemons[@]}" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/state" "$work/spool" "$work/munge"
if [ $# -gt 0 ]; then cp "$1" "$work/bin/eahas"; else go build -o "$work/bin/eahas" ./cmd/eahas; fi
export PATH="$work/bin:/usr/sbin:$PATH"

# One key, one controller, one node. The node says that it has four processors, as a task asks for; tasks come one by one.
host=$(hostname -s)
cat >"$work/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=4 RealMemory=8000 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF="$work/slurm.conf"
dd if=/dev/urandom of="$work/munge/key" bs=1024 count=1 status=none
chmod 600 "$work/munge/key"
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge/socket" --pid-file="$work/munge/pid" \
  --log-file="$work/munge/log" --seed-file="$work/munge/seed" 2>"$work/munge/errors" &
daemons+=($!)
for _ in $(seq 50); do [ -S "$work/munge/socket" ] && break; sleep .2; done
slurmctld -D -f "$SLURM_CONF" 2>"$work/slurmctld.errors" &
daemons+=($!)
slurmd -D -f "$SLURM_CONF" -N "$host" 2>"$work/slurmd.errors" &
daemons+=($!)
for _ in $(seq 100); do sinfo -h -o %T 2>/dev/null | grep -q idle && break; sleep .3; done
sinfo -h -o %T | grep -q idle || { cat "$work"/*.log "$work"/*.errors; echo "no node is ready"; exit 1; }


cat >"$work/small.yaml" <<'CONFIG'
name: small
seed: 1
simulate: {trials: 60, repeats: 2, repeat_every: 6}
space: {builtin: eahas-cifar10}
evaluate: {folds: 3, bootstrap: 20}
variants:
  - {name: lines, base: bezier+linear, cost: linear}
  - {name: steps, base: grid+linear, cost: linear}
CONFIG
export CONFIG="$work/small.yaml" LOGS="$work" SHARDS=3

# finished waits for all jobs; each must have ended well, or the job that depends on it never starts.
finished() {
  for _ in $(seq 600); do [ -z "$(squeue -h)" ] && return; sleep .3; done
  squeue
  exit 1
}

# untimed copies a comparison without what was measured with a clock.
untimed() {
  rm -rf "$2"
  cp -r "$1" "$2"
  rm "$2/timings.json"
  sed -i -E 's/ *[0-9.]+ (s|ms|µs)( |<|$)/\2/g' "$2"/comparison.txt "$2"/comparison.html
}

# through runs the script on Slurm and compares every file with those of one process, but for the times.
through() {
  (cd "$work" && OUT="$work/slurm" sh "$OLDPWD/deploy/slurm-compare.sh" >/dev/null)
  finished
  [ -e "$work/slurm/timings.json" ] || { cat "$work"/slurm-*.out; scontrol show jobs; echo "no report"; exit 1; }
  untimed "$work/one" "$work/one-untimed"
  untimed "$work/slurm" "$work/slurm-untimed"
  diff -r "$work/one-untimed" "$work/slurm-untimed"
}

eahas compare -quiet -config "$CONFIG" -data "$LOGS" -out "$work/one" >/dev/null
through
echo "an array of $SHARDS tasks on Slurm: the report of one process"

# The node of one task is lost with what it had written: only that task's share is done again.
kept() { stat -c '%n %y' "$work"/slurm-parts/[02]/*.stage; }
before=$(kept)
rm -rf "$work/slurm" "$work/slurm-parts/1"
through
[ "$before" = "$(kept)" ] || { echo "a task that was not lost did its work again"; exit 1; }
echo "one task lost, the array run again: the same report, and only that task's share was done"

# The other arrays, each beside one process.
here=$PWD
array() { (cd "$work" && env "$@" >/dev/null); finished; }
fails() { cat "$work"/slurm-*.out; echo "$1"; exit 1; }

array VARIANT=lines TRIALS=3 TASKS=2 OUT="$work/tuned" sh "$here/deploy/slurm-tune.sh"
eahas tune -quiet -config "$CONFIG" -data "$LOGS" -variant lines -trials 3 -out "$work/tuned-one" >/dev/null
diff "$work/tuned-one/tuned.yaml" "$work/tuned/tuned.yaml" || fails "tuning: other settings"

cat >"$work/study.yaml" <<'CONFIG'
name: study
seeds: 2
budget: {trainings: 5}
bounds: {draws: 200}
tasks: [{formulas: eahas-cifar10}]
methods: [rs, rea, hb]
CONFIG
array CONFIG="$work/study.yaml" OUT="$work/searched" SHARDS=2 sh "$here/deploy/slurm-search.sh"
eahas search run -quiet -config "$work/study.yaml" -data "$LOGS" -out "$work/searched-one" >/dev/null
[ -e "$work/searched/scores.csv" ] || fails "search: no report"
for trace in $(cd "$work/searched-one" && find . -name '0*.jsonl'); do
  cmp "$work/searched-one/$trace" "$work/searched/$trace" || fails "search: another trace"
done

mkdir "$work/logs" "$work/imported"
for lr in 0.1 0.2 0.4; do
  printf 'epoch,loss,val_accuracy\n0,2.1,0.3\n1,1.7,0.5\n2,1.4,%s\n' "$lr" >"$work/logs/lr=$lr.csv"
done
ls -d "$work"/logs/* >"$work/logs.txt"
array LIST="$work/logs.txt" OUT="$work/imported" SHARDS=2 sh "$here/deploy/slurm-import.sh"
number=0
while read -r log; do
  number=$((number + 1))
  eahas import -out "$work/one.parquet" -replace "$log" >/dev/null
  cmp "$work/one.parquet" "$work/imported/$(printf %06d $number).parquet" || fails "import: $log"
done <"$work/logs.txt"
echo "arrays that tune, search and import: the settings, traces and tables of one process"
