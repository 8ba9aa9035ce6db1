#!/bin/sh
# Play a study of search methods on a Slurm cluster: an array plays the runs into OUT, a job that depends on it reports.
#
#   CONFIG=study.yaml OUT=searched SHARDS=8 sh deploy/slurm-search.sh
#
# OUT must be seen by all nodes. Finished runs are kept: a requeued task, or the array run again, plays what is missing.
set -eu

: "${CONFIG:?the study}" "${LOGS:=../shared/data}" "${OUT:=searched}" "${SHARDS:=8}" "${SBATCH:=sbatch}"
mkdir -p "$OUT"

array=$($SBATCH --parsable --requeue --array="0-$((SHARDS - 1))" --cpus-per-task=4 --mem=2G --job-name=eahas-search <<SHARD
#!/bin/sh
exec eahas search run -quiet -workers "\$SLURM_CPUS_PER_TASK" -config "$CONFIG" -data "$LOGS" -out "$OUT" \\
  -shard "\$SLURM_ARRAY_TASK_ID/$SHARDS"
SHARD
)

$SBATCH --parsable --dependency="afterok:$array" --cpus-per-task=4 --mem=2G --job-name=eahas-search-report <<REPORT
#!/bin/sh
exec eahas search report -quiet -config "$CONFIG" -data "$LOGS" -out "$OUT"
REPORT
