"""The HTTP API of the real binary: what each operation answers when it is used as documented."""

import time
import uuid

import pytest
import requests


@pytest.fixture(scope="module")
def rows(demo):
    return demo.applications(20)


@pytest.fixture
def running(server, demo):
    with server("--storage", demo.store) as started:
        yield started


def decide(running, features, **options):
    return requests.post(f"{running.url}/v1/decisions", json={"features": features}, **options)


def without_id(row):
    return {name: value for name, value in row.items() if name != "SK_ID_CURR"}


def test_predict_replies_with_the_recommendation_and_why(running, rows):
    reply = requests.post(f"{running.url}/predict", json=rows[0])
    assert reply.status_code == 200, reply.text
    body = reply.json()
    assert 0 < body["probability"] < 1
    assert body["decision"] == int(body["probability"] >= body["threshold"])
    assert body["decision_label"] == ("REJECT" if body["decision"] else "APPROVE")
    assert body["outcome"] == ("denied" if body["decision"] else "approved")
    assert body["model_version"] == "1"
    assert body["probability_kind"] == "pd"
    assert [reason["rank"] for reason in body["reasons"]] == list(
        range(1, len(body["reasons"]) + 1)
    )
    uuid.UUID(body["decision_id"])


def test_every_prediction_can_be_read_back(running, rows):
    for row in rows:
        told = requests.post(f"{running.url}/predict", json=row).json()
        record = requests.get(f"{running.url}/v1/decisions/{told['decision_id']}").json()
        for name in ("probability", "threshold", "decision", "outcome", "confidence"):
            assert record[name] == told[name]
        sent = {name: value for name, value in row.items()}
        assert {name: record["application"]["features"].get(name) for name in sent} == sent


