#!/usr/bin/env python3
"""A log in the combined format, read from standard input, as Caddy would have written it: JSON lines.

    dwell demo --print 500000 | benches/as_caddy.py > caddy.log
    taskset -c 0 dwell report caddy.log

What a browser sends along differs by browser and by what it asks for, its port by connection, and so on. Headers are
shuffled.
"""

import datetime
import hashlib
import json
import random
import re
import sys

LINE = re.compile(r'(\S+) \S+ \S+ \[([^]]+)\] "(\S+) (\S+) \S+" (\d+) (\d+|-) "([^"]*)" "([^"]*)"')
LANGUAGES = ["en-US,en;q=0.9", "en-GB,en;q=0.8", "de-DE,de;q=0.9,en;q=0.7", "de,en-US;q=0.7,en;q=0.3", "fr-FR,fr;q=0.9"]
HOST = "www.example.com"
PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
# By the end of the path: what is accepted, for what it is fetched, and the type of the answer.
KINDS = {
    "css": ("text/css,*/*;q=0.1", "style", "text/css; charset=utf-8"),
    "js": ("*/*", "script", "text/javascript; charset=utf-8"),
    "png": ("image/avif,image/webp,*/*", "image", "image/png"),
    "jpg": ("image/avif,image/webp,*/*", "image", "image/jpeg"),
    "woff2": ("*/*", "font", "font/woff2"),
}


def number(*parts):
    """A number that belongs to these parts, always the same one."""
    return int.from_bytes(hashlib.blake2b(" ".join(parts).encode(), digest_size=6).digest(), "big")


def in_any_order(headers, seed):
    """Headers in an order of this line's own. Caddy 2 was seen to begin six headers at another one in each line, and to
    keep their order from there: this is harder to guess."""
    names = list(headers)
    random.Random(seed).shuffle(names)
    return {name: headers[name] for name in names}


def hints(agent):
    """What Chrome and its relatives say of themselves besides: most of it is escaped in JSON."""
    version = re.search(r"Chrome/(\d+)", agent)
    if not version:
        return {}
    name = "Microsoft Edge" if "Edg" in agent else "Google Chrome"
    system = next((system for system in ("Android", "Windows", "Mac", "CrOS") if system in agent), "Linux")
    return {
        "Sec-Ch-Ua": [f'"Chromium";v="{version[1]}", "{name}";v="{version[1]}", "Not?A_Brand";v="24"'],
        "Sec-Ch-Ua-Mobile": ["?1" if "Mobile" in agent else "?0"],
        "Sec-Ch-Ua-Platform": [f'"{system}"'],
    }


def as_caddy(line):
    """The line as an object; None where it is no line of the combined format."""
    match = LINE.match(line)
    if not match:
        return None
    address, stamp, method, uri, status, size, referrer, agent = match.groups()
    visitor, each = number(address, agent), number(line)
    time = datetime.datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z").timestamp() + each % 1000 / 1000
    path = uri.split("?")[0]
    accept, dest, kind = KINDS.get(path.rsplit(".", 1)[-1], (PAGE, "document", "text/html; charset=utf-8"))
    is_browser = agent.startswith("Mozilla/5.0 (") and "compatible" not in agent
    headers = {"Accept": [accept if is_browser else "*/*"], "Accept-Encoding": ["gzip, deflate, br"], "User-Agent": [agent]}
    if is_browser:
        headers["Accept-Language"] = [LANGUAGES[visitor % len(LANGUAGES)]]
        headers["Sec-Fetch-Dest"] = [dest]
        headers["Sec-Fetch-Mode"] = ["navigate" if dest == "document" else "no-cors"]
        headers["Sec-Fetch-Site"] = ["none" if referrer == "-" else "same-origin" if HOST in referrer else "cross-site"]
        headers["Priority"] = ["u=0, i" if dest == "document" else "u=1"]
        headers.update(hints(agent))
    if referrer != "-":
        headers["Referer"] = [referrer]
    answered = {
        "Server": ["Caddy"],
        "Alt-Svc": ['h3=":443"; ma=2592000'],
        "Content-Type": [kind],
        "Etag": [f'"{number(path):x}"'],
    }
    port = str(1024 + number(address, stamp[:17]) % 64000)
    return {
        "level": "info",
        "ts": round(time, 7),
        "logger": "http.log.access.log0",
        "msg": "handled request",
        "request": {
            "remote_ip": address,
            "remote_port": port,
            "client_ip": address,
            "proto": "HTTP/2.0" if is_browser else "HTTP/1.1",
            "method": method,
            "host": HOST,
            "uri": uri,
            "headers": in_any_order(headers, each),
            "tls": {
                "resumed": visitor % 3 == 0,
                "version": 772,
                "cipher_suite": 4865 if is_browser else 4867,
                "proto": "h2" if is_browser else "http/1.1",
                "server_name": HOST,
            },
        },
        "bytes_read": 0,
        "user_id": "",
        "duration": (each % 100_000 + 100) / 1_000_000,
        "size": 0 if size == "-" else int(size),
        "status": int(status),
        "resp_headers": in_any_order(answered, each),
    }


def main():
    for line in sys.stdin:
        caddy = as_caddy(line)
        if caddy:
            print(json.dumps(caddy, separators=(",", ":")))


if __name__ == "__main__":
    main()
