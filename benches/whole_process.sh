#!/usr/bin/env bash
# Whole programs on the same log: dwell report, GoAccess and rhit where they are installed, in CPU seconds, wall time
# and peak memory, with their ratios. Of seven runs of dwell and three of rhit it prints the one in the middle.
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

# run TIMES NAME COMMAND…: prints the figures of the run that took the median of CPU seconds, and leaves those in $cpu
run() {
  local times=$1 name=$2
  shift 2
  for _ in $(seq "$times"); do
    /usr/bin/time -f '%U %S %e %M' -o "$log.time" "$@" > /dev/null 2> /dev/null
    awk '{ print $1 + $2, $3, $4 }' "$log.time"
  done | sort -n > "$log.times"
  read -r cpu wall memory < <(sed -n "$(((times + 1) / 2))p" "$log.times")
  awk "BEGIN { printf \"%-28s %7.2f s cpu  %7.2f s wall  %6.1f MiB  %9.0f lines per CPU-second\n\", \
    \"$name\", $cpu, $wall, $memory / 1024, $lines / $cpu }"
}

# compare: how dwell on one core does against the last one
compare() {
  awk "BEGIN { printf \"%.1f times as many lines per CPU-second\\n\", $cpu / $mine }"
}

cat "$log" > /dev/null
run 7 'dwell report, all cores' "$dwell" report "$log"
run 7 'dwell report, one core' taskset -c 0 "$dwell" report "$log"
mine=$cpu
if command -v goaccess > /dev/null; then
  run 1 "$(goaccess --version | head -n 1)" goaccess "$log" --log-format="${format^^}" -o "$log.json"
  compare
  if [ "$format" != combined ]; then
    run 1 'GoAccess, combined lines' goaccess "$log.combined" --log-format=COMBINED -o "$log.json"
    compare
  fi
else
  echo 'GoAccess is not installed here: nothing to compare with'
fi
if [ "$format" != combined ]; then
  exit
elif command -v rhit > /dev/null; then
  run 3 "$(rhit --version)" rhit --color no "$log"
  compare
else
  echo 'rhit is not installed here (cargo install rhit): nothing to compare with'
fi
