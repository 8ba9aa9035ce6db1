#!/usr/bin/env bash
# A Flink of several processes on this machine (a job manager, two task managers) with Beam's job server before it, and on
# it the test and the benchmark of the pipeline, or the command that is given:
#
#   deploy/beam/flink.sh
#   deploy/beam/flink.sh /path/to/beam -samples '/path/to/*.csv' -runs /path/to/runs.csv -out /path/to/joules.csv \
#     -runner universal -endpoint localhost:8099 -parallelism 2 \
#     -environment_type PROCESS -environment_config '{"command": "/path/to/beam"}'
#
# (/path/to/beam is what go build makes of this folder.)
#
# It needs Go, Java 11 or 17 and Maven, and the ports 6123, 8081, 8098 and 8099 of the loopback. Logs: flink/target/*.log
set -euo pipefail
cd "$(dirname "$0")"
to=$PWD/flink/target
mkdir -p "$to/conf"
rm -f "$to"/*.log
if [ ! -d "$to/jars" ]; then
  mvn -B -q -f flink/pom.xml dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$to/jars.part"
  mv "$to/jars.part" "$to/jars"
fi

cat >"$to/conf/config.yaml" <<'END'
jobmanager.rpc.address: localhost
jobmanager.bind-host: localhost
jobmanager.memory.process.size: 1g
rest.address: localhost
rest.bind-address: localhost
rest.port: 8081
taskmanager.host: localhost
taskmanager.bind-host: localhost
taskmanager.numberOfTaskSlots: 1
taskmanager.cpu.cores: 1
taskmanager.memory.framework.heap.size: 128m
taskmanager.memory.framework.off-heap.size: 128m
taskmanager.memory.jvm-metaspace.size: 256m
taskmanager.memory.jvm-overhead.min: 192m
taskmanager.memory.jvm-overhead.max: 192m
taskmanager.memory.task.heap.size: 512m
taskmanager.memory.task.off-heap.size: 0m
taskmanager.memory.network.min: 256m
taskmanager.memory.network.max: 256m
taskmanager.memory.managed.size: 256m
parallelism.default: 2
classloader.resolve-order: parent-first
END

opens=()
for package in lang lang.reflect io net nio text time util util.concurrent util.concurrent.atomic; do
  opens+=(--add-opens "java.base/java.$package=ALL-UNNAMED")
done
started=() names=()
stop() { for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; }
trap stop EXIT

# start NAME CLASS ARGUMENT... starts a Java process.
start() {
  local name=$1
  shift
  java -Xmx1g "${opens[@]}" -cp "$to/jars/*" "$@" >"$to/$name.log" 2>&1 &
  started+=($!)
  names+=("$name")
}

# says NAME TEXT waits until a process says so in its log.
says() {
  for _ in $(seq 120); do
    ! grep -qs "$2" "$to/$1.log" || return 0
    sleep 1
  done
  echo "$to/$1.log does not say \"$2\"" >&2
  return 1
}

flink=org.apache.flink.runtime
start jobmanager $flink.entrypoint.StandaloneSessionClusterEntrypoint --configDir "$to/conf"
start taskmanager1 $flink.taskexecutor.TaskManagerRunner --configDir "$to/conf"
start taskmanager2 $flink.taskexecutor.TaskManagerRunner --configDir "$to/conf"
start jobserver org.apache.beam.runners.flink.FlinkJobServerDriver --flink-master localhost:8081 --expansion-port -1 \
  --artifacts-dir "$to/artifacts"
says taskmanager1 'Successful registration at resource manager'
says taskmanager2 'Successful registration at resource manager'
says jobserver 'Job server now running'

if [ $# -eq 0 ]; then
  go test -c -o "$to/beam.test" .
  set -- "$to/beam.test" -test.v -test.bench Joules -test.benchtime 1x -runner universal -endpoint localhost:8099 \
    -parallelism 2 -environment_type PROCESS -environment_config "{\"command\": \"$to/beam.test\"}"
fi
"$@" && status=0 || status=$?
for i in "${!started[@]}"; do
  awk -v name="${names[i]}" '{ printf "%s: %.0f processor seconds, %.0f of its workers\n", name, ($14 + $15) / 100, ($16 + $17) / 100 }' \
    "/proc/${started[i]}/stat"
done
exit $status
