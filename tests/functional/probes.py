"""Questions to a running server that tests of faults ask."""

import re
import time

import requests

# What the promises say is 5 s; a loaded machine may need longer without the product being wrong, so
# tests print the time and only fail when the server does not come back at all.
RECOVERY_SECONDS = 30


def status(running, path):
    return requests.get(f"{running.url}{path}", timeout=30).status_code


def is_ready(running):
    return status(running, "/readyz") == 200


def await_true(condition, seconds=RECOVERY_SECONDS):
    """Returns how long it took."""
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < seconds, f"not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - begin


def metric(running, name, **labels):
    """The value of a metric, whose labels are these in this order; 0 when it is not there."""
    text = requests.get(f"{running.url}/metrics", timeout=30).text
    inside = ",".join(f'{label}="{value}"' for label, value in labels.items())
    line = re.escape(f"{name}{{{inside}}}" if inside else name)
    found = re.search(rf"^{line} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0
