//! The text below the options in `--help`.

pub(super) const EXAMPLES: &str = "\
Examples:
  dwell /var/log/nginx/access.log           watch a log
  dwell --filter 'source:google' *.log      watch the visitors that Google sends
  dwell report --json access.log            print the report of a log as JSON
  dwell demo                                see what it looks like, on simulated traffic";

pub(super) const EXAMPLES_AND_FILES: &str = "\
Examples:
  dwell /var/log/nginx/access.log           watch a log
  dwell --filter 'source:google' *.log      watch the visitors that Google sends
  dwell exec:'ssh web1 tail -F access.log'  watch a log on another machine
  dwell --replay 60 --since all old.log     play a log back, an hour a minute
  dwell report --json access.log            print the report of a log as JSON
  dwell demo                                see what it looks like, on simulated traffic

Spans are written like 90s, 30m, 1h30m or 7d; sizes like 512MiB, 128MB or 1GiB.

Filters are terms with spaces between them, and all must hold: source:google page:/pricing*
country:DE,AT duration>60s pageviews>=2 -channel:Direct bounced. A comma is or, - is not, * is
any text, and a bare word matches a page or the source.

Files:
  dwell/dwell.toml in the config folder ($XDG_CONFIG_HOME or ~/.config) holds options under
  their long names, such as gap = \"15m\", and humans (parts of user agents that are never
  bots), [[rule]], [[bot]], [[browser]], [[source]], [[channel]], [segments], and [[alert]].

Exit status: 0 done, 1 a failure while running, 2 wrong usage.";

pub(super) const REPORT_EXAMPLES: &str = "\
Examples:
  dwell report access.log                          a report to read
  dwell report --json access.log | jq .sessions    the figures for a program
  dwell report --csv=pages access.log > pages.csv  a table for a spreadsheet
  dwell report --sessions --since 24h access.log   each session as a line of JSON
  dwell report --for 30s tcp://127.0.0.1:5140      what comes in within 30 seconds";

pub(super) const WATCH_EXAMPLES: &str = "\
Examples:
  dwell watch /var/log/nginx/access.log                  raise the alerts of the usual config
  dwell watch --config shop.toml /var/log/shop.log       and those of another one

SIGHUP reads the config again, SIGTERM and SIGINT end it. What fires goes to standard error.";

pub(super) const ALERT_EXAMPLES: &str = "\
Examples:
  dwell alert test down           does the command of the alert `down` work?
  dwell alert silence down 2h     tell nobody of it for two hours
  dwell alert silence down 0s     tell again";

pub(super) const ANNOTATE_EXAMPLES: &str = "\
Examples:
  dwell annotate \"deploy v2.4.1\"                          a deploy, now
  dwell annotate --kind incident --at 13:20 \"db down\"     what went wrong, and when

The line goes into the file that [annotate] names, or annotations.jsonl beside the config.";

pub(super) const CHECK_EXAMPLES: &str = "\
Examples:
  dwell check access.log                          how the lines of a log are read
  dwell check --format '$remote_addr …' app.log   try a format out
  dwell check --config shop.toml access.log       what goals, funnels and experiments match";

pub(super) const DEMO_EXAMPLES: &str = "\
Examples:
  dwell demo                                          watch simulated visitors
  dwell demo --print 200000 --seed 7 > simulated.log  write their log lines into a file
  dwell demo --print-config > shop.toml               and what to watch in them: --config shop.toml";
