"""What the outside knows of a service that may die at any moment: which requests were answered, and
which were under way. Stored must be all of the first and nothing beside both."""

import http.client
import json
import os
import threading
import time
import uuid

CLIENTS = 4
FAILURES = (OSError, http.client.HTTPException, ValueError)


def seed():
    """Of a test's random moments: SEED of the environment, or a new one. Printed, so that the report
    of a failure tells it."""
    value = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
    print(f"SEED={value}")
    return value


class Oracle:
    """Clients that decide one application after another, each under a key of its own."""

    def __init__(self, rows):
        self._bodies = [json.dumps(row) for row in rows]
        self._lock = threading.Lock()
        self.acknowledged = {}  # key -> (request, reply)
        self.under_way = {}  # key -> request, of those without an answer
        self.refused = 0  # answered 503: not stored, or stored without a word

    def load(self, port, rate=None):
        """Running clients; `rate` requests a second altogether, or as many as they can."""
        return Clients(self, port, rate)

    def body(self, turn):
        return self._bodies[turn % len(self._bodies)]

    def sent(self, key, body):
        with self._lock:
            self.under_way[key] = body

    def answered(self, key, body, status, reply):
        with self._lock:
            if status == 200:
                self.under_way.pop(key, None)
                _, earlier = self.acknowledged.setdefault(key, (body, reply))
                assert earlier == reply, f"{key} has two answers"
            else:
                assert status in (409, 503), (status, reply)
                self.refused += 1

    def settle(self, port, repeats=0):
        """Sends again what was under way: the answer is the stored decision, or a new one. So are
        `repeats` of the last that were answered: theirs is the same one, whole."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        again = list(self.acknowledged.items())[-repeats:] if repeats else []
        requests = list(self.under_way.items()) + [(key, body) for key, (body, _) in again]
        for key, body in requests:
            status, reply = post(connection, key, body)
            assert status == 200, (status, reply)
            self.answered(key, body, status, reply)
        connection.close()

    def check(self, record):
        """Everything acknowledged is there, whole; nothing is there twice or without a request."""
        ids = {row[0] for row in record.query("SELECT id FROM decisions")}
        acknowledged = {key: reply["decision_id"] for key, (_, reply) in self.acknowledged.items()}
        lost = set(acknowledged.values()) - ids
        assert not lost, f"{len(lost)} acknowledged decisions are lost"
        keys = dict(record.query("SELECT key, decision_id FROM idempotency_keys"))
        assert len(keys) == len(ids) == len(set(keys.values())), "a decision without its request"
        assert set(keys) <= set(acknowledged) | set(self.under_way)
        assert acknowledged.items() <= keys.items()
        torn = record.query(
            """SELECT d.id FROM decisions d
               LEFT JOIN predictions p ON p.id = d.prediction_id
               LEFT JOIN applications a ON a.id = p.application_id
               LEFT JOIN applicants s ON s.id = a.applicant_id
               LEFT JOIN audit_log l
                 ON l.entity_id = CAST(d.id AS TEXT) AND l.entity_type = 'decision'
               WHERE p.id IS NULL OR a.id IS NULL OR s.id IS NULL OR l.event_id IS NULL"""
        )
        assert not torn
        if record.kind == "sqlite":
            assert record.query("PRAGMA integrity_check") == [("ok",)]


def post(connection, key, body):
    connection.request("POST", "/predict", body, {"Idempotency-Key": key})
    reply = connection.getresponse()
    text = reply.read()
    if reply.status == 503:
        assert reply.headers["Retry-After"], text
    return reply.status, json.loads(text)


class Clients:
    """Running from construction to stop(). A client whose connection breaks ends, and is counted in
    `broken`."""

    def __init__(self, oracle, port, rate):
        self._oracle = oracle
        self._port = port
        self._pause = CLIENTS / rate if rate else 0
        self._done = threading.Event()
        self._wrong = []
        self.broken = 0
        self.slowest_refusal = 0.0
        self.first_answer = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def _run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            turn = 0
            while not self._done.is_set():
                turn += 1
                self._decide(connection, self._oracle.body(turn))
        except FAILURES:
            self.broken += 1
        except AssertionError as wrong:
            self._wrong.append(wrong)
        connection.close()

    def _decide(self, connection, body):
        key = str(uuid.uuid4())
        self._oracle.sent(key, body)
        begin = time.monotonic()
        status, reply = post(connection, key, body)
        if status == 503:
            self.slowest_refusal = max(self.slowest_refusal, time.monotonic() - begin)
            time.sleep(0.02)
        self._oracle.answered(key, body, status, reply)
        self.first_answer.set()
        if self._pause:
            time.sleep(self._pause)

    def stop(self):
        self._done.set()
        for thread in self._threads:
            thread.join(timeout=60)
            assert not thread.is_alive(), "a client hangs"
        assert not self._wrong, self._wrong[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
