#!/bin/sh
# Compare variants on a Slurm cluster: an array runs every shard, a job that depends on it joins the parts.
#
#   CONFIG=my.yaml LOGS=logs OUT=compare SHARDS=8 sh deploy/slurm-compare.sh
#
# The pieces that are dealt to the tasks: variants x training seeds (evaluate: seeds: N) x folds, and the final trainings.
# The folders must be seen by all nodes; `eahas` must be on the PATH. A requeued task goes on from its last finished stage.
set -eu

: "${CONFIG:?the config file}" "${LOGS:=../shared/data}" "${OUT:=compare}" "${SHARDS:=8}" "${SBATCH:=sbatch}"
parts="$OUT-parts"
mkdir -p "$parts"

array=$($SBATCH --parsable --requeue --array="0-$((SHARDS - 1))" --cpus-per-task=4 --mem=4G --job-name=eahas-shards <<SHARD
#!/bin/sh
exec eahas compare -quiet -workers "\$SLURM_CPUS_PER_TASK" -config "$CONFIG" -data "$LOGS" \\
  -shard "\$SLURM_ARRAY_TASK_ID/$SHARDS" -out "$parts/\$SLURM_ARRAY_TASK_ID"
SHARD
)

$SBATCH --parsable --dependency="afterok:$array" --cpus-per-task=4 --mem=4G --job-name=eahas-merge <<MERGE
#!/bin/sh
exec eahas merge -config "$CONFIG" -data "$LOGS" -out "$OUT" "$parts"/[0-9]*
MERGE
