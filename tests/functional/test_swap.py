"""The model is swapped under load and no request notices."""

import collections
import shutil

import requests
from load import Load

SWAPS = 20
REQUESTS = 10_000


def test_swaps_under_load(server, fairline, demo, tmp_path):
    store = shutil.copytree(demo.store, tmp_path / "store")
    fairline("models", "register", demo.bundle, "--name", "credit", "--storage", store)
    with server("--storage", store) as running:
        with Load(running.port, demo.applications(200), threads=16).running() as load:
            for swap in range(1, SWAPS + 1):
                wanted = 2 if swap % 2 else 1
                fairline(
                    *("models", "transition", "credit", wanted, "--stage", "Production"),
                    *("--archive-existing", "--storage", store),
                )
                before = len(load.answers)
                while requests.get(f"{running.url}/model/info").json()["version"] != str(wanted):
                    assert not load.failures, load.failures[:3]
                load.await_answers(max(before + 16, REQUESTS * swap // SWAPS))
        assert not load.failures, load.failures[:3]
        assert len(load.answers) >= REQUESTS
        assert collections.Counter(status for status, _ in load.answers).keys() == {200}
        assert {body["model_version"] for _, body in load.answers} == {"1", "2"}
        swaps = [line for line in running.log if "models.swapped" in line]
        assert len(swaps) >= SWAPS
