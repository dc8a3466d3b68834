"""The tutorial handler in Flask."""

from flask import Flask, jsonify, request
from tutorial import decide

app = Flask(__name__)


@app.post("/predict")
def predict():
    return jsonify(decide(request.get_json()))
