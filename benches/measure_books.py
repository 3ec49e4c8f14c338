"""The part of `benches/overhead` about the books: what journal and ledger cost, and how far the ledger lags behind."""

import dataclasses
import json
import sqlite3
import statistics
import subprocess
import threading
import time

from measuring import KEY, Contender, Run, free_ports, machine, measure, median, number, say, wait_until_it_answers

# What is measured with the books and without.
KINDS = ["plain", "rate", "streams"]

# A record must be in the ledger this soon after its request's end.
MOST_LAG_SECONDS = 1.0

# How often the ledger is looked at. It makes each lag look longer by as much.
LOOK_EVERY_SECONDS = 0.02


def run(folder, programs, write_config, build_policy, start, options):
    """Measures and prints. Gives what was not as it should be. `start` runs a process of a name and a command,
    `build_policy` builds the policy of the config's second route, and `write_config` writes the config."""
    mock_port, failing_port = free_ports(2)
    mock = start("mock", [programs.fingerpost, "sim", "--mock", "--port", mock_port])
    direct = Contender("the mock provider itself", mock_port, None, None)
    wait_until_it_answers(mock, direct)

    def gateway(name, books):
        own = folder / books
        own.mkdir()
        build_policy(own / "heedless.wasm")
        public_port, admin_port = free_ports(2)
        ports = {"mock_port": mock_port, "failing_port": failing_port}
        config = write_config(own, ports | {"public_port": public_port, "admin_port": admin_port})
        process = start(f"books-{books}", [programs.books, books, config])
        contender = Contender(name, public_port, None, process, "bench")
        wait_until_it_answers(process, contender)
        return contender

    contenders = [direct, gateway("without journal and ledger", "off"), gateway("**with both**", "on")]
    results = take_turns(contenders, programs.load, options)
    print(table(contenders, results, options))
    problems = [problem for runs in results.values() for run in runs for problem in run.problems()]
    lag = lag_at(contenders[-1], folder / "on" / "data" / "ledger.sqlite", programs.load, options)
    print(f"\n{lag}")
    return problems + list(lag.problems())


def take_turns(contenders, load, options):
    results = {}
    for contender in contenders:
        for kind in KINDS:
            measure(contender, kind, load, 1)
    for round_number in range(1, options.rounds + 1):
        for kind in KINDS:
            for contender in contenders:
                say(f"round {round_number} of {options.rounds}: {kind}, {contender.name}")
                seconds = options.seconds * (2 if kind == "rate" else 1)
                results.setdefault((kind, contender.name), []).append(measure(contender, kind, load, seconds))
    return results


def table(contenders, results, options):
    direct = contenders[0]

    def of(contender, kind, value):
        return median(results[kind, contender.name], value)

    def added(contender, name):
        floor = 0 if contender is direct else of(direct, "rate", lambda run: run.report[name])
        return number((of(contender, "rate", lambda run: run.report[name]) - floor) / 1000, ".3f")

    def row(contender):
        takes = "takes " if contender is direct else ""
        return [
            contender.name,
            number(of(contender, "plain", lambda run: run.report["per_second"]), ",.0f"),
            number(of(contender, "plain", Run.cpu_per_10_000), ".3f"),
            f"{takes}{added(contender, 'p50_us')} / {added(contender, 'p99_us')} ms",
            number(of(contender, "streams", lambda run: run.report["per_second"]), ",.0f"),
            number(of(contender, "streams", Run.cpu_per_10_000), ".3f"),
        ]

    columns = [
        "",
        "requests/s, 64 connections",
        "CPU s per 10,000",
        "added p50 / p99 at 500/s",
        "streams/s, 32 connections, 50 chunks",
        "CPU s per 10,000 streams",
    ]
    today = time.strftime("%Y-%m-%d")
    lines = [
        f"Measured {today} on {machine()}, medians over {options.rounds} rounds, by `benches/overhead --books`.",
        "",
        "| " + " | ".join(columns) + " |",
        "|" + "---|" * len(columns),
    ]
    return "\n".join(lines + ["| " + " | ".join(row(contender)) + " |" for contender in contenders])


# The lag of the ledger


@dataclasses.dataclass
class Lag:
    """How long after its request's end each record was in the ledger, for another process to read."""

    rate: int
    report: dict
    seconds: list

    def __str__(self):
        reached, count = self.report["per_second"], len(self.seconds)
        begin = f"At {reached:,.0f} requests a second for {self.report['seconds']:.0f} s, of {count:,} records"
        if not self.seconds:
            return f"{begin}, nothing can be said."
        median_lag, worst = statistics.median(self.seconds), max(self.seconds)
        p99 = statistics.quantiles(self.seconds, n=100)[98] if count > 1 else worst
        return (
            f"{begin}, half were in the ledger {median_lag * 1000:.0f} ms after their request's end, 99 % after "
            f"{p99 * 1000:.0f} ms, and the last of all after {worst * 1000:.0f} ms. Up to {LOOK_EVERY_SECONDS * 1000:.0f} "
            "ms of that is how often was looked."
        )

    def problems(self):
        report = self.report
        if report["errors"]:
            yield f"the run for the lag: {report['errors']} errors, such as: {report['an_error']}"
        if report["per_second"] < 0.98 * self.rate:
            yield f"the run for the lag reached {report['per_second']:.0f} of {self.rate} requests a second"
        if len(self.seconds) != report["requests"]:
            yield f"{report['requests']} requests were answered, and {len(self.seconds)} records came"
        if max(self.seconds, default=0) >= MOST_LAG_SECONDS:
            yield f"a record came {max(self.seconds):.2f} s after its request's end"


class Watcher(threading.Thread):
    """Reads the ledger beside the gateway that writes it, and notes how old each record's end is when it is seen."""

    def __init__(self, ledger):
        super().__init__(daemon=True)
        self.ledger = ledger
        self.seconds = []
        self.error = None
        self.is_ready = threading.Event()
        self.is_over = threading.Event()

    def run(self):
        try:
            connection = sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True, timeout=5, isolation_level=None)
            last = connection.execute("SELECT COALESCE(MAX(id), 0) FROM records").fetchone()[0]
            self.is_ready.set()
            question = "SELECT id, received_at + latency_ms FROM records WHERE id > ? ORDER BY id"
            while not self.is_over.is_set():
                rows = connection.execute(question, (last,)).fetchall()
                now = time.time()
                self.seconds.extend(max(now - ended_ms / 1000, 0) for _, ended_ms in rows)
                last = rows[-1][0] if rows else last
                time.sleep(LOOK_EVERY_SECONDS)
            connection.close()
        except sqlite3.Error as error:
            self.error = error
            self.is_ready.set()


def lag_at(gateway, ledger, load, options):
    say(f"the lag of the ledger at {options.rate} requests a second, for {options.lag_seconds} s")
    # What earlier runs left is written by then.
    time.sleep(1)
    watcher = Watcher(ledger)
    watcher.start()
    watcher.is_ready.wait()
    command = [load, f"127.0.0.1:{gateway.port}", "--seconds", options.lag_seconds, "--model", gateway.model]
    command += ["--key", KEY, "--connections", 64, "--rate", options.rate]
    output = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)
    # Longer than the bar, so that what is late is seen.
    time.sleep(2 * MOST_LAG_SECONDS)
    watcher.is_over.set()
    watcher.join()
    if watcher.error:
        raise SystemExit(f"failed to read the ledger at {ledger}: {watcher.error}")
    return Lag(options.rate, json.loads(output.stdout), watcher.seconds)
