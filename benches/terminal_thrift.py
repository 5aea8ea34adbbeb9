#!/usr/bin/env python3
"""What the live monitor costs: bytes written to the terminal and CPU time (design.md section 7).

Runs the real program on a pseudo-terminal, lets it load a log, appends lines to it at a steady rate, and counts what
comes out of the terminal. Linux only: CPU time is read from /proc.

    cargo build --release
    benches/terminal_thrift.py                            # all rates
    benches/terminal_thrift.py --rates 10 --seconds 60
    benches/terminal_thrift.py -- goaccess LOG --log-format=COMBINED     # another program, LOG is put in
"""

import argparse
import datetime
import fcntl
import glob
import os
import pty
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time

# Lines a second: bytes a second and percent of a core that are allowed.
LIMITS = {0: (0, 0.1), 10: (600, 1.0), 1000: (2000, None)}
STAMP = re.compile(r"\[[^\]]+\]")
QUERIES = {b"\x1b[6n": b"\x1b[1;1R", b"\x1b[c": b"\x1b[?6c"}


class Log:
    """A log that simulated visitors write, with the times of now."""

    def __init__(self, dwell, path, rate):
        count = 40_000 if rate < 100 else 400_000
        made = subprocess.run([dwell, "demo", "--print", str(count)], check=True, capture_output=True, text=True)
        self.lines = [STAMP.split(line, maxsplit=1) for line in made.stdout.splitlines()]
        self.path, self.rate, self.next = path, rate, 0
        self.write_history()

    def write_history(self):
        """Half an hour of it at a modest rate; a few minutes at a high one, or the loading would take all day."""
        rate = self.rate or 10
        seconds = 1800 if rate < 100 else 240
        start = time.time() - seconds
        with open(self.path, "w", encoding="utf-8") as file:
            for index in range(seconds * rate):
                file.write(self.line(start + index / rate))

    def line(self, at):
        before, after = self.lines[self.next % len(self.lines)]
        self.next += 1
        stamp = datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("[%d/%b/%Y:%H:%M:%S +0000]")
        return f"{before}{stamp}{after}\n"

    def append(self, count):
        with open(self.path, "a", encoding="utf-8") as file:
            now = time.time()
            file.write("".join(self.line(now) for _ in range(count)))


class Terminal:
    """A program on a pseudo-terminal of that size."""

    def __init__(self, command, size):
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LC_ALL="C.UTF-8")
            os.environ.pop("NO_COLOR", None)
            os.execvp(command[0], command)
        columns, rows = size
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)
        self.bytes = self.writes = 0
        self.tail, self.record = b"", None

    def read(self, seconds):
        """Takes what comes for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.master], [], [], left)[0]:
                return
            try:
                block = os.read(self.master, 65536)
            except OSError:
                raise SystemExit(f"the program ended:\n{self.tail.decode(errors='replace')}") from None
            self.bytes += len(block)
            self.writes += 1
            self.tail = (self.tail + block)[-4000:]
            if self.record:
                self.record.write(block)
            for query, reply in QUERIES.items():
                if query in block:
                    os.write(self.master, reply)

    def read_until_quiet(self, most):
        """Until it has written little for a second: what there was is loaded."""
        end = time.monotonic() + most
        while time.monotonic() < end:
            before = self.bytes
            self.read(1.0)
            if 0 <= self.bytes - before < 200 and self.bytes > 1000:
                return

    def cpu(self):
        """Seconds of CPU time so far, over all threads."""
        spent = 0
        for path in glob.glob(f"/proc/{self.pid}/task/*/schedstat"):
            try:
                with open(path, encoding="ascii") as file:
                    spent += int(file.read().split()[0])
            except OSError:
                pass
        return spent / 1e9

    def end(self):
        os.kill(self.pid, signal.SIGTERM)
        os.close(self.master)
        os.waitpid(self.pid, 0)


def measure(options, rate):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "access.log")
        log = Log(options.dwell, path, rate)
        given = [path if word == "LOG" else word for word in options.command]
        terminal = Terminal(given or [options.dwell, path, *options.flag], options.size)
        terminal.read_until_quiet(60)
        loaded = terminal.bytes
        feed(terminal, log, rate, options.warmup if rate else 0)
        if options.record:
            terminal.record = open(f"{options.record}.{rate}", "wb")
        bytes_before, writes, cpu = terminal.bytes, terminal.writes, terminal.cpu()
        begun = time.monotonic()
        feed(terminal, log, rate, options.seconds)
        spent = time.monotonic() - begun
        written = terminal.bytes - bytes_before
        result = (written / spent, (terminal.writes - writes) / spent, 100 * (terminal.cpu() - cpu) / spent, loaded)
        terminal.end()
        return result


def feed(terminal, log, rate, seconds):
    """Appends lines for so long, in ten portions a second at most."""
    beat = max(0.1, 1 / rate) if rate else 1.0
    begun, written = time.monotonic(), 0
    while (passed := time.monotonic() - begun) < seconds:
        if (due := int(passed * rate) - written) > 0:
            log.append(due)
            written += due
        terminal.read(min(beat, seconds - passed))


def verdict(value, limit):
    if limit is None:
        return ""
    return f"≤ {limit:g}" if value <= limit else f"> {limit:g} !"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dwell", default="target/release/dwell")
    parser.add_argument("--rates", type=int, nargs="*", default=[0, 10, 1000], help="lines a second")
    parser.add_argument("--seconds", type=float, default=30, help="how long each is measured")
    parser.add_argument("--warmup", type=float, default=10, help="how long lines come in before that")
    parser.add_argument("--size", type=int, nargs=2, default=[160, 48], metavar=("COLUMNS", "ROWS"))
    parser.add_argument("--flag", action="append", default=[], help="one more argument for dwell")
    parser.add_argument("--record", help="keep what was written in FILE.RATE")
    parser.add_argument("command", nargs="*", help="another program to measure; LOG is put in")
    options = parser.parse_args()
    print(f"{'lines/s':>8} {'bytes/s':>9} {'limit':>10} {'writes/s':>9} {'CPU %':>7} {'limit':>8} {'loading, bytes':>15}")
    for rate in options.rates:
        written, writes, cpu, loaded = measure(options, rate)
        most, most_cpu = LIMITS.get(rate, (None, None))
        print(
            f"{rate:>8} {written:>9.1f} {verdict(written, most):>10} {writes:>9.2f} {cpu:>7.2f} "
            f"{verdict(cpu, most_cpu):>8} {loaded:>15}",
            flush=True,
        )


if __name__ == "__main__":
    main()
