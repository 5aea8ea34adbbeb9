#!/usr/bin/env bash
# Instructions per line that each stage of the way takes, by valgrind's callgrind: the same whatever else the machine
# is doing, so that a change that makes dwell slower shows on a noisy one too. `benches/instructions.sh [LINES]`.
set -euo pipefail
cd "$(dirname "$0")/.."

lines=${1:-50000}
command -v valgrind > /dev/null || { echo 'valgrind is not here: install your system'\''s package "valgrind"' >&2; exit 1; }
bench=$(cargo bench --bench stages --no-run 2>&1 | sed -n 's/.*(\(target[^)]*\)).*/\1/p')

# count STAGE: the instructions of the whole program when lines go as far as this
count() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" --until "$1" "$lines" 2>&1 |
    sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

printf '%-12s %24s\n' stage 'instructions per line'
before=$(count made)
for stage in cut read classified tracked scanned; do
  now=$(count "$stage")
  # What is read is cut again, so each stage is set against the one before it.
  printf '%-12s %24d\n' "$stage" $(((now - before) / lines))
  before=$now
done
