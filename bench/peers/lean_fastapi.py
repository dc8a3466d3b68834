"""What a careful engineer gets out of FastAPI and LightGBM: the raw body through orjson, one numpy
row, no pandas, no schema, no validation, no record. `/predict_explained` adds LightGBM's exact
attributions and names the four that push the applicant furthest towards default."""

import sys
from operator import itemgetter

# LightGBM imports these where they are installed; a lean service would not install them.
sys.modules["pandas"] = sys.modules["pyarrow"] = None

import numpy as np  # noqa: E402
import orjson  # noqa: E402
from bundle import (  # noqa: E402
    CATEGORIES,
    DOCUMENTS,
    EPSILON,
    FIELDS,
    MODEL,
    NOT_EMPLOYED,
    probability_of_default,
    reply,
)
from fastapi import FastAPI, Request, Response  # noqa: E402

NAN = float("nan")
FEATURES = MODEL.feature_name()
take_fields = itemgetter(*FIELDS)
at = {name: position for position, name in enumerate(FIELDS)}
categories = [(at[name], positions) for name, positions in CATEGORIES.items()]
take_documents = itemgetter(*(at[name] for name in DOCUMENTS))
take_inputs = itemgetter(
    *(
        at[name]
        for name in (
            "DAYS_BIRTH",
            "DAYS_EMPLOYED",
            "AMT_INCOME_TOTAL",
            "AMT_CREDIT",
            "AMT_ANNUITY",
            "AMT_GOODS_PRICE",
            "CNT_CHILDREN",
            "CNT_FAM_MEMBERS",
            "REGION_RATING_CLIENT",
            "REGION_RATING_CLIENT_W_CITY",
            "EXT_SOURCE_1",
            "EXT_SOURCE_2",
            "EXT_SOURCE_3",
        )
    )
)


def encode(application):
    """The model's inputs of one application, an array of one row; null becomes NaN."""
    values = list(take_fields(application))
    for position, positions in categories:
        values[position] = positions.get(values[position])
    if values[at["DAYS_EMPLOYED"]] == NOT_EMPLOYED:
        values[at["DAYS_EMPLOYED"]] = None
    values = np.array(values, dtype=np.float64).tolist()
    (birth, employed, income, credit, annuity, goods, children, family, region, city, *sources) = (
        take_inputs(values)
    )
    years = -employed / 365
    if years < 0:
        years = 0.0
    sources = [source for source in sources if source == source]
    credit_to_goods = credit / (goods + EPSILON)
    values += (
        -birth / 365,
        years,
        float(years > 0),
        income / (family + EPSILON),
        credit / (income + EPSILON),
        credit_to_goods,
        credit_to_goods,
        annuity / (income + EPSILON),
        float(children > 0),
        children / (family + EPSILON),
        sum(document for document in take_documents(values) if document == document),
        sum(sources) / len(sources) if sources else NAN,
        max(sources, default=NAN),
        min(sources, default=NAN),
        (region + city) / 2,
    )
    return np.array([values])


def decide(application):
    raw_score = MODEL.predict(encode(application), raw_score=True, num_threads=1)
    return reply(probability_of_default(raw_score[0]))


def decide_and_explain(application):
    # The attributions and the base add up to the raw score, so the model runs once.
    attributions = MODEL.predict(encode(application), pred_contrib=True, num_threads=1)[0]
    strongest = np.argsort(attributions[:-1])[:-5:-1]
    reasons = [
        {"rank": rank, "feature": FEATURES[i], "attribution": float(attributions[i])}
        for rank, i in enumerate(strongest, start=1)
    ]
    return reply(probability_of_default(attributions.sum())) | {"reasons": reasons}


def json_response(value):
    return Response(orjson.dumps(value), media_type="application/json")


app = FastAPI()


@app.post("/predict")
async def predict(request: Request):
    return json_response(decide(orjson.loads(await request.body())))


@app.post("/predict_explained")
async def predict_explained(request: Request):
    return json_response(decide_and_explain(orjson.loads(await request.body())))
