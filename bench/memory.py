"""Peak memory of `fairline predict` against the number of rows: it should not grow. Applicants come
through a pipe, so no disk is needed for them; the predictions go to bench/out.

    memory.py BUNDLE [ROWS…]        (default: 10 thousand to 10 million)
"""

import os
import pathlib
import subprocess
import sys
import time

ROWS = [10_000, 100_000, 1_000_000, 10_000_000]


def measure(program, bundle, rows, out):
    """Seconds and peak resident MB of one run."""
    environment = os.environ | {"FAIRLINE_NO_PROGRESS": "1"}
    quiet = {"env": environment, "stderr": subprocess.DEVNULL}
    start = time.perf_counter()
    sample = subprocess.Popen(
        [program, "data", "sample", "--rows", str(rows), "--out", "-"],
        stdout=subprocess.PIPE,
        **quiet,
    )
    predict = subprocess.Popen(
        [program, "predict", "-", "--out", out, "--bundle", bundle], stdin=sample.stdout, **quiet
    )
    sample.stdout.close()
    _, status, usage = os.wait4(predict.pid, 0)
    predict.returncode = os.waitstatus_to_exitcode(status)
    if predict.returncode != 0 or sample.wait() != 0:
        sys.exit(f"memory.py: {rows} rows ended with {predict.returncode}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main():
    program = os.environ["FAIRLINE_BINARY"]
    bundle, *rows = sys.argv[1:]
    out = pathlib.Path(__file__).parent / "out" / "memory.csv"
    out.parent.mkdir(exist_ok=True)
    print(f"{'rows':>12} {'peak MB':>9} {'seconds':>9}")
    for count in [int(word) for word in rows] or ROWS:
        seconds, peak = measure(program, bundle, count, out)
        print(f"{count:>12,} {peak:>9.1f} {seconds:>9.1f}", flush=True)
        out.unlink()


if __name__ == "__main__":
    main()
