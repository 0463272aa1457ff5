#!/usr/bin/env bash
# Checks golden files, or draws live cases, without Maven's test run, and prints a summary of all failures:
#   conformance/check.sh golden [family ...]          e.g. flat idmap; default all
#   conformance/check.sh live TRIES [family ...]      e.g. 50 hnsw "ivf flat"
#   conformance/check.sh table                        write conformance/README.md again
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/dev/jdk25.sh"
jdk=$(find_jdk25) || { echo "check: no JDK 25 found; install one (any vendor)" >&2; exit 1; }
case "${1:-}" in
  golden) main=io.sagitta.conformance.golden.GoldenRun ;;
  live) main=io.sagitta.conformance.live.LiveRun ;;
  table) main=io.sagitta.conformance.table.ConformanceTable ;;
  *) sed -n '2,5p' "$0" | cut -c3-; exit 2 ;;
esac
shift
cd "$top"
cp_file=$top/conformance/target/classpath.txt
maven=(mvn -q -Dquick -pl conformance -am test-compile dependency:build-classpath -DincludeScope=test
  -Dmdep.outputFile="$cp_file")
"${maven[@]}" -o >/dev/null 2>&1 || "${maven[@]}"
# shellcheck disable=SC2086
exec "$jdk/bin/java" -Xmx2g --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:PerMethodTrapLimit=100000 \
  -Dsagitta.top="$top" ${SAGITTA_JVM:-} \
  -cp "conformance/target/test-classes:conformance/target/classes:$(cat "$cp_file")" \
  "$main" "$@"
