"""Replies are what api/openapi.yaml promises, member by member."""

import json
import pathlib

import pytest
import requests
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


class Contract:
    """The part of JSON Schema that the contract uses."""

    def __init__(self):
        self.document = yaml.safe_load((ROOT / "api/openapi.yaml").read_text())

    def check_reply(self, reply, method, path):
        """A reply of an operation: its status is listed, its body is of the schema."""
        listed = self.document["paths"][path][method]["responses"]
        assert str(reply.status_code) in listed, f"{method} {path} answers {reply.status_code}"
        answer = self.resolve(listed[str(reply.status_code)])
        media = reply.headers["Content-Type"].split(";")[0]
        self.check(answer["content"][media]["schema"], reply.json(), f"{method} {path}")
        for name, header in answer.get("headers", {}).items():
            required = self.resolve(header).get("required", False)
            assert not required or name in reply.headers, f"{path}: no {name}"

    def resolve(self, node):
        while "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def check(self, schema, value, where):
        schema = self.resolve(schema)
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        fits = any(isinstance(value, KINDS[kind]) for kind in kinds)
        assert not kinds or fits, f"{where}: {value!r} is none of {kinds}"
        assert not isinstance(value, bool) or not kinds or "boolean" in kinds, f"{where}: a boolean"
        assert "enum" not in schema or value in schema["enum"], f"{where}: {value!r}"
        assert "const" not in schema or value == schema["const"], f"{where}: {value!r}"
        if isinstance(value, (int, float)):
            assert schema.get("minimum", value) <= value <= schema.get("maximum", value), where
        if isinstance(value, list):
            for i, item in enumerate(value):
                self.check(schema["items"], item, f"{where}[{i}]")
        if isinstance(value, dict):
            self.check_members(schema, value, where)

    def check_members(self, schema, value, where):
        missing = set(schema.get("required", [])) - set(value)
        assert not missing, f"{where}: {missing} is promised"
        properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
        for name, member in value.items():
            assert name in properties or others is not False, f"{where}: {name} is not promised"
            known = properties.get(name, others)
            if isinstance(known, dict):
                self.check(known, member, f"{where}.{name}")


@pytest.fixture(scope="module")
def contract():
    return Contract()


def test_every_reply_is_as_promised(contract, fairline, server, demo, store):
    row, other = demo.applications(2)
    unseen = row | {"NAME_CONTRACT_TYPE": "unheard of"}
    with server("--storage", store) as running:

        def call(method, path, status, **request):
            url = running.url + path.replace("{id}", request.pop("id", ""))
            reply = requests.request(method, url, timeout=30, **request)
            assert reply.status_code == status, reply.text
            contract.check_reply(reply, method, path)
            return reply.json()

        key = {"Idempotency-Key": "the-same"}
        call("post", "/predict", 200, json=row)
        assert call("post", "/predict", 200, json=unseen)["notes"]
        call("post", "/predict", 400, json=row | {"AMT_CREDIT": "much"})
        body = {"features": row}
        made = call("post", "/v1/decisions", 201, json=body, headers=key)
        call("post", "/v1/decisions", 200, json=body, headers=key)
        call("post", "/v1/decisions", 422, json={"features": other}, headers=key)
        call("post", "/v1/decisions", 400, data="{", headers={"Content-Type": "application/json"})
        call("post", "/v1/decisions", 415, data="a", headers={"Content-Type": "text/plain"})
        call("get", "/v1/decisions/{id}", 200, id=made["decision_id"])
        call("get", "/v1/decisions/{id}", 404, id="nothing")
        outcome = {"decision_id": made["decision_id"], "observed_on": made["created_at"][:10],
                   "defaulted": False}
        call("post", "/v1/outcomes", 200, json=outcome)
        call("post", "/v1/outcomes", 200, json={"outcomes": [outcome, outcome | {"loss_minor": -1}]})
        call("post", "/v1/outcomes", 422, json=outcome | {"observed_on": "2026-01-01"})
        call("get", "/model/info", 200)
        call("get", "/livez", 200)
        call("get", "/readyz", 200)
        call("get", "/openapi.json", 200)
        fairline("privacy", "erase", made["applicant_id"], "--storage", store)
        assert call("get", "/v1/decisions/{id}", 200, id=made["decision_id"])["erased_at"]


def test_the_page_of_the_command_line_is_the_same_document(contract, fairline, demo, store):
    few = store.parent / "few.csv"
    few.write_text("".join(demo.data.read_text().splitlines(keepends=True)[:2]))
    out = store.parent / "out.csv"
    fairline("predict", few, "-o", out, "--record", "--storage", store)
    decision_id = out.read_text().splitlines()[1].split(",")[-2]
    shown = fairline("decisions", "show", decision_id, "--json", "--storage", store).stdout
    contract.check({"$ref": "#/components/schemas/Decision"}, json.loads(shown), "show")
