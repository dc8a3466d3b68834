"""What the outside knows of a service that may die at any moment: which requests were answered, and
which were under way. Stored must be all of the first and nothing beside both."""

import http.client
import json
import threading
import time
import uuid

CLIENTS = 4


class Oracle:
    """Clients that decide one application after another, each under a key of its own."""

    def __init__(self, rows):
        self._bodies = [json.dumps(row) for row in rows]
        self._lock = threading.Lock()
        self.acknowledged = {}  # key -> decision_id
        self.under_way = {}  # key -> body, of requests without an answer
        self.refused = 0  # answered 503: not stored, or stored without a word

    def load(self, port, rate=None):
        return Clients(self, port, rate)

    def body(self, turn):
        return self._bodies[turn % len(self._bodies)]

    def sent(self, key, body):
        with self._lock:
            self.under_way[key] = body

    def answered(self, key, status, reply):
        with self._lock:
            if status == 200:
                self.under_way.pop(key)
                earlier = self.acknowledged.setdefault(key, reply["decision_id"])
                assert earlier == reply["decision_id"], f"{key} has two decisions"
            else:
                assert status in (409, 503), (status, reply)
                self.refused += 1

    def settle(self, port):
        """Sends again what was under way: the answer is the stored decision, or a new one."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for key, body in list(self.under_way.items()):
            status, reply = post(connection, key, body)
            assert status == 200, (status, reply)
            self.answered(key, status, reply)
        connection.close()


def post(connection, key, body):
    connection.request("POST", "/predict", body, {"Idempotency-Key": key})
    reply = connection.getresponse()
    return reply.status, json.loads(reply.read())


class Clients:
    """Running from construction to stop(). A client whose connection breaks ends."""

    def __init__(self, oracle, port, rate):
        self._oracle = oracle
        self._port = port
        self._pause = CLIENTS / rate if rate else 0
        self._done = threading.Event()
        self.slowest_refusal = 0.0
        self.first_answer = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def _run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        turn = 0
        while not self._done.is_set():
            turn += 1
            key, body = str(uuid.uuid4()), self._oracle.body(turn)
            self._oracle.sent(key, body)
            begin = time.monotonic()
            try:
                status, reply = post(connection, key, body)
            except (OSError, http.client.HTTPException, ValueError):
                return
            self._oracle.answered(key, status, reply)
            if status == 503:
                self.slowest_refusal = max(self.slowest_refusal, time.monotonic() - begin)
                time.sleep(0.02)
            self.first_answer.set()
            if self._pause:
                time.sleep(self._pause)
        connection.close()

    def stop(self):
        self._done.set()
        for thread in self._threads:
            thread.join(timeout=60)
            assert not thread.is_alive(), "a client hangs"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
