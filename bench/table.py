"""The table of ratios: one block per case, a column per contender, a limit at the end."""

import operator
import re

# A metric may say for how many clients it is: p99_ms_c8.
LABELS = {
    "p50_ms": "p50, ms",
    "p99_ms": "p99, ms",
    "requests_per_s": "requests/s",
    "cpu_ms_per_request": "CPU per request, ms",
    "seconds": "seconds",
    "cpu_seconds": "CPU seconds, all threads",
    "peak_rss_mb": "peak memory, MB",
    "memory_mb": "memory after load, MB",
    "start_seconds": "start to first 200, s",
    "disk_mb": "installed, MB",
    "bytes_per_decision": "stored per decision, bytes",
    "decisions_per_s": "decisions/s",
    "refused": "refused",
    "max_ms": "longest, ms",
    "decisions_per_commit": "decisions in a commit",
    "commit_bytes": "bytes of log in a commit",
    "cpu_us_per_decision": "CPU per decision, us",
    "database_cpu_us_per_decision": "CPU of PostgreSQL, us",
    "log_bytes_per_decision": "through the log, bytes",
    "max_log_mb": "longest log, MiB",
    "steady_decisions_per_s": "at a rate it keeps: decisions/s",
    "steady_refused": "  refused",
    "steady_p50_ms": "  p50, ms",
    "steady_p99_ms": "  p99, ms",
    "steady_max_ms": "  longest, ms",
    "steady_decisions_per_commit": "  decisions in a commit",
    "steady_commit_bytes": "  bytes of log in a commit",
    "steady_cpu_us_per_decision": "  CPU per decision, us",
    "steady_max_log_mb": "  longest log, MiB",
    "encode_us": "encode the rows",
    "seal_us": "encryption: keys, sealing",
    "digest_us": "ledger: digest of the record",
    "ledger_us": "ledger: hashes, rows",
    "insert_commit_us": "insert, commit",
    "checkpoint_us": "copying SQLite's log",
    "database_us": "in PostgreSQL",
    "cost_of_encryption_us": "  of these for encryption",
    "cost_of_ledger_us": "  of these for the ledger",
    "steady_database_cpu_us_per_decision": "  CPU of PostgreSQL, us",
}
MORE_IS_BETTER = {"requests_per_s", "decisions_per_s", "steady_decisions_per_s"}

# The deployment guide's limits, for Fairline's own figure.
LIMITS = {
    ("predict_c1", "p99_ms"): ("<", 50),
    ("predict_c8", "requests_per_s"): (">=", 1_000),
    ("predict_c64", "requests_per_s"): (">=", 5_000),
    ("file_1000_csv", "seconds"): ("<", 2),
    ("server", "memory_mb"): ("<", 4_096),
    ("server", "disk_mb"): ("<", 2_048),
}
# DESIGN.md's budgets for the store; with a peer, so many times that peer's figure.
BUDGETS = {
    ("writer_sqlite", "decisions_per_s"): (">=", 15_000),
    ("writer_sqlite", "max_log_mb"): ("<=", 256),
    ("writer_sqlite", "steady_p99_ms"): ("<", 2.5, "probe"),
    ("writer_sqlite", "steady_max_log_mb"): ("<=", 256),
    ("writer_postgres", "decisions_per_s"): (">=", 4_000),
    ("writer_postgres", "steady_p99_ms"): ("<", 2.5, "probe"),
    ("predict_sqlite", "decisions_per_s"): (">=", 15_000),
    ("predict_postgres", "decisions_per_s"): (">=", 4_000),
}
SIGNS = {"<": operator.lt, "<=": operator.le, ">=": operator.ge}
LABEL_WIDTH, OURS_WIDTH, PEER_WIDTH = 32, 10, 18


def base(metric):
    """The metric without its number of clients, and that number."""
    name, clients = re.fullmatch(r"(.*?)(?:_c(\d+))?", metric).groups()
    return name, clients


def label(metric):
    name, clients = base(metric)
    return f"{clients:>3}  {LABELS[name]}" if clients else LABELS[name]


def ratio(metric, ours, theirs):
    """Above 1 ours is better, whichever way the metric points."""
    return ours / theirs if base(metric)[0] in MORE_IS_BETTER else theirs / ours


def rows(results):
    """`results[case][metric][contender]` as the list that the JSON file holds. A figure that no
    peer has stands alone, with nulls."""
    for case, metrics in results.items():
        for metric, figures in metrics.items():
            ours = figures["fairline"]
            peers = [peer for peer in figures if peer != "fairline"] or [None]
            for peer in peers:
                theirs = figures.get(peer)
                yield {
                    "case": case,
                    "peer": peer,
                    "metric": metric,
                    "ours": ours,
                    "theirs": theirs,
                    "ratio": ratio(metric, ours, theirs) if ours and theirs else None,
                }


def number(value):
    """Three digits are all that such a run can know."""
    if value == 0:
        return "0"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".")


def times(value):
    return (
        f"{value:,.0f}x" if value >= 9.95 else f"{value:.1f}x" if value >= 0.95 else f"{value:.2f}x"
    )


def verdict(limit, figures):
    """What the figure should be, and whether it is."""
    if limit is None:
        return ""
    sign, bound, *peer = limit
    wanted = f"{sign} {bound:,}" + "".join(f" x {name}" for name in peer)
    for name in peer:
        bound *= figures[name]
    return f"{wanted} {'pass' if SIGNS[sign](figures['fairline'], bound) else 'FAIL'}"


def block(case, title, metrics, limits, whose):
    peers = list(dict.fromkeys(name for figures in metrics.values() for name in figures))
    peers.remove("fairline")
    head = f"{title:<{LABEL_WIDTH}}{'fairline':>{OURS_WIDTH}}"
    head += "".join(f"{peer:>{PEER_WIDTH}}" for peer in peers)
    limited = any((case, metric) in limits for metric in metrics)
    lines = ["", head + (f"   {whose}" if limited else "")]
    for metric, figures in metrics.items():
        ours = figures["fairline"]
        line = f"  {label(metric):<{LABEL_WIDTH - 2}}{number(ours):>{OURS_WIDTH}}"
        for peer in peers:
            cell = ""
            if peer in figures:
                theirs = figures[peer]
                compared = ours and theirs and peer != "probe"  # which does only a part of it
                better = times(ratio(metric, ours, theirs)) if compared else ""
                cell = f"{number(theirs)} {better:>6}"
            line += f"{cell:>{PEER_WIDTH}}"
        lines.append(f"{line}   {verdict(limits.get((case, metric)), figures)}".rstrip())
    return lines


def draw(heading, titles, results, limits=LIMITS, whose="the guide"):
    lines = list(heading)
    for case, metrics in results.items():
        lines += block(case, titles[case], metrics, limits, whose)
    return "\n".join(lines) + "\n"
