#!/usr/bin/env python3
"""How soon the live monitor shows what happens: a line that is appended, a key that is pressed (design.md section 7).

Runs the real program on a pseudo-terminal, twice: on a quiet log, and with a million sessions kept while lines pour
in. Takes the time from the write to the end of the frame that shows it. The last column leaves out what dwell's main
thread, and this script, waited for a core: on a machine that has other work to do the rest says more about it than
about dwell. Linux only, as terminal_thrift.py.

    cargo build --release
    benches/latency.py
    benches/latency.py --sessions 100000 --rate 10000 --count 50 --only busy
"""

import argparse
import datetime
import math
import multiprocessing
import os
import random
import re
import select
import tempfile
import time

from terminal_thrift import Terminal

# Milliseconds that the 99th percentile may take; design.md gives marks for these.
MARKS = {"line → screen": 300, "key → frame": 30}
FRAME_END = b"\x1b[?2026l"
AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36",
]
REFERRERS = ["-", "https://www.google.com/", "https://news.ycombinator.com/", "https://www.bing.com/"]
# So many visitors take turns: none of them views 60 pages a minute, as bots do (R3).
PROBES = 10
VISITORS = 200_000
# Appended in so many portions a second, of which so many are made: then they begin again.
PORTIONS = 100
MADE = 300


def stamp(at):
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%d/%b/%Y:%H:%M:%S +0000")


