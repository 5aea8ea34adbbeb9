#!/usr/bin/env bash
# Whole programs on the same log: dwell report, GoAccess and rhit where they are installed, in CPU seconds, wall time
# and peak memory, with their ratios. While another program runs on one core, dwell runs on a second one, over and over:
# what else the machine has to do slows both alike. Of several runs it prints the one in the middle.
# `benches/whole_process.sh [LINES [FORMAT]]` makes a log of 2 million combined lines unless told otherwise; the other
# FORMAT is caddy, JSON lines, which rhit cannot read: there dwell is also compared with what GoAccess takes for the same
# requests as combined lines. It needs GNU time (/usr/bin/time), and Python for caddy.
set -euo pipefail
cd "$(dirname "$0")/.."

lines=${1:-2000000}
format=${2:-combined}
dwell=target/release/dwell
[ -x "$dwell" ] || cargo build --release
[ -x /usr/bin/time ] || { echo 'GNU time is not here: install your system'\''s package "time"' >&2; exit 1; }
log=$(mktemp)
trap 'rm -f "$log" "$log".*' EXIT
case $format in
  combined) "$dwell" demo --print "$lines" > "$log" ;;
  caddy)
    "$dwell" demo --print "$lines" > "$log.combined"
    benches/as_caddy.py < "$log.combined" > "$log"
    ;;
  *) echo "$format: neither combined nor caddy" >&2; exit 2 ;;
esac
other_core=$(( $(nproc) > 1 ? 1 : 0 ))

# measure FILE COMMAND…: runs it, and adds its CPU seconds, wall time and peak memory to the file
measure() {
  local into=$1
  shift
  /usr/bin/time -f '%U %S %e %M' -o "$into.one" "$@" > /dev/null 2> /dev/null
  awk 'END { print $1 + $2, $3, $4 }' "$into.one" >> "$into"
}

# middle FILE: the run that took the median of CPU seconds
middle() {
  sort -n "$1" | sed -n "$((($(wc -l < "$1") + 1) / 2))p"
}

# tell NAME FILE: prints the run in the middle
tell() {
  middle "$2" | awk -v name="$1" -v lines="$lines" -v runs="$(wc -l < "$2")" '{
    printf "%-28s %7.2f s cpu  %7.2f s wall  %6.1f MiB  %9.0f lines per CPU-second, %d run(s)\n", \
      name, $1, $2, $3 / 1024, lines / $1, runs }'
}

# alone NAME COMMAND…: seven runs with nothing beside them
alone() {
  rm -f "$log.alone"
  for _ in 1 2 3 4 5 6 7; do measure "$log.alone" "${@:2}"; done
  tell "$1" "$log.alone"
}

# compare TIMES NAME COMMAND…: so many runs of another program, and dwell beside it for as long
compare() {
  local times=$1 name=$2
  shift 2
  rm -f "$log.other" "$log.mine"
  for _ in $(seq "$times"); do measure "$log.other" taskset -c "$other_core" "$@"; done &
  measure "$log.mine" taskset -c 0 "$dwell" report "$log"
  while kill -0 $! 2> /dev/null; do measure "$log.mine" taskset -c 0 "$dwell" report "$log"; done
  wait $! || { echo "$name did not read this log" >&2; exit 1; }
  tell "$name" "$log.other"
  tell '  dwell report beside it' "$log.mine"
  paste <(middle "$log.other") <(middle "$log.mine") |
    awk '{ printf "  %.1f times as many lines per CPU-second\n", $1 / $4 }'
}

cat "$log" > /dev/null
alone 'dwell report, all cores' "$dwell" report "$log"
alone 'dwell report, one core' taskset -c 0 "$dwell" report "$log"
if command -v goaccess > /dev/null; then
  compare 1 "$(goaccess --version | head -n 1)" goaccess "$log" --log-format="${format^^}" -o "$log.json"
  if [ "$format" != combined ]; then
    compare 1 'GoAccess, combined lines' goaccess "$log.combined" --log-format=COMBINED -o "$log.json"
  fi
else
  echo 'GoAccess is not installed here: nothing to compare with'
fi
if [ "$format" != combined ]; then
  exit
elif command -v rhit > /dev/null; then
  compare 5 "$(rhit --version)" rhit --color no "$log"
else
  echo 'rhit is not installed here (cargo install rhit): nothing to compare with'
fi
