"""What the disk alone takes while a server is under load: a probe that appends and syncs as many
bytes as the server's commits write to the log, and finds out how many these are."""

import os
import re
import threading
import time
import urllib.request

FILE_BYTES = 128 << 20  # then it starts over, as logs do
LOOK_SECONDS, SYNC_SECONDS = 0.1, 0.04  # how often
FADING = 0.9  # of what was seen before, with each look


def metric_value(text, name):
    """Of a server's metrics."""
    return float(re.search(rf"^{name} (\S+)", text, re.MULTILINE)[1])


def server_metrics(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return answer.read().decode()


class Probe:
    """For `seconds` beside a server, in threads of its own. `log_position(metrics)` is the log's
    length in bytes; when it falls the log has started over. `folder` is to be on the log's file
    system."""

    def __init__(self, folder, port, log_position, seconds):
        self.path = folder / "probe.tmp"
        self.port, self.log_position = port, log_position
        self.end = time.perf_counter() + seconds
        self.commit_bytes = 0
        self.times = []
        self.threads = [threading.Thread(target=run) for run in (self._look, self._sync)]
        for thread in self.threads:
            thread.start()

    def join(self):
        for thread in self.threads:
            thread.join()

    def quantiles_ms(self):
        """Nothing when the load was too short to learn how many bytes a commit has."""
        times = sorted(self.times)
        last = len(times) - 1
        return {f"p{n}_ms": 1000 * times[last * n // 100] for n in (50, 99) if times}

    def _look(self):
        """Keeps commit_bytes up to date. A busy server takes its time to answer, so this waits in a
        thread of its own."""
        before, grown, commits = None, 0.0, 0.0
        while time.perf_counter() < self.end:
            text = server_metrics(self.port)
            commits_now = metric_value(text, "fairline_commit_duration_seconds_count")
            now = self.log_position(text), commits_now
            if before and now[0] > before[0] and now[1] > before[1]:
                grown = FADING * grown + now[0] - before[0]
                commits = FADING * commits + now[1] - before[1]
                self.commit_bytes = int(grown / commits)
            before = now
            time.sleep(LOOK_SECONDS)

    def _sync(self):
        with open(self.path, "wb", buffering=0) as file:
            while (start := time.perf_counter()) < self.end:
                if self.commit_bytes:
                    if file.tell() + self.commit_bytes > FILE_BYTES:
                        file.seek(0)
                    file.write(bytes(self.commit_bytes))
                    os.fdatasync(file.fileno())
                    self.times.append(time.perf_counter() - start)
                time.sleep(max(start + SYNC_SECONDS - time.perf_counter(), 0))
        self.path.unlink()
