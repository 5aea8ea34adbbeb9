#!/usr/bin/env bash
# What a whole report costs more where lines are read by a format string of nginx: one that adds a field to the combined
# format, and one in an order of its own. `benches/format_strings.sh [LINES]` makes a log of 500,000 lines unless told
# otherwise, reads it nine times in each format, in turn, and prints the medians; it needs GNU time (/usr/bin/time).
set -euo pipefail
cd "$(dirname "$0")/.."

lines=${1:-500000}
dwell=target/release/dwell
[ -x "$dwell" ] || cargo build --release
[ -x /usr/bin/time ] || { echo 'GNU time is not here: install your system'\''s package "time"' >&2; exit 1; }
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

fields='"$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"'
declare -A formats=(
  [combined]=combined
  [added]="\$remote_addr - \$remote_user [\$time_local] $fields \$request_time"
  [ordered]="\$remote_addr [\$time_local] \$request_time $fields"
)
"$dwell" demo --print "$lines" > "$logs/combined"
sed 's/$/ 0.012/' "$logs/combined" > "$logs/added"
sed -E 's/^(\S+) \S+ \S+ (\[[^]]*\]) /\1 \2 0.012 /' "$logs/combined" > "$logs/ordered"

# seconds FORMAT: the CPU seconds of a report on one core
seconds() {
  taskset -c 0 /usr/bin/time -f '%U %S' -o "$logs/time" "$dwell" report --format "${formats[$1]}" "$logs/$1" > /dev/null
  awk '{ print $1 + $2 }' "$logs/time"
}

# median FORMAT
median() {
  sort -n "$logs/$1.seconds" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}

for _ in {1..9}; do
  for format in combined added ordered; do
    seconds "$format" >> "$logs/$format.seconds"
  done
done
base=$(median combined)
for format in combined added ordered; do
  mine=$(median "$format")
  awk "BEGIN { printf \"%-10s %6.2f s cpu  %5.2f times combined\\n\", \"$format\", $mine, $mine / $base }"
done
