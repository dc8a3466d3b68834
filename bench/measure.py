"""Processes under measurement: servers with their CPU time and memory, the load generator wrk, and
runs of a program from start to end."""

import contextlib
import dataclasses
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time

FOLDER = pathlib.Path(__file__).parent
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60


class BenchError(Exception):
    """A sentence for the person who runs the bench."""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def command(main):
    """Runs a bench's main as a program: its own failures in one line, Ctrl-C as shells expect it."""
    try:
        main()
    except BenchError as error:
        sys.exit(f"bench: {error}")
    except KeyboardInterrupt:
        say("interrupted")
        sys.exit(130)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server process and its workers: a process group of its own, so that Ctrl-C reaches the
    bench alone, which then ends them all. `command` is a function of the port."""

    def __init__(self, command, path, environment, log, body):
        self.port = free_port()
        self.path = path
        self.log = log
        self.started_at = time.perf_counter()
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                [str(word) for word in command(self.port)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            self.start_seconds = self._await_first_answer(body)
        except BaseException:
            self.stop()
            raise

    def _await_first_answer(self, body):
        """Seconds from exec to the first 200."""
        while time.perf_counter() - self.started_at < START_SECONDS:
            if self.process.poll() is not None:
                raise BenchError(f"a server ended with {self.process.returncode}; see {self.log}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                self.ask([body])
                return time.perf_counter() - self.started_at
            time.sleep(0.002)
        raise BenchError(f"a server gave no answer in {START_SECONDS} s; see {self.log}")

    def ask(self, bodies):
        """The answers to these applications, sent one after another on one connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
        answers = []
        with contextlib.closing(connection):
            for body in bodies:
                connection.request("POST", self.path, body, {"Content-Type": "application/json"})
                reply = connection.getresponse()
                text = reply.read()
                if reply.status != 200:
                    raise BenchError(f"status {reply.status}: {text[:300]!r}; see {self.log}")
                answers.append(json.loads(text))
        return answers

    def _processes(self):
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                # The name, in parentheses, may hold anything; the numbers come after it.
                numbers = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(numbers[2]) == self.process.pid:
                    yield folder, numbers

    def cpu_seconds(self):
        ticks = sum(int(numbers[11]) + int(numbers[12]) for _, numbers in self._processes())
        return ticks / TICKS_PER_SECOND

    def settle(self):
        """Waits until the server has nothing left to do, so that it does not disturb the next one;
        gives its CPU seconds."""
        now, before = self.cpu_seconds(), None
        while now != before:
            time.sleep(0.1)
            now, before = self.cpu_seconds(), now
        return now

    def memory_mb(self):
        """Resident memory of all processes. What they share (libraries, mostly) counts once."""
        private, shared = 0, 0
        for folder, _ in self._processes():
            text = (folder / "smaps_rollup").read_text()
            sizes = dict(re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE))
            private += int(sizes["Private_Clean"]) + int(sizes["Private_Dirty"])
            shared = max(shared, int(sizes["Shared_Clean"]) + int(sizes["Shared_Dirty"]))
        return (private + shared) / 1024

    def stop(self):
        for how in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=20)
                break
        with contextlib.suppress(ProcessLookupError):  # workers that outlived their parent
            os.killpg(self.process.pid, signal.SIGKILL)


def load(server, applications, connections, seconds):
    """One run of wrk: latencies, throughput, and the server's CPU time per request."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s"]
    command += ["-s", FOLDER / "load.lua", f"http://127.0.0.1:{server.port}{server.path}"]
    before = server.cpu_seconds()
    said = run([*command, "--", applications]).said
    cpu_seconds = server.settle() - before
    account = json.loads(said.splitlines()[-1])
    if account["not_2xx"] or account["broken"] or not account["requests"]:
        raise BenchError(f"{server.path} under load: {account}; see {server.log}")
    return {
        "p50_ms": account["p50_ms"],
        "p99_ms": account["p99_ms"],
        "requests_per_s": account["requests"] / account["seconds"],
        # wrk leaves with a request open on every connection; the server works it off all the same.
        "cpu_ms_per_request": 1000 * cpu_seconds / (account["requests"] + connections),
    }


@dataclasses.dataclass
class Run:
    seconds: float
    cpu_seconds: float
    peak_rss_mb: float
    said: str


def run(command, environment=None):
    """Runs a program from start to end; a failure is an error with what it said."""
    words = [str(word) for word in command]
    start = time.perf_counter()
    process = subprocess.Popen(
        words,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise BenchError(f"{' '.join(words)} ended with {process.returncode}:\n{said[-2000:]}")
    cpu_seconds = usage.ru_utime + usage.ru_stime
    return Run(seconds, cpu_seconds, usage.ru_maxrss / 1024, said)


def disk_sync_ms(folder, count=200):
    """The median time to bring 8 KiB to the disk: no durable answer can be faster."""
    path = folder / "sync_probe"
    times = []
    with open(path, "wb", buffering=0) as file:
        for _ in range(count):
            start = time.perf_counter()
            file.write(bytes(8192))
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - start)
    path.unlink()
    return 1000 * sorted(times)[count // 2]
