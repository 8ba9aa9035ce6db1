#!/bin/sh
# Tune a variant on a Slurm cluster: the tasks of an array share the work through the journal in OUT, which every node must see.
# Settings are tried once, whoever takes them; a lost task's are tried again by the others, and the array may be run again.
#
#   CONFIG=my.yaml LOGS=logs OUT=tuned VARIANT=bezier+gbdt TRIALS=30 TASKS=4 sh deploy/slurm-tune.sh
set -eu

: "${CONFIG:?the config file}" "${VARIANT:?the name of the variant}" "${LOGS:=../shared/data}" "${OUT:=tuned}" "${TRIALS:=30}"
: "${TASKS:=4}" "${SBATCH:=sbatch}"
mkdir -p "$OUT"

$SBATCH --parsable --requeue --array="0-$((TASKS - 1))" --cpus-per-task=4 --mem=4G --job-name=eahas-tune <<TASK
#!/bin/sh
exec eahas tune -quiet -workers "\$SLURM_CPUS_PER_TASK" -config "$CONFIG" -data "$LOGS" -variant "$VARIANT" \\
  -trials "$TRIALS" -out "$OUT"
TASK
