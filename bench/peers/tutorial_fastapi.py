"""The tutorial handler in FastAPI: a plain `def`, so requests run in its thread pool."""

from fastapi import FastAPI
from tutorial import decide

app = FastAPI()


@app.post("/predict")
def predict(application: dict):
    return decide(application)
