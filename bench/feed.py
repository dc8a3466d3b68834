"""Runs of bench_writer (bench/writer/), which feeds the store alone: one to measure, or one long
enough to show what grows."""

import contextlib
import json
import statistics
import subprocess

from contenders import BINARY, MODEL, environment
from databases import new_folder
from measure import BenchError
from predict import LOGS, check_disk, sample, say

PROGRAM = BINARY.parent.parent / "bench" / "bench_writer"
LOG_BYTES = 1 << 30  # of disk, for logs and the probe
SOAK_LOG_BYTES = 256 << 20
SOAK_GROWTH = 1.5


def feed(place, *how, each_line=None):
    """One run of bench_writer on a new database: its account. `each_line` gets what it says every
    ten seconds."""
    account = None
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(new_folder(place, "writer"))
        url = stack.enter_context(place.database(folder, "fairline"))
        log = stack.enter_context(open(LOGS / "writer.log", "ab"))
        words = [PROGRAM, url, MODEL, sample(2_000, seed=2), *how]
        cpu_before = place.cpu_seconds()
        process = subprocess.Popen(
            [str(word) for word in words],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            for line in process.stdout:
                if line.startswith('{"seconds"'):
                    if each_line:
                        each_line(json.loads(line))
                elif line.startswith(('{"decisions_per_s"', '{"copy_us"')):
                    account = json.loads(line)
        finally:
            process.kill()
            process.wait()
        if account is None:
            raise BenchError(f"bench_writer ended without an account; see {log.name}")
        if decisions := place.rows_in(url, "decisions"):  # those before the measuring began too
            used = place.cpu_seconds() - cpu_before
            account["database_cpu_us_per_decision"] = used / decisions * 1e6
    return account


def soak(options, place):
    """Feeds the store and says every ten seconds how it is. False when it did not stay so."""
    rate, minutes = options.soak
    sized = feed(place, rate, 5)
    needed = sized["database_bytes_per_decision"] * rate * minutes * 60 * 1.2 + LOG_BYTES
    say(f"{needed / 1e9:.1f} GB of disk are needed in {place.folder}")
    check_disk(needed, place.folder)
    print(f"{'seconds':>8}{'per s':>9}{'p99 ms':>9}{'RSS MB':>9}{'log MB':>9}{'database MB':>13}")
    lines = []

    def note(line):
        lines.append(line)
        log_mb, database_mb = line["max_log_bytes"] / 2**20, line["database_bytes"] / 2**20
        print(
            f"{line['seconds']:>8,.0f}{line['decisions_per_s']:>9,.0f}{line['p99_ms']:>9.2f}"
            f"{line['rss_mb']:>9.1f}{log_mb:>9.0f}{database_mb:>13,.0f}",
            flush=True,
        )

    total = feed(place, rate, minutes * 60, each_line=note)
    print(
        f"{total['stored']:,} stored, {total['refused']:,} refused; p99 {total['p99_ms']:.2f} ms, "
        f"of the probe {total['probe_p99_ms']:.2f} ms; longest {total['max_ms']:.0f} ms"
    )
    findings = soak_findings(lines, total)
    for finding in findings:
        say(finding)
    return not findings


def soak_findings(lines, total):
    """What is wrong with such a run, in sentences."""
    quarter = len(lines) // 4
    if not quarter:
        return ["too short to compare its quarters: at least a minute is needed"]
    findings = []
    if total["refused"]:
        findings.append(f"{total['refused']:,} decisions were refused")
    if total["max_log_bytes"] > SOAK_LOG_BYTES:
        findings.append(f"the log grew to {total['max_log_bytes'] / 2**20:,.0f} MB")
    for name, what in (("p99_ms", "p99"), ("rss_mb", "memory")):
        second = statistics.median(line[name] for line in lines[quarter : 2 * quarter])
        last = statistics.median(line[name] for line in lines[-quarter:])
        if last > SOAK_GROWTH * second:
            findings.append(f"{what} grew from {second:.1f} to {last:.1f}")
    return findings
