"""The table of ratios: one block per case, a column per contender, the guide's limit at the end."""

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
}
MORE_IS_BETTER = {"requests_per_s"}

# The deployment guide's limits, for Fairline's own figure.
LIMITS = {
    ("predict_c1", "p99_ms"): ("<", 50),
    ("predict_c8", "requests_per_s"): (">=", 1_000),
    ("predict_c64", "requests_per_s"): (">=", 5_000),
    ("file_1000_csv", "seconds"): ("<", 2),
    ("server", "memory_mb"): ("<", 4_096),
    ("server", "disk_mb"): ("<", 2_048),
}
LABEL_WIDTH, OURS_WIDTH, PEER_WIDTH = 28, 10, 18


def ratio(metric, ours, theirs):
    """Above 1 ours is better, whichever way the metric points."""
    return ours / theirs if metric in MORE_IS_BETTER else theirs / ours


def rows(results):
    """`results[case][metric][contender]` as the list that predict.json holds. A figure that no peer
    has stands alone, with nulls."""
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
                    "ratio": theirs and ratio(metric, ours, theirs),
                }


def number(value):
    """Three digits are all that such a run can know."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".")


def times(value):
    return (
        f"{value:,.0f}x" if value >= 9.95 else f"{value:.1f}x" if value >= 0.95 else f"{value:.2f}x"
    )


def verdict(case, metric, ours):
    if (case, metric) not in LIMITS:
        return ""
    sign, limit = LIMITS[case, metric]
    met = ours < limit if sign == "<" else ours >= limit
    return f"{sign} {limit:,} {'pass' if met else 'FAIL'}"


def block(case, title, metrics):
    peers = [peer for peer in next(iter(metrics.values())) if peer != "fairline"]
    head = f"{title:<{LABEL_WIDTH}}{'fairline':>{OURS_WIDTH}}"
    head += "".join(f"{peer:>{PEER_WIDTH}}" for peer in peers)
    limited = any((case, metric) in LIMITS for metric in metrics)
    lines = ["", head + ("   the guide" if limited else "")]
    for metric, figures in metrics.items():
        ours = figures["fairline"]
        line = f"  {LABELS[metric]:<{LABEL_WIDTH - 2}}{number(ours):>{OURS_WIDTH}}"
        for peer in peers:
            cell = ""
            if peer in figures:
                better = times(ratio(metric, ours, figures[peer]))
                cell = f"{number(figures[peer])} {better:>6}"
            line += f"{cell:>{PEER_WIDTH}}"
        lines.append(f"{line}   {verdict(case, metric, ours)}".rstrip())
    return lines


def draw(heading, titles, results):
    lines = list(heading)
    for case, metrics in results.items():
        lines += block(case, titles[case], metrics)
    return "\n".join(lines) + "\n"