def around(number, path):
    """What stands before and after the time in the line of a visitor of that number."""
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    referrer, agent = REFERRERS[number % len(REFERRERS)], AGENTS[number // 7 % len(AGENTS)]
    return f"{address} - - [", f'] "GET {path} HTTP/1.1" 200 512 "{referrer}" "{agent}"\n'


def write_history(path, sessions):
    """Sessions of one to three pages, spread over the day before the last half hour."""
    start, seconds = time.time() - 23.5 * 3600, 23 * 3600
    with open(path, "w", encoding="utf-8") as file:
        for number in range(sessions):
            at = stamp(start + number * seconds / max(sessions, 1))
            for page in range(1 + number % 3 % 2):
                before, after = around(number, f"/page/{number * 31 % 2000 + page}")
                file.write(before + at + after)


def pour(path, rate):
    """Appends so many lines a second, in small portions, until it is ended."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND)
    each = max(1, rate // PORTIONS)
    portions = []
    for portion in range(MADE):
        lines = [around(random.randrange(VISITORS) | 1 << 23, line_path(portion + line)) for line in range(each)]
        pieces = [after + before for (_, after), (before, _) in zip(lines, lines[1:])]
        portions.append((lines[0][0], pieces, lines[-1][1]))
    begun, written = time.monotonic(), 0
    while True:
        due = int((time.monotonic() - begun) * rate) // each
        if due == written:
            time.sleep(0.3 / PORTIONS)
            continue
        first, pieces, last = portions[written % len(portions)]
        now = stamp(time.time())
        os.write(file, (first + now + now.join([*pieces, ""]) + last).encode())
        written += 1


def line_path(number):
    """Two of three requests are assets, as in most logs."""
    return f"/page/{number % 2000}" if number % 3 == 0 else f"/static/{number % 50}.css"


class Screen:
    """What stands on the terminal, as far as dwell's own sequences go: moves, a clear, text."""

    PARTS = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|([^\x1b]+)")

    def __init__(self, size):
        self.columns, self.lines = size
        self.rows = [[" "] * self.columns for _ in range(self.lines)]
        self.row = self.column = 0
        self.left = b""

    def take(self, block):
        """Takes what was written, up to the end of its last whole frame; whether there was one."""
        frames, end, left = (self.left + block).rpartition(FRAME_END)
        self.left = left
        for arguments, command, text in self.PARTS.findall(frames.decode(errors="replace")):
            if text:
                self.write(text)
            elif command in "HCJ":
                self.obey(command, [int(word) for word in arguments.split(";") if word])
        return bool(end)

    def write(self, text):
        for character in text:
            if self.row < self.lines and self.column < self.columns:
                self.rows[self.row][self.column] = character
            self.column += 1

    def obey(self, command, numbers):
        if command == "J":
            self.rows = [[" "] * self.columns for _ in range(self.lines)]
        elif command == "C":
            self.column += numbers[0] if numbers else 1
        else:
            row, column = (numbers + [1, 1])[:2] if numbers else (1, 1)
            self.row, self.column = row - 1, column - 1

    def shows(self, text):
        return any(text in "".join(row) for row in self.rows)


class Monitor:
    """dwell on a terminal, and the log that it reads."""

    def __init__(self, options, path, window):
        command = [options.dwell, "--since", "all", "--keep", "48h", "--max-memory", "8GiB", "--window", window]
        self.terminal = Terminal([*command, "--filter", "page:/probe*", path], options.size)
        self.screen = Screen(options.size)
        self.log = os.open(path, os.O_WRONLY | os.O_APPEND)
        self.probes = 0
        for _ in range(PROBES):
            self.probe()
        self.wait_for(lambda: self.screen.shows("LIVE"), 300)
        self.rest(2)

    def press(self, keys, happened):
        """Seconds from the key to the frame by whose end that has happened."""
        begun = self.now()
        os.write(self.terminal.master, keys)
        return self.since(begun, happened)

    def now(self):
        """The time, and for how long the main thread and this process have waited for a core so far."""
        waited = sum(waited_for_a_core(process) for process in (self.terminal.pid, os.getpid()))
        return time.monotonic(), waited

    def since(self, begun, happened):
        """Seconds until something has happened on the screen, and how many of them were spent waiting for a core."""
        then, waited_then = begun
        seconds = self.wait_for(happened) - then
        return seconds, self.now()[1] - waited_then

    def probe(self):
        """One of a few visitors goes on to a page of a new name."""
        self.probes += 1
        before, after = around(1 << 22 | self.probes % PROBES, f"/probe/{self.probes}.")
        begun = self.now()
        os.write(self.log, (before + stamp(time.time()) + after).encode())
        return begun

    def wait_for(self, happened, most=10):
        """When the frame was whole by whose end something has happened on the screen."""
        end = time.monotonic() + most
        while time.monotonic() < end:
            arrived = self.read(end - time.monotonic())
            if arrived and happened():
                return arrived
        raise SystemExit(f"waited {most} s in vain; the screen:\n" + "\n".join(map("".join, self.screen.rows)))

    def read(self, most):
        """When a frame became whole within that time, if one did."""
        if not select.select([self.terminal.master], [], [], max(0, most))[0]:
            return None
        block = os.read(self.terminal.master, 65536)
        now = time.monotonic()
        return now if self.screen.take(block) else None

    def lines_to_screen(self, count):
        for _ in range(count):
            self.rest(random.uniform(0.3, 0.7))
            begun = self.probe()
            yield self.since(begun, lambda: self.screen.shows(f"/probe/{self.probes}."))

    def keys_to_frame(self, count):
        for _ in range(count // 2):
            for keys, is_open in ((b"?", True), (b"\x1b", False)):
                self.rest(random.uniform(0.1, 0.3))
                yield self.press(keys, lambda: self.screen.shows("Help") == is_open)

    def keys_to_answer(self, count):
        """To a screen that asks something new: a row of it comes with the engine's answer."""
        for _ in range(count // 4):
            self.rest(random.uniform(0.3, 0.7))
            yield self.press(b"5", lambda: self.screen.shows("Firefox"))
            self.rest(0.5)
            self.press(b"1", lambda: self.screen.shows("Bounce rate"))

    def rest(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)


def waited_for_a_core(process):
    """Seconds that a process's main thread was ready to run and did not."""
    with open(f"/proc/{process}/task/{process}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[1]) / 1e9


def percentile(sorted_values, share):
    return sorted_values[math.ceil(len(sorted_values) * share) - 1]


def report(what, times):
    times = list(times)
    values = sorted(1000 * seconds for seconds, _ in times)
    unhindered = percentile(sorted(1000 * max(0, seconds - waited) for seconds, waited in times), 0.99)
    p50, p90, p99 = (percentile(values, share) for share in (0.5, 0.9, 0.99))
    mark = MARKS.get(what)
    verdict = "" if mark is None else f"≤ {mark}" if p99 <= mark else f"> {mark} !"
    print(f"  {what:<16} {len(values):>5} {p50:>8.1f} {p90:>8.1f} {p99:>8.1f} {values[-1]:>8.1f}  {verdict:<10} {unhindered:>8.1f}", flush=True)


def measure(options, name, sessions, rate, window):
    print(f"{name}: {sessions:,} sessions kept, {rate:,} lines/s coming in, window {window}")
    print(f"  {'milliseconds':<16} {'times':>5} {'p50':>8} {'p90':>8} {'p99':>8} {'max':>8}  p99 may be  not waiting", flush=True)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = os.path.join(folder, "access.log")
        write_history(path, sessions)
        monitor = Monitor(options, path, window)
        pouring = multiprocessing.Process(target=pour, args=(path, rate), daemon=True)
        pouring.start()
        try:
            monitor.rest(2)
            report("line → screen", monitor.lines_to_screen(options.count))
            report("key → frame", monitor.keys_to_frame(options.count))
            report("key → answer", monitor.keys_to_answer(options.count))
        finally:
            pouring.terminate()
            monitor.terminal.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dwell", default="target/release/dwell")
    parser.add_argument("--sessions", type=int, default=1_000_000, help="kept in the busy run")
    parser.add_argument("--rate", type=int, default=100_000, help="lines a second in the busy run")
    parser.add_argument("--count", type=int, default=200, help="how often each is measured")
    parser.add_argument("--size", type=int, nargs=2, default=[160, 48], metavar=("COLUMNS", "ROWS"))
    parser.add_argument("--only", choices=["quiet", "busy"], help="one of the two runs")
    parser.add_argument("--folder", help="where the log is written; the busy one needs some gigabytes")
    options = parser.parse_args()
    if options.only != "busy":
        measure(options, "Quiet", 1_000, 10, "30m")
    if options.only != "quiet":
        measure(options, "Busy", options.sessions, options.rate, "24h")


if __name__ == "__main__":
    main()
