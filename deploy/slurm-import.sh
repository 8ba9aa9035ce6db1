#!/bin/sh
# Read many logs of other tools on a Slurm cluster: each task of an array reads every SHARDS-th line of a list of files, folders
# and archives, and writes them as one Parquet file each, OUT/<line>.parquet, which eahas run takes: path: OUT/*.parquet
#
#   ls -d sweeps/* >logs.txt; LIST=logs.txt OUT=imported SHARDS=8 sh deploy/slurm-import.sh
#
# Files that are there are kept: a requeued task, or the array run again, reads what is missing. A log that cannot be read fails
# its task, which goes on with the others first.
set -eu

: "${LIST:?the file with a log on each line}" "${OUT:=imported}" "${SHARDS:=8}" "${SBATCH:=sbatch}"
mkdir -p "$OUT"

$SBATCH --parsable --requeue --array="0-$((SHARDS - 1))" --cpus-per-task=1 --mem=2G --job-name=eahas-import <<SHARD
#!/bin/sh
number=0 failed=0
while read -r log; do
  number=\$((number + 1))
  to="$OUT/\$(printf %06d \$number).parquet"
  [ \$((number % $SHARDS)) -eq "\$SLURM_ARRAY_TASK_ID" ] && [ ! -e "\$to" ] || continue
  eahas import -out "\$to" "\$log" </dev/null || { echo "\$log: not read" >&2; failed=1; }
done <"$LIST"
exit \$failed
SHARD
