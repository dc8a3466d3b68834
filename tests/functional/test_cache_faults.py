"""A cache that dies, hangs, is slow or was never there costs no decision, and comes back by itself."""

import contextlib

import pytest
import requests
from probes import await_true, metric
from slow_proxy import SlowProxy

BREAKER = "fairline_cache_breaker_open"


def decide(running, row, reference):
    reply = requests.post(
        f"{running.url}/v1/decisions",
        json={"features": row | {"SK_ID_CURR": reference}},
        timeout=60,
    )
    assert reply.status_code == 201, reply.text
    return reply.json()


def hits(running):
    return metric(running, "fairline_prediction_cache_requests_total", result="hit")


@pytest.fixture
def proxy(redis):
    made = SlowProxy(redis.port).start()
    yield made
    made.stop()


@pytest.fixture
def cached(server, record):
    """A server whose predictions are cached behind this port."""

    @contextlib.contextmanager
    def start(port):
        settings = {
            "FAIRLINE_CACHE_URL": f"redis://127.0.0.1:{port}",
            "FAIRLINE_CACHE_PREDICTIONS": "true",
        }
        with server(*record.options, **record.env, **settings) as running:
            yield running
            assert running.stop() == 0

    return start


def test_a_hit_is_a_decision_of_its_own(demo, redis, record, cached, fairline):
    row = demo.applications(1)[0]
    made = []

    def decide_until_hit(running, count):
        # A loaded machine may let single answers of Redis come too late.
        while hits(running) < count:
            made.append(decide(running, row, f"ref-{len(made)}"))
            assert len(made) < 1000

    with cached(redis.port) as running:
        decide_until_hit(running, 5)
        saved = metric(running, "fairline_prediction_cache_saved_seconds_total")
        assert saved > 0
    assert record.count("decisions") == record.count("applicants") == len(made)
    assert len({each["applicant_id"] for each in made}) == len(made)
    results = [[each[name] for name in ("scores", "outcome", "attributions")] for each in made]
    assert all(result == results[0] for result in results)
    fairline("decisions", "replay", "--since", "2000-01-01", *record.options, env=record.env)
    fairline("audit", "verify", *record.options, env=record.env)


FAULTS = {
    "killed": (lambda redis, proxy: redis.kill(), lambda redis, proxy: redis.start()),
    "frozen": (lambda redis, proxy: redis.pause(), lambda redis, proxy: redis.resume()),
    "slow": (
        lambda redis, proxy: setattr(proxy, "delay_seconds", 0.5),
        lambda redis, proxy: setattr(proxy, "delay_seconds", 0.0),
    ),
    "cut off": (lambda redis, proxy: proxy.stop(), lambda redis, proxy: proxy.start()),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_cache_that_fails(demo, redis, proxy, record, cached, fault):
    begin, end = FAULTS[fault]
    rows = demo.applications(20)
    made = 0

    def decide_some(count):
        nonlocal made
        for _ in range(count):
            decide(running, rows[made % len(rows)], f"ref-{made}")
            made += 1

    def decide_until(condition):
        def next_is_true():
            decide_some(1)
            return condition()

        return await_true(next_is_true, 60)

    with cached(proxy.port) as running:
        decide_until(lambda: hits(running) >= 5)
        begin(redis, proxy)
        decide_until(lambda: metric(running, BREAKER) == 1)
        calls = proxy.calls
        decide_some(50)
        asked = proxy.calls - calls
        end(redis, proxy)
        back = decide_until(lambda: metric(running, BREAKER) == 0)
        print(f"{asked} calls for 50 decisions while left alone, back after {back:.2f} s")
        # One probe a second at most, and a loaded machine takes seconds for 50 decisions.
        assert asked < 25
        before = hits(running)
        decide_until(lambda: hits(running) > before)
    assert record.count("decisions") == made


def test_a_cache_that_was_never_there(demo, record, cached):
    nobody = SlowProxy(0)  # not started
    with cached(nobody.port) as running:
        for i, row in enumerate(demo.applications(20)):
            decide(running, row, f"ref-{i}")
        assert metric(running, BREAKER) == 1
    assert record.count("decisions") == 20
