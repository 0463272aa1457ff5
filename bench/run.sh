#!/usr/bin/env bash
# Compiles the bench module and runs one of its main classes on a JDK 25:
#   bench/run.sh SideBySide --factory IVF1024,Flat --params "nprobe=8;nprobe=32" --threads 1,2
# SAGITTA_BENCH_JVM holds further JVM flags; SAGITTA_BENCH_CACHE a folder for indexes built by FAISS;
# SAGITTA_FAISS_PYTHON the Python that has FAISS, when it is not conformance/python/.venv.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || { sed -n '2,5p' "$0" | cut -c3-; exit 2; }
. "$top/dev/jdk25.sh"
jdk=$(find_jdk25) || { echo "bench: no JDK 25 found; install one (any vendor)" >&2; exit 1; }
main=$1; shift
cd "$top"
cp_file=$top/bench/target/classpath.txt
phase=(compile) flags=()
case " $* " in
  *chronicle*) # Chronicle Map is in no class path but this one, and wants flags.
    cp_file=$top/bench/target/classpath-chronicle.txt
    phase=(test-compile -Pchronicle)
    flags=(--add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.lang.reflect=ALL-UNNAMED
      --add-exports=java.base/sun.nio.ch=ALL-UNNAMED --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED
      --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow) ;;
esac
maven=(mvn -q -Dquick -pl bench -am "${phase[@]}" dependency:build-classpath -DincludeScope=runtime
  -Dmdep.outputFile="$cp_file")
"${maven[@]}" -o >/dev/null 2>&1 || "${maven[@]}"
# shellcheck disable=SC2086
exec "$jdk/bin/java" -Xmx8g "${flags[@]}" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
  -XX:PerMethodTrapLimit=100000 \
  -Dsagitta.top="$top" ${SAGITTA_BENCH_JVM:-} -cp "bench/target/classes:$(cat "$cp_file")" "io.sagitta.bench.$main" "$@"
