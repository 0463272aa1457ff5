#!/usr/bin/env bash
# Checks the golden files of some families (default: all) without Maven's test run, and prints a summary:
#   conformance/golden.sh flat idmap
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/dev/jdk25.sh"
jdk=$(find_jdk25) || { echo "golden: no JDK 25 found; install one (any vendor)" >&2; exit 1; }
cd "$top"
cp_file=$top/conformance/target/classpath.txt
maven=(mvn -q -Dquick -pl conformance -am test-compile dependency:build-classpath -DincludeScope=test
  -Dmdep.outputFile="$cp_file")
"${maven[@]}" -o >/dev/null 2>&1 || "${maven[@]}"
# shellcheck disable=SC2086
exec "$jdk/bin/java" -Xmx2g --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
  -Dsagitta.top="$top" ${SAGITTA_JVM:-} \
  -cp "conformance/target/test-classes:conformance/target/classes:$(cat "$cp_file")" \
  io.sagitta.conformance.golden.GoldenRun "$@"
