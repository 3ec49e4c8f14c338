"""What the measuring scripts share: processes of ours and what they use, runs of the load generator, medians."""

import dataclasses
import http.client
import json
import os
import pathlib
import signal
import socket
import statistics
import string
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
KEY = "fp-bench-key"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def say(text):
    print(text, file=sys.stderr, flush=True)


# Processes


class Process:
    """A process of ours, its log beside the others, and what the operating system says that it used."""

    def __init__(self, name, command, folder):
        self.log = folder / f"{name}.log"
        with open(self.log, "wb") as log:
            self.child = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, cwd=folder)

    def pids(self):
        pid = self.child.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [pid, *map(int, children.split())]

    def cpu_seconds(self):
        """User and system time so far, of the workers too."""
        total = 0
        for pid in self.pids():
            # The second field, the name, may hold spaces; what follows its parenthesis does not.
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS_PER_SECOND

    def peak_megabytes(self):
        status = [pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() for pid in self.pids()]
        peaks = [int(line.split()[1]) for lines in status for line in lines if line.startswith("VmHWM:")]
        return sum(peaks) * 1024 / 1e6

    def stop(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()


def stop_all(processes):
    while processes:
        processes.pop().stop()


def free_ports(count):
    """Ports that are free now. They are all held until all are known, so that no two are the same."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def ask(port, model):
    """One request; status, headers and the start of the body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    body = json.dumps({"model": model, "messages": [{"role": "user", "content": "hi"}]})
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    try:
        connection.request("POST", "/v1/chat/completions", body, headers)
        response = connection.getresponse()
        return response.status, response.headers, response.read()[:300]
    finally:
        connection.close()


def wait_until_it_answers(process, contender, seconds=180):
    """Waits for a right answer. The gateway compiles its policies first."""
    give_up = time.monotonic() + seconds
    answer = "nothing"
    while time.monotonic() < give_up and process.child.poll() is None:
        try:
            status, _, body = ask(contender.port, contender.model)
            if status == 200:
                return
            answer = f"{status} {body}"
        except OSError as error:
            answer = str(error)
        time.sleep(0.1)
    tail = process.log.read_text(errors="replace")[-3000:]
    raise SystemExit(f"{contender.name} does not answer on port {contender.port}: {answer}\nits log ends:\n{tail}")


# Contenders


@dataclasses.dataclass
class Contender:
    """Something that answers chat completion requests. The direct way has no process whose use counts."""

    name: str
    port: int
    fallback_port: int | None
    process: Process | None
    model: str = "mock"
    fallback_model: str = "mock"


def write_from_template(file, values):
    """Fills in the template of the same name beside this script."""
    template = string.Template((pathlib.Path(__file__).parent / "overhead-config" / file.name).read_text())
    file.write_text(template.substitute(values))
    return file


# Measuring


@dataclasses.dataclass
class Run:
    """One run of the load generator and what the contender's process used meanwhile."""

    contender: str
    kind: str
    report: dict
    cpu_seconds: float | None

    def cpu_per_10_000(self):
        requests = self.report["requests"]
        return None if self.cpu_seconds is None or not requests else self.cpu_seconds / requests * 10_000

    def problems(self):
        errors = self.report["errors"]
        if errors or not self.report["requests"]:
            yield f"{self.contender}, {self.kind}: {errors} errors, such as: {self.report['an_error']}"


# What the load generator is told for each kind of run; at a fixed rate a run takes twice as long, for it brings fewer
# samples. First bytes are measured at a low rate, where they wait for nothing but the contender.
KINDS = {
    "plain": ["--connections", "64"],
    "rate": ["--connections", "16", "--rate", "500"],
    "streams": ["--connections", "32", "--stream"],
    "first": ["--connections", "16", "--rate", "100", "--stream"],
    "fallback": ["--connections", "64"],
}


def measure(contender, kind, load, seconds):
    port = contender.fallback_port if kind == "fallback" else contender.port
    model = contender.fallback_model if kind == "fallback" else contender.model
    if port is None:
        return None
    command = [load, f"127.0.0.1:{port}", "--seconds", seconds, "--model", model, "--key", KEY, *KINDS[kind]]
    before = contender.process and contender.process.cpu_seconds()
    output = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)
    # What follows an answer, such as writing the ledger, is a part of its cost.
    time.sleep(0.3)
    after = contender.process and contender.process.cpu_seconds()
    cpu_seconds = None if contender.process is None else after - before
    return Run(contender.name, kind, json.loads(output.stdout), cpu_seconds)


def median(runs, value):
    values = [value(run) for run in runs or []]
    values = [each for each in values if each is not None]
    return statistics.median(values) if values else None


def number(value, form):
    return "–" if value is None else format(value, form)


def machine():
    info = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in info if line.startswith("model name")]
    release = os.uname().release.split("-")[0]
    return f"{os.cpu_count()} × {names[0] if names else os.uname().machine}, Linux {release}"
