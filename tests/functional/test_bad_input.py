"""Bad input over HTTP and at start-up, each against the real binary: the right status or exit code,
one message that names what is wrong, nothing recorded, and the server goes on."""

import json
import os
import resource
import shutil
import socket
import sqlite3
import time

import pytest
import requests


@pytest.fixture(scope="module")
def store(demo, tmp_path_factory):
    return shutil.copytree(demo.store, tmp_path_factory.mktemp("bad_input") / "store")


@pytest.fixture
def running(server, store):
    with server("--storage", store) as started:
        yield started


@pytest.fixture(scope="module")
def row(demo):
    return demo.applications(1)[0]


def recorded(store):
    """Rows in every table a decision writes."""
    with sqlite3.connect(f"file:{store}/fairline.db?mode=ro", uri=True) as database:
        return [
            database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("applications", "predictions", "decisions", "audit_log")
        ]


def changed(row, **changes):
    return json.dumps(row | changes)


def numeric_literal(row, literal):
    """The row with a number JSON cannot hold, written as it is."""
    return changed(row, AMT_CREDIT=12345678.5).replace("12345678.5", literal)


def nested(depth):
    return '{"AMT_CREDIT":' + "[" * depth + "]" * depth + "}"


# name -> (body made of a good row, what the message must contain)
BAD_BODIES = {
    "empty": (lambda row: "", "empty"),
    "not json": (lambda row: "AMT_CREDIT=1", ""),
    "truncated": (lambda row: json.dumps(row)[:-20], ""),
    "an array": (lambda row: json.dumps([row]), "array"),
    "two documents": (lambda row: "{}{}", ""),
    "invalid utf-8": (lambda row: b'{"AMT_CREDIT": "\xff"}', ""),
    "string for a number": (lambda row: changed(row, AMT_CREDIT="many"), "AMT_CREDIT"),
    "number for a category": (lambda row: changed(row, CODE_GENDER=1.5), "CODE_GENDER"),
    "boolean for a number": (lambda row: changed(row, AMT_CREDIT=True), "AMT_CREDIT"),
    "list for a number": (lambda row: changed(row, AMT_CREDIT=[1]), "AMT_CREDIT"),
    "object for a category": (lambda row: changed(row, CODE_GENDER={}), "CODE_GENDER"),
    "unknown field": (lambda row: changed(row, AMT_KREDIT=1), "AMT_KREDIT"),
    "the target": (lambda row: changed(row, TARGET=1), "TARGET"),
    "NaN": (lambda row: numeric_literal(row, "NaN"), ""),
    "Infinity": (lambda row: numeric_literal(row, "Infinity"), ""),
    "1e400": (lambda row: numeric_literal(row, "1e400"), ""),
    "duplicate key": (lambda row: json.dumps(row)[:-1] + ',"AMT_CREDIT":1}', "AMT_CREDIT"),
    "deep nesting": (lambda row: nested(10_000), ""),
    "missing field": (
        lambda row: json.dumps({k: v for k, v in row.items() if k != "AMT_CREDIT"}),
        "AMT_CREDIT",
    ),
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_predict_refuses(name, running, store, row):
    make, names = BAD_BODIES[name]
    before = recorded(store)
    reply = requests.post(f"{running.url}/predict", data=make(row))
    assert reply.status_code == 400, reply.text
    assert reply.json()["error"] and names in reply.text
    assert recorded(store) == before
    assert requests.post(f"{running.url}/predict", json=row).status_code == 200


@pytest.mark.parametrize("name", BAD_BODIES)
def test_decisions_refuse(name, running, store, row):
    make, names = BAD_BODIES[name]
    features = make(row)
    if isinstance(features, str):
        features = features.encode()
    before = recorded(store)
    reply = requests.post(
        f"{running.url}/v1/decisions",
        data=b'{"features": %s}' % features,
        headers={"Content-Type": "application/json"},
    )
    assert reply.status_code in (400, 422), reply.text
    problem = reply.json()
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert problem["status"] == reply.status_code and problem["detail"]
    assert (names if name != "empty" else "") in reply.text
    assert reply.status_code == (422 if problem.get("errors") else 400)
    assert recorded(store) == before


def test_every_field_at_fault_is_named(running, row):
    body = changed(row, AMT_CREDIT="x", CODE_GENDER=[], SURPRISE=1)
    reply = requests.post(f"{running.url}/predict", data=body).json()
    assert {fault["field"] for fault in reply["fields"]} == {
        "AMT_CREDIT",
        "CODE_GENDER",
        "SURPRISE",
    }


def test_an_unknown_category_is_scored_and_noted(running, row):
    reply = requests.post(f"{running.url}/predict", data=changed(row, NAME_CONTRACT_TYPE="Barter"))
    assert reply.status_code == 200, reply.text
    told = reply.json()
    assert [note["field"] for note in told["notes"]] == ["NAME_CONTRACT_TYPE"]
    record = requests.get(f"{running.url}/v1/decisions/{told['decision_id']}").json()
    assert record["application"]["notes"] == told["notes"]
    assert record["application"]["features"]["NAME_CONTRACT_TYPE"] == "Barter"


def test_a_value_outside_the_training_data_is_scored_and_noted(running, row):
    reply = requests.post(f"{running.url}/predict", data=changed(row, AMT_INCOME_TOTAL=1e12))
    assert reply.status_code == 200, reply.text
    notes = [(note["field"], note["code"]) for note in reply.json()["notes"]]
    assert notes == [("AMT_INCOME_TOTAL", "outside_training_range")]


def test_a_value_outside_its_declared_range_names_the_field(running, row):
    fields = requests.get(f"{running.url}/model/info").json()["fields"]
    ranged = [field for field in fields if "maximum" in field or "minimum" in field]
    assert ranged, "the example configuration declares ranges"
    for field in ranged:
        outside = field["maximum"] + 1 if "maximum" in field else field["minimum"] - 1
        reply = requests.post(
            f"{running.url}/predict", data=changed(row, **{field["name"]: outside})
        )
        assert reply.status_code == 400, reply.text
        assert [fault["field"] for fault in reply.json()["fields"]] == [field["name"]]


def test_a_body_over_the_limit(running, store):
    before = recorded(store)
    reply = requests.post(f"{running.url}/predict", data=b" " * (256 * 1024 + 1))
    assert reply.status_code == 413
    assert "error" in reply.json()

    def pieces():
        for _ in range(40):
            yield b" " * 8192

    assert requests.post(f"{running.url}/v1/decisions", data=pieces()).status_code == 413
    assert recorded(store) == before


def test_headers_over_the_limit(running):
    reply = requests.get(f"{running.url}/livez", headers={"X-Long": "x" * 20_000})
    assert reply.status_code == 431


def test_bad_idempotency_keys(running, row):
    for key in ("", "x" * 256, "a b"):
        reply = requests.post(f"{running.url}/predict", json=row, headers={"Idempotency-Key": key})
        assert reply.status_code == 400, key
        assert reply.json()["fields"][0]["field"] == "Idempotency-Key"


def raw(running, data):
    """Sends bytes as they are and gives everything that comes back."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    "data, status",
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /livez HTTP/2.0\r\nHost: a\r\n\r\n", b"505"),
        (b"POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", b"501"),
        (
            b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"400",
        ),
    ],
)
def test_bytes_that_are_no_request(running, data, status):
    assert raw(running, data).startswith(b"HTTP/1.1 " + status)
    assert requests.get(f"{running.url}/livez").status_code == 200


def test_a_client_that_dribbles_is_cut(running):
    """One byte now and then: the request's own deadline counts, not the last byte."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as connection:
        connection.settimeout(0.5)
        for byte in b"GET /livez HTTP/1.1\r\nX-Slow: " + b"x" * 200:
            try:
                connection.send(bytes([byte]))
                answer = connection.recv(65536)
                break
            except TimeoutError:
                assert time.monotonic() - started < 25, "still open"
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert requests.get(f"{running.url}/livez").status_code == 200


def test_a_client_that_leaves_harms_nobody(running, row):
    body = json.dumps(row).encode()
    head = b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
    for cut in (10, len(head), len(head) + 100, len(head) + len(body)):
        with socket.create_connection(("127.0.0.1", running.port)) as connection:
            connection.sendall((head + body)[:cut])
    assert requests.post(f"{running.url}/predict", json=row).status_code == 200


def test_no_log_line_holds_what_an_applicant_said(running, row):
    secret = "Zanzibarian barter"
    requests.post(f"{running.url}/predict", data=changed(row, NAME_CONTRACT_TYPE=secret))
    requests.post(f"{running.url}/predict", data=changed(row, AMT_CREDIT=secret))
    requests.post(f"{running.url}/predict", data=secret)
    running.stop()
    assert secret not in "\n".join(running.log)


def test_a_model_without_a_cut_off_answers_409(server, fairline, demo, tmp_path, row):
    store = tmp_path / "store"
    fairline("models", "import", demo.bundle / "model.lgb", "--name", "bare", "--storage", store)
    fairline("models", "transition", "bare", 1, "--stage", "Production", "--storage", store)
    with server("--storage", store) as running:
        info = requests.get(f"{running.url}/model/info").json()
        assert info["threshold"] is None and info["probability_kind"] == "model_score"
        features = {field["name"]: 0 for field in info["fields"]}
        reply = requests.post(f"{running.url}/predict", json=features)
        assert reply.status_code == 409, reply.text
        assert "cut-off" in reply.json()["error"]
        assert recorded(store)[2] == 0


def assert_one_message(stderr):
    """One `fairline: …` line; a detail or a hint may follow, a log line or a trace may not."""
    lines = stderr.strip().splitlines()
    assert [line for line in lines if line.startswith("fairline: ")] == lines[:1], stderr
    assert len(lines) <= 3 and not any(line.startswith("{") for line in lines), stderr


def test_a_port_in_use_is_one_clear_line(running, fairline, store):
    process = fairline("serve", "--port", running.port, "--storage", store, ok=1, timeout=60)
    assert f"port {running.port} is already in use" in process.stderr
    assert_one_message(process.stderr)


def test_a_folder_that_cannot_be_written(fairline, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    process = fairline("serve", "--port", 0, "--storage", blocked / "data", ok=None)
    assert process.returncode in (1, 2)
    assert_one_message(process.stderr)
    assert str(blocked) in process.stderr


def test_a_full_disk_refuses_and_recovers(server, demo, tmp_path, row):
    """A file-size limit stands in for the full disk: every write beyond it fails the same way."""
    store = shutil.copytree(demo.store, tmp_path / "store")
    with server("--storage", store) as running:
        predict = lambda: requests.post(f"{running.url}/predict", json=row)  # noqa: E731
        assert predict().status_code == 200
        before = recorded(store)
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
        refused = predict()
        assert refused.status_code == 503, refused.text
        assert "Retry-After" in refused.headers and refused.json()["error"]
        assert requests.get(f"{running.url}/readyz").status_code == 503
        assert requests.get(f"{running.url}/livez").status_code == 200
        assert recorded(store) == before

        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, unlimited)
        deadline = time.monotonic() + 20
        while requests.get(f"{running.url}/readyz").status_code != 200:
            assert time.monotonic() < deadline, "did not recover"
            time.sleep(0.1)
        assert predict().status_code == 200
        assert recorded(store)[2] == before[2] + 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder(fairline, tmp_path):
    tmp_path.chmod(0o500)
    process = fairline("serve", "--port", 0, "--storage", tmp_path / "data", ok=1, timeout=60)
    assert_one_message(process.stderr)


@pytest.mark.parametrize("port", ["70000", "-1", "http"])
def test_a_port_that_is_none(fairline, tmp_path, port):
    process = fairline(
        "serve", f"--port={port}", "--storage", tmp_path / "data", ok=None, timeout=60
    )
    assert process.returncode in (1, 2)
    assert_one_message(process.stderr)
    assert "port" in process.stderr
