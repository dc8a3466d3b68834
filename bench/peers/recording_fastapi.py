"""The lean FastAPI handler that records: scores as lean_fastapi does, writes the decision's rows in
one transaction through SQLAlchemy Core, and answers when it is committed. BENCH_DATABASE is the
URL. Nothing is explained, sealed or chained: in the place of reasons, sealed values and hashes
stand as many bytes that cost nothing to make."""

import asyncio
import contextlib
import fcntl
import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import orjson
from bundle import MODEL, MODEL_VERSION, probability_of_default, reply
from fastapi import FastAPI, Request
from lean_fastapi import encode, json_response
from recording_sample import (
    ATTRIBUTIONS,
    BUNDLE_DIGEST,
    EXPLANATION,
    HASHES,
    IMPORTANCE,
    POLICY,
    REASONS,
    RECORD_DIGEST,
    SEAL,
    WRAPPED_KEY,
)
from recording_tables import (
    APPLICANTS,
    APPLICATIONS,
    AUDIT_EVENTS,
    DECISIONS,
    PREDICTIONS,
    open_engine,
)
from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite


class FileLock:
    def __init__(self, path):
        self.file = open(path, "wb")

    def __enter__(self):
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_):
        fcntl.flock(self.file, fcntl.LOCK_UN)


URL = os.environ["BENCH_DATABASE"]
ON_SQLITE = URL.startswith("sqlite")
# SQLite has one writer, so threads of one process would only wait for each other. Processes take
# turns by a lock of the kernel, which wakes who waits; SQLite's own waiting sleeps up to 100 ms.
turn = contextlib.nullcontext()
if ON_SQLITE:
    turn = FileLock(URL.removeprefix("sqlite:///") + ".lock")
THREADS = 1 if ON_SQLITE else 8
executor = ThreadPoolExecutor(THREADS)
engine = open_engine(
    URL,
    pool_size=THREADS,
    max_overflow=0,
    json_serializer=lambda value: orjson.dumps(value).decode(),
)

FIND_APPLICANT = select(APPLICANTS.c.id).where(APPLICANTS.c.reference == bindparam("reference"))
ADD_APPLICANT = (sqlite if ON_SQLITE else postgresql).insert(APPLICANTS).on_conflict_do_nothing()
ADD_APPLICATION = APPLICATIONS.insert()
ADD_PREDICTION = PREDICTIONS.insert()
ADD_DECISION = DECISIONS.insert()
ADD_EVENT = AUDIT_EVENTS.insert()


def new_id():
    """A UUID that sorts by time (version 7), so that indexes grow at their end."""
    text = f"{time.time_ns() // 1_000_000:012x}7{os.urandom(10).hex()[:19]}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-a{text[17:20]}-{text[20:]}"


def rows_of(application, raw_score, answer):
    """The parameters of the five inserts."""
    now = datetime.now(UTC).isoformat()
    rejected, probability = answer["decision"] == 1, answer["probability"]
    amount = application["AMT_CREDIT"]
    ids = [new_id() for _ in range(5)]
    applicant = {
        "id": ids[0],
        "product": "consumer_loan",
        "reference": str(application["SK_ID_CURR"]),
        "wrapped_key": WRAPPED_KEY,
        "created_at": now,
    }
    row = {
        "id": ids[1],
        "applicant_id": ids[0],
        "product": "consumer_loan",
        "loan_amount": amount,
        "amount_minor": round(amount * 100),
        "currency": "USD",
        "features": {},
        "notes": [],
        "payload": SEAL + orjson.dumps(list(application.values())),
        "created_at": now,
    }
    prediction = {
        "id": ids[2],
        "application_id": ids[1],
        "model_name": "credit",
        "model_version": int(MODEL_VERSION),
        "bundle_digest": BUNDLE_DIGEST,
        "raw_score": raw_score,
        "model_score": 1 / (1 + math.exp(-raw_score)),
        "pd": probability,
        "probability_kind": "pd",
        "probability": probability,
        "threshold": answer["threshold"],
        "risk_score": "high_risk" if rejected else "low_risk",
        "confidence": round(max(probability, 1 - probability), 4),
        "feature_importance": IMPORTANCE,
        "reasons": REASONS,
        "explanation": EXPLANATION,
        "payload": SEAL + ATTRIBUTIONS,
        "created_at": now,
    }
    decision = {
        "id": ids[3],
        "prediction_id": ids[2],
        "decision": "denied" if rejected else "approved",
        "decided_by": "system",
        "override": 0,
        "policy": POLICY,
        "created_at": now,
    }
    event = {
        "id": ids[4],
        "timestamp": now,
        "user_id": "system",
        "action": "decisions.create",
        "entity_type": "decision",
        "entity_id": ids[3],
        "metadata": {
            "model": "credit",
            "version": int(MODEL_VERSION),
            "bundle_digest": BUNDLE_DIGEST,
            "policy_version": "default-1",
            "outcome": decision["decision"],
            "record": RECORD_DIGEST,
        },
        "hashes": HASHES,
    }
    return applicant, row, prediction, decision, event


def store(applicant, application, prediction, decision, event):
    """Returns when all of it is committed."""
    with turn, engine.begin() as connection:
        reference = {"reference": applicant["reference"]}
        known = connection.execute(FIND_APPLICANT, reference).scalar()
        if known is None:
            connection.execute(ADD_APPLICANT, applicant)
            known = connection.execute(FIND_APPLICANT, reference).scalar()
        application["applicant_id"] = known
        connection.execute(ADD_APPLICATION, application)
        connection.execute(ADD_PREDICTION, prediction)
        connection.execute(ADD_DECISION, decision)
        connection.execute(ADD_EVENT, event)


app = FastAPI()


@app.post("/predict")
async def predict(request: Request):
    application = orjson.loads(await request.body())
    raw_score = float(MODEL.predict(encode(application), raw_score=True, num_threads=1)[0])
    answer = reply(probability_of_default(raw_score))
    rows = rows_of(application, raw_score, answer)
    await asyncio.get_running_loop().run_in_executor(executor, store, *rows)
    return json_response(answer)
