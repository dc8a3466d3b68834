"""Requests from many threads at once, and an account of every answer."""

import contextlib
import http.client
import json
import threading
import time


class Load:
    """`threads` clients with kept connections post to /predict until stop(). `answers` holds
    (status, body) of every reply; `failures` the exceptions. After a failure a client waits for
    the server to come back only if `persistent`."""

    def __init__(self, port, rows, threads=16):
        self.answers, self.failures = [], []
        self._bodies = [json.dumps(row) for row in rows]
        self._port = port
        self._done = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(index,), daemon=True)
            for index in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def _run(self, index):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        turn = index
        while not self._done.is_set():
            turn += 1
            try:
                connection.request("POST", "/predict", self._bodies[turn % len(self._bodies)])
                reply = connection.getresponse()
                self.answers.append((reply.status, json.loads(reply.read())))
            except (OSError, http.client.HTTPException, ValueError) as failure:
                self.failures.append(failure)
                return
        connection.close()

    def await_answers(self, count, timeout=300):
        deadline = time.monotonic() + timeout
        while len(self.answers) < count:
            assert time.monotonic() < deadline, f"{len(self.answers)} of {count} in {timeout} s"
            assert not self.failures, self.failures[:3]
            time.sleep(0.01)

    def stop(self):
        self._done.set()
        for thread in self._threads:
            thread.join(timeout=60)

    @contextlib.contextmanager
    def running(self):
        try:
            yield self
        finally:
            self.stop()
