#!/usr/bin/env bash
# Makes the Python environment in which real FAISS answers the conformance tests and the benchmark.
#
#   conformance/python/setup.sh            make .venv beside this script unless it is there and complete
#   conformance/python/setup.sh --force    remove and make it again
#
# Exit code 0 in every case but a wrong option: where FAISS cannot be installed, one line beginning with
# "SKIP" says so, and everything that needs FAISS is skipped by its caller.
set -u
here=$(cd "$(dirname "$0")" && pwd)
venv=$here/.venv
case "${1:-}" in
  "") ;;
  --force) rm -rf "$venv" ;;
  *) echo "usage: setup.sh [--force]" >&2; exit 2 ;;
esac

skip() { echo "SKIP live FAISS: $1"; exit 0; }

probe='import faiss, numpy, sys
v = tuple(int(p) for p in faiss.__version__.split(".")[:2])
sys.exit(0 if v >= (1, 15) else 1)'

if [ -x "$venv/bin/python" ] && "$venv/bin/python" -c "$probe" 2>/dev/null; then
  "$venv/bin/python" -c 'import faiss; print("FAISS", faiss.__version__, "is ready:", faiss.get_compile_options().strip())'
  exit 0
fi

python=""
for candidate in python3 python3.13 python3.12 python3.11 python3.10; do
  if command -v "$candidate" >/dev/null 2>&1 \
      && "$candidate" -c 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else 1)' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || skip "no Python 3.10 or later was found"

rm -rf "$venv"
"$python" -m venv "$venv" >/dev/null 2>&1 || { rm -rf "$venv"; skip "$python cannot make virtual environments (package python3-venv)"; }
log=$venv/install.log
if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --retries 0 \
    'faiss-cpu>=1.15' numpy packaging >"$log" 2>&1; then
  reason=$(grep -m1 -i 'error' "$log" | cut -c1-160)
  rm -rf "$venv"
  skip "faiss-cpu 1.15 or later could not be installed (${reason:-pip failed})"
fi
"$venv/bin/python" -c "$probe" 2>/dev/null || { rm -rf "$venv"; skip "the installed faiss-cpu does not load or is older than 1.15"; }
"$venv/bin/python" -c 'import faiss; print("FAISS", faiss.__version__, "is ready:", faiss.get_compile_options().strip())'
