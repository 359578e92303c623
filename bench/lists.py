#!/usr/bin/env python3
"""How long the API takes over a database, with nothing cached: bench/lists.py MARB DATABASE

Drops the database from the system's cache, starts `marb serve` over it with every cache of its own off, waits for /health,
and asks for claims and what belongs to them by id and for every list with every filter at the top, in the middle and near
the end. Prints one line for each: the mean and the 99th percentile (of 100 requests; of 2000 by id) in milliseconds, and the
list's total. At the end the slowest of each kind.
"""
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import time

API = "/api/v1"
KINDS = ["CLAIM", "REMITTANCE", "EPISODE", "RISK_SCORE", "PAYER", "PROVIDER", "PRACTICE_CONFIG", "COUNT", "PAYER_PATTERNS",
         "PATTERN_ANALYSIS"]
CLAIM_STATUSES = ["submitted", "paid", "partly_denied", "denied", "reversed", "replaced", "voided", "repeat", "predetermination"]


def main(marb, database):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open(database, "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    off = {f"CACHE_TTL_{kind}": "0" for kind in KINDS}
    started = time.perf_counter()
    server = subprocess.Popen(
        [marb, "serve", "--database", database, "--port", str(port)],
        env={**os.environ, **off, "MARB_LOG_LEVEL": "warn"}, stdout=subprocess.DEVNULL)
    try:
        connection = connect(port, server)
        print(f"/health {1000 * (time.perf_counter() - started):.0f} ms after the start of the process")
        measure(connection)
    finally:
        server.terminate()
        server.wait()


def connect(port, server):
    while server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", f"{API}/health")
            connection.getresponse().read()
            return connection
        except OSError:
            time.sleep(0.001)
    sys.exit("the server has ended")


def ask(connection, path, method="GET"):
    connection.request(method, API + path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        sys.exit(f"{path}: {answer.status} {body[:200]}")
    return json.loads(body)


def timed(connection, what, paths, method="GET"):
    """Prints the times of these requests, and gives their 99th percentile."""
    times = []
    for path in paths:
        start = time.perf_counter()
        connection.request(method, API + path)
        answer = connection.getresponse()
        body = answer.read()
        times.append(1000 * (time.perf_counter() - start))
        if answer.status != 200:
            sys.exit(f"{path}: {answer.status} {body[:200]}")
    times.sort()
    mean, p99 = sum(times) / len(times), times[(99 * len(times) - 1) // 100]
    print(f"{what:96} {mean:7.2f} {p99:7.2f} {json.loads(body).get('total', ''):>9}")
    return p99


def measure(connection):
    total = ask(connection, "/claims?limit=1")["total"]
    deep = min(900_000, total * 9 // 10)
    chance = random.Random(1)
    ids = [chance.randint(1, total) for _ in range(2000)]
    slowest = {"by id": 0, "skip=0": 0, f"skip={total // 2}": 0, f"skip={deep}": 0}
    for path in ("claims/{}", "risk/{}", "episodes/{}", "remits/{}"):
        # Of those there are a few less.
        last = min(total, ask(connection, f"/{path.split('/')[0]}?limit=1")["total"])
        p99 = timed(connection, "/" + path, ["/" + path.format(id % last + 1) for id in ids])
        slowest["by id"] = max(slowest["by id"], p99)
    timed(connection, "POST /patterns/analyze-claim/{}", [f"/patterns/analyze-claim/{id}" for id in ids], "POST")
    timed(connection, "/overview", ["/overview"] * 100)
    for payer in ask(connection, "/payers")["payers"]:
        timed(connection, f"/patterns/payer/{payer['id']}", [f"/patterns/payer/{payer['id']}"] * 100)
    for noun, filters in lists(lambda path: ask(connection, path), total):
        for filter in filters:
            for place in list(slowest)[1:]:
                path = f"/{noun}?{filter}{'&' if filter else ''}limit=100&{place}"
                slowest[place] = max(slowest[place], timed(connection, path, [path] * 100))
    for place, p99 in slowest.items():
        print(f"the slowest p99 {place}: {p99:.2f} ms")


def lists(ask, total):
    """Each list with its filters; their values are those of rows that are there, so that they leave many rows and few."""
    def times(noun):
        middle = ask(f"/{noun}?limit=1&skip={ask(f'/{noun}?limit=1')['total'] // 2}")[noun][0]["created_at"]
        return f"created_from={middle}", f"created_to={middle}"

    middle = ask(f"/claims?limit=1&skip={total // 2}")["claims"][0]
    whole = ask(f"/claims/{middle['id']}")
    payer, provider, practice = (f"{key}={whole[key]}" for key in ("payer_id", "provider_id", "practice_id"))
    since, until = times("claims")
    yield "claims", [
        "", payer, provider, practice, since, until,
        *(f"status={status}" for status in CLAIM_STATUSES),
        f"{payer}&status=denied", f"{practice}&status=partly_denied", f"{payer}&{provider}", f"{provider}&status=paid&{until}",
        f"{payer}&{provider}&{practice}&status=paid&{since}&created_to=2999-12-31",
    ]
    yield "claims/unlinked", [""]
    since, until = times("remits")
    yield "remits", ["", payer, "status=paid", "status=denied", since, until, f"{payer}&status=paid&{until}"]
    since, until = times("episodes")
    yield "episodes", [
        "", f"claim_id={middle['id']}", *(f"status={status}" for status in ("pending", "linked", "complete", "denied")),
        since, until, f"status=denied&{until}",
    ]
    for noun in ("risk", "payers", "providers", "imports"):
        yield noun, [""]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