def test_predict_takes_wrapped_features_and_any_content_type(running, rows):
    bare = requests.post(f"{running.url}/predict", json=rows[0]).json()
    wrapped = requests.post(
        f"{running.url}/predict",
        data=requests.models.complexjson.dumps({"features": rows[0]}),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert wrapped.status_code == 200, wrapped.text
    assert wrapped.json()["probability"] == bare["probability"]


def test_a_decision_is_created_with_its_whole_record(running, rows):
    reply = decide(running, rows[1])
    assert reply.status_code == 201, reply.text
    record = reply.json()
    assert reply.headers["Location"] == f"/v1/decisions/{record['decision_id']}"
    assert record["model"]["name"] == "credit"
    assert record["scores"]["pd"] == record["probability"]
    attributed = record["attributions"]["base"] + sum(record["attributions"]["values"].values())
    assert attributed == pytest.approx(record["scores"]["raw_score"], abs=1e-9)
    assert record["application"]["external_ref"] == str(rows[1]["SK_ID_CURR"])
    assert record["application"]["amount_minor"] == round(rows[1]["AMT_CREDIT"] * 100)
    assert requests.get(running.url + reply.headers["Location"]).json() == record


def test_both_endpoints_decide_alike(running, rows):
    short = requests.post(f"{running.url}/predict", json=rows[2]).json()
    whole = decide(running, rows[2]).json()
    assert short["probability"] == whole["probability"]
    assert [r["code"] for r in short["reasons"]] == [r["code"] for r in whole["reasons"]]


def test_the_same_idempotency_key_gives_the_same_decision(running, rows):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = decide(running, rows[3], headers=key)
    again = decide(running, dict(reversed(rows[3].items())), headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    short = requests.post(f"{running.url}/predict", json=rows[3], headers=key)
    assert short.headers["Idempotent-Replayed"] == "true"
    assert short.json()["decision_id"] == first.json()["decision_id"]


def test_the_same_key_for_another_application_is_refused(running, rows):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    assert decide(running, rows[3], headers=key).status_code == 201
    other = decide(running, rows[4], headers=key)
    assert other.status_code == 422
    assert other.json()["errors"][0]["field"] == "Idempotency-Key"
    assert requests.post(f"{running.url}/predict", json=rows[4], headers=key).status_code == 422


def test_external_ref_and_the_id_field_must_agree(running, rows):
    url = f"{running.url}/v1/decisions"
    own = str(rows[5]["SK_ID_CURR"])
    agreed = requests.post(url, json={"external_ref": own, "features": rows[5]})
    assert agreed.status_code == 201
    clash = requests.post(url, json={"external_ref": "another", "features": rows[5]})
    assert clash.status_code == 422
    assert clash.json()["errors"][0]["field"] == "external_ref"


def test_an_applicant_keeps_the_same_id(running, rows):
    first, second = decide(running, rows[6]).json(), decide(running, rows[6]).json()
    assert first["decision_id"] != second["decision_id"]
    assert first["applicant_id"] == second["applicant_id"]
    assert decide(running, rows[7]).json()["applicant_id"] != first["applicant_id"]


def test_model_info_lists_the_fields_a_request_needs(running, rows):
    info = requests.get(f"{running.url}/model/info").json()
    assert (info["name"], info["version"], info["stage"]) == ("credit", "1", "Production")
    assert info["threshold"] == info["cut_off"]["threshold"]
    required = {field["name"] for field in info["fields"] if field["required"]}
    assert required <= set(rows[0])
    assert {field["name"] for field in info["fields"]} >= set(rows[0])
    assert info["reasons"]["available"]


def test_health_contract_and_metrics(running, rows):
    assert requests.get(f"{running.url}/livez").json() == {"status": "ok"}
    assert requests.get(f"{running.url}/readyz").json() == {"status": "ready"}
    checks = requests.get(f"{running.url}/readyz?verbose").json()["checks"]
    assert [(check["name"], check["ok"]) for check in checks] == [
        ("database", True),
        ("model", True),
    ]
    contract = requests.get(f"{running.url}/openapi.json").json()
    assert contract["openapi"].startswith("3.1")
    assert contract["paths"]["/predict"]["post"]["operationId"] == "decisions.predict"
    requests.post(f"{running.url}/predict", json=rows[0])
    text = requests.get(f"{running.url}/metrics").text
    line = 'fairline_http_requests_total{operation="decisions.predict",status="200"} 1'
    assert line in text
    assert "fairline_http_request_duration_seconds_bucket" in text


def test_replies_carry_the_request_id_and_careful_headers(running):
    given = requests.get(f"{running.url}/livez", headers={"X-Request-Id": "run-7.a"})
    assert given.headers["X-Request-Id"] == "run-7.a"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert given.headers["Cache-Control"] == "no-store"
    strange = requests.get(f"{running.url}/nothing", headers={"X-Request-Id": "<script>"})
    assert strange.status_code == 404
    uuid.UUID(strange.headers["X-Request-Id"])
    assert strange.json()["instance"] == strange.headers["X-Request-Id"]


def test_wrong_methods_say_which_are_right(running):
    wrong = requests.put(f"{running.url}/livez", data="x")
    assert wrong.status_code == 405
    assert wrong.headers["Allow"] == "GET, HEAD"
    assert requests.get(f"{running.url}/predict").headers["Allow"] == "POST"
    head = requests.head(f"{running.url}/livez")
    assert (head.status_code, head.text) == (200, "")


def test_another_media_type_is_refused_where_the_contract_says_json(running):
    reply = requests.post(
        f"{running.url}/v1/decisions", data="a=1", headers={"Content-Type": "text/csv"}
    )
    assert reply.status_code == 415
    assert reply.headers["Content-Type"] == "application/problem+json"


def test_decisions_that_do_not_exist(running):
    for unknown in (str(uuid.uuid4()), "nonsense", "%00", "'; drop table decisions"):
        reply = requests.get(f"{running.url}/v1/decisions/{unknown}")
        assert reply.status_code == 404, unknown


def test_without_a_model_it_serves_and_says_so(server, tmp_path):
    with server("--storage", tmp_path / "new") as running:
        assert requests.get(f"{running.url}/livez").status_code == 200
        ready = requests.get(f"{running.url}/readyz")
        assert ready.status_code == 503
        assert "Production" in ready.json()["checks"][1]["message"]
        reply = requests.post(f"{running.url}/predict", json={"AMT_CREDIT": 1})
        assert reply.status_code == 503
        assert "Production" in reply.json()["error"]
        assert "Retry-After" in reply.headers
        assert requests.get(f"{running.url}/model/info").status_code == 503


def test_a_model_promoted_while_it_runs_is_served(server, fairline, demo, tmp_path):
    store = tmp_path / "store"
    with server("--storage", store) as running:
        fairline("models", "register", demo.bundle, "--name", "credit", "--storage", store)
        fairline("models", "transition", "credit", 1, "--stage", "Production", "--storage", store)
        deadline = time.monotonic() + 10
        while requests.get(f"{running.url}/readyz").status_code != 200:
            assert time.monotonic() < deadline, "not noticed in 10 s"
            time.sleep(0.05)
        assert requests.get(f"{running.url}/model/info").json()["version"] == "1"


def test_a_stopped_server_ends_well_and_says_so(server, demo):
    with server("--storage", demo.store) as running:
        requests.get(f"{running.url}/livez")
        assert running.stop() == 0
        assert any("server.stopped" in line for line in running.log)
