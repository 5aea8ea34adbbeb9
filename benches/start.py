#!/usr/bin/env python3
"""How soon the live monitor is there on a large log (design.md section 7): its first frame, and its last hour.

Makes a log of simulated traffic, opens it on a pseudo-terminal several times, and says how long it took from the
start of the program until it had drawn, and until nothing was left to load. The log is removed afterwards.

    cargo build --release
    benches/start.py                      # 1 GiB
    benches/start.py --gigabytes 10
"""

import argparse
import datetime
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import tempfile
import termios
import time

# A day of simulated traffic has less than so many lines, and begins with this date.
DAY_LINES, DAY = 700_000, b"02/Nov/2026"
QUERIES = {b"\x1b[6n": b"\x1b[1;1R", b"\x1b[c": b"\x1b[?6c"}
# The header says one of these once the log is loaded.
LOADED = (b"AT THE LOG", b"LIVE")


def make(dwell, path, gigabytes):
    """A log that ends yesterday: the same day again and again, each time with its own date."""
    made = subprocess.run([dwell, "demo", "--print", str(DAY_LINES)], check=True, capture_output=True).stdout
    day = b"".join(line for line in made.splitlines(keepends=True) if b"[" + DAY in line)
    days = max(1, round(gigabytes * (1 << 30) / len(day)))
    today = datetime.datetime.now(datetime.timezone.utc)
    with open(path, "wb") as file:
        for ago in range(days, 0, -1):
            date = (today - datetime.timedelta(days=ago)).strftime("%d/%b/%Y").encode()
            file.write(day.replace(DAY, date))
    return os.path.getsize(path)


def start(command, patience):
    """Seconds until the first frame, and until all is loaded."""
    began = time.monotonic()
    pid, master = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LC_ALL="C.UTF-8")
        os.execvp(command[0], command)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    first, seen = None, b""
    try:
        while time.monotonic() - began < patience:
            if not select.select([master], [], [], 0.5)[0]:
                continue
            block = os.read(master, 65536)
            for query, reply in QUERIES.items():
                if query in block:
                    os.write(master, reply)
            seen = (seen + block)[-200_000:]
            if first is None and "╭".encode() in seen:
                first = time.monotonic() - began
            # What is drawn again comes in pieces: the word stands whole where it is drawn for the first time.
            if first is not None and any(word in seen for word in LOADED):
                return first, time.monotonic() - began
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
        os.close(master)
    raise SystemExit(f"not loaded within {patience} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dwell", default="target/release/dwell")
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--since", default="1h")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "access.log")
        size = make(options.dwell, path, options.gigabytes)
        command = [options.dwell, "--since", options.since, path]
        figures = [start(command, 60) for _ in range(options.rounds)]
    print(f"a log of {size / 1e9:.1f} GB, --since {options.since}, {options.rounds} times")
    for name, values in zip(("first frame", "all of it on screen"), zip(*figures)):
        values = [value * 1000 for value in values]
        print(f"{name:<22} median {statistics.median(values):7.1f} ms   worst {max(values):7.1f} ms")


if __name__ == "__main__":
    main()
