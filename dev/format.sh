#!/usr/bin/env bash
# Formats Java sources with google-java-format: those changed since main (or --all, or the files named).
# usage: dev/format.sh [--all | FILE...]
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
. dev/jdk25.sh
jdk=$(find_jdk25) || { echo "format: no JDK 25 found; install one (any vendor)" >&2; exit 1; }

jar=$top/target/tools/google-java-format.jar
if [ ! -f "$jar" ]; then
  mvn -q -N dependency:copy@formatter
fi

if [ "${1:-}" = --all ]; then
  files=(.)
elif [ $# -gt 0 ]; then
  files=("$@")
else
  base=$(git merge-base HEAD main 2>/dev/null || git rev-parse HEAD)
  mapfile -t files < <({ git diff --name-only --diff-filter=d "$base" -- '*.java'
    git ls-files --others --exclude-standard -- '*.java'; } | sort -u)
  if [ ${#files[@]} -eq 0 ]; then
    exit 0
  fi
fi
exec "$jdk/bin/java" @dev/format.args -cp "$jar" dev/Format.java --replace "${files[@]}"
