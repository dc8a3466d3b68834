"""`fairline models report`: the page stands alone, shows the figures of report.json, and survives
hostile names and bundles that were made before it."""

import csv
import hashlib
import html.parser
import json
import random
import re
import shutil
import xml.etree.ElementTree

import numpy
import pytest
import scipy.stats
import sklearn.metrics

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(html.parser.HTMLParser):
    """Tags, attributes and texts of a page; every tag must be closed in its order."""

    def __init__(self, text):
        super().__init__()
        self.text, self.tags, self.attributes, self.texts, self.open = text, [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attributes]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.texts).split())

    def charts(self):
        return re.findall(r"<svg.*?</svg>", self.text, re.DOTALL)


def stands_alone(page):
    """Nothing on the page runs or is fetched."""
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & set(page.tags)
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in {"src", "srcset", "action", "data", "xlink:href"}, (tag, name)
        if name == "href":
            assert value.startswith("#") and f'id="{value[1:]}"' in page.text
    assert not re.search(r"https?:|//\w|url\(|@import", page.text)


def report_of(bundle):
    return json.loads((bundle / "report.json").read_text())


@pytest.fixture(scope="module")
def page(fairline, demo, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "new folder" / "report.html"
    done = fairline("models", "report", "credit", "--storage", demo.store, "--html", path)
    assert done.stdout == "" and str(path) in done.stderr
    return Page(path.read_text(encoding="utf-8"))


def test_the_page_stands_alone(page):
    stands_alone(page)
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert ("html", "lang", "en") in page.attributes


def test_every_chart_is_drawn_and_described(page):
    charts = page.charts()
    assert len(charts) == 9
    for chart in charts:
        root = xml.etree.ElementTree.fromstring(chart)
        assert root.find("title").text and len(root.find("desc").text) > 40
        assert root.attrib["role"] == "img"
        left, top, width, height = map(float, root.attrib["viewBox"].split())
        for element in root.iter():
            for name in ("x", "cx"):
                assert left <= float(element.attrib.get(name, 0)) <= width
            for name in ("y", "cy"):
                assert top <= float(element.attrib.get(name, 0)) <= height
        assert "nan" not in chart and "inf" not in chart


def test_the_page_shows_the_figures_of_the_report(page, demo):
    report = report_of(demo.bundle)
    pooled, calibration = report["discrimination"]["pooled"], report["calibration"]
    chosen = report["cut_off"]["chosen"]
    for key in ("roc_auc", "roc_auc_95_low", "roc_auc_95_high", "gini", "ks", "average_precision"):
        assert f"{pooled[key]:.4f}" in page.words, key
    assert f"{calibration['brier']:.5f}" in page.words
    assert f"{calibration['hosmer_lemeshow']['chi_square']:.2f}" in page.words
    assert f"{100 * chosen['approval_rate']:.2f}%" in page.words
    assert f"{chosen['cost_per_row']:.4f}" in page.words
    assert f"in {100 * pooled['roc_auc']:.0f} of 100 pairs" in page.words
    assert report["data"]["fingerprint_sha256"] in page.words
    for item in report["importance"]:
        assert item["feature"] in page.texts
    for name in ("credit 1", "Production", json.loads((demo.bundle / "lineage.json").read_text())["parameters"]):
        assert name in page.words


def test_the_figures_are_those_of_scipy(fairline, demo, tmp_path):
    """The tests and parts, recomputed from the exported probabilities."""
    fairline(
        "train", "--config", demo.config, "--data", demo.data, "--out", tmp_path / "model",
        "--export-matrix", tmp_path / "export",
    )  # fmt: skip
    part = report_of(tmp_path / "model")["calibration"]
    p = numpy.fromfile(tmp_path / "export" / "probabilities.f64", "<f8")
    y = numpy.fromfile(tmp_path / "export" / "target.u8", "u1").astype(float)
    z = ((y - p) * (1 - 2 * p)).sum() / numpy.sqrt(((1 - 2 * p) ** 2 * p * (1 - p)).sum())
    assert part["spiegelhalter"]["z"] == pytest.approx(z, rel=1e-9)
    assert part["spiegelhalter"]["p_value"] == pytest.approx(2 * scipy.stats.norm.sf(abs(z)), rel=1e-9)
    chi_square = 0
    for line in part["table"]:
        expected = line["rows"] * line["mean_pd"]
        chi_square += (line["defaults"] - expected) ** 2 / (expected * (1 - line["mean_pd"]))
        interval = scipy.stats.binomtest(line["defaults"], line["rows"]).proportion_ci(0.95, "wilson")
        assert line["observed_95_low"] == pytest.approx(interval.low, abs=1e-12)
        assert line["observed_95_high"] == pytest.approx(interval.high, abs=1e-12)
    test = part["hosmer_lemeshow"]
    assert test["chi_square"] == pytest.approx(chi_square, rel=1e-9)
    assert test["p_value"] == pytest.approx(scipy.stats.chi2.sf(chi_square, len(part["table"])), rel=1e-9)
    parts = part["brier_parts"]
    total = parts["reliability"] - parts["resolution"] + parts["uncertainty"] + parts["within_lines"]
    assert total == pytest.approx(sklearn.metrics.brier_score_loss(y, p), rel=1e-9)


def test_standard_output_and_text(fairline, demo, page):
    done = fairline("models", "report", "credit", 1, "--storage", demo.store, "--html", "-")
    assert done.stdout == page.text and done.stderr == ""
    text = fairline("models", "report", "--bundle", demo.bundle).stdout
    assert "Hosmer-Lemeshow" in text and "Cut-off: REJECT from PD" in text


def test_a_bundle_that_is_not_registered(fairline, demo):
    shown = Page(fairline("models", "report", "--bundle", demo.bundle, "--html", "-").stdout)
    stands_alone(shown)
    assert "home-credit" in shown.words and "not registered" in shown.words
    assert str(demo.bundle) not in shown.text


def test_hostile_names_are_text(fairline, tmp_path):
    hostile = ["<script>alert(1)</script>", 'a&b" onload="x', "</style><h1>", "]]>"]
    rng = random.Random(3)
    with open(tmp_path / "data.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*hostile, "TARGET"])
        for _ in range(1500):
            values = [rng.gauss(0, 1) for _ in hostile]
            writer.writerow([*values, int(sum(values) + rng.gauss(0, 2) > 2)])
    config = {
        "name": "<b>bold & \"quoted\"</b>",
        "features": "none",
        "folds": 3,
        "lightgbm": {"num_threads": 1, "num_iterations": 30, "learning_rate": 0.2},
    }
    (tmp_path / "train.yaml").write_text(json.dumps(config))
    fairline(
        "train", "--config", tmp_path / "train.yaml", "--data", tmp_path / "data.csv",
        "--out", tmp_path / "model",
    )  # fmt: skip
    shown = Page(fairline("models", "report", "--bundle", tmp_path / "model", "--html", "-").stdout)
    stands_alone(shown)
    for name in [*hostile, config["name"]]:
        assert name in shown.texts, name
    for chart in shown.charts():
        xml.etree.ElementTree.fromstring(chart)


def older(bundle, target, *parts):
    """A copy of the bundle as an earlier version would have written it: without some parts."""
    shutil.copytree(bundle, target)
    report = report_of(target)
    for path in parts:
        *way, last = path.split(".")
        where = report
        for key in way:
            where = where[key]
        del where[last]
    text = json.dumps(report)
    (target / "report.json").write_text(text)
    about = json.loads((target / "bundle.json").read_text())
    about["files"]["report.json"] = hashlib.sha256(text.encode()).hexdigest()
    (target / "bundle.json").write_text(json.dumps(about))
    return target


def test_an_older_bundle_says_what_it_lacks(fairline, demo, tmp_path):
    bundle = older(
        demo.bundle, tmp_path / "older", "distribution", "stability", "discrimination.curve",
        "discrimination.deciles", "cut_off.curve", "calibration.brier_parts",
        "calibration.hosmer_lemeshow", "calibration.spiegelhalter",
    )  # fmt: skip
    shown = Page(fairline("models", "report", "--bundle", bundle, "--html", "-").stdout)
    stands_alone(shown)
    assert shown.words.count("not in this bundle: it was made by an earlier version") == 4
    pooled = report_of(bundle)["discrimination"]["pooled"]
    assert f"{pooled['roc_auc']:.4f}" in shown.words
    assert "nan" not in shown.text
    assert "Hosmer" not in fairline("models", "report", "--bundle", bundle).stdout


def test_a_model_without_outcomes(fairline, demo, tmp_path):
    fairline(
        "models", "import", demo.bundle / "model.lgb", "--name", "bare", "--out", tmp_path / "bare"
    )
    shown = Page(fairline("models", "report", "--bundle", tmp_path / "bare", "--html", "-").stdout)
    stands_alone(shown)
    assert "import it again with data" in shown.words
    assert "no report" in fairline("models", "report", "--bundle", tmp_path / "bare").stdout


def test_mistakes(fairline, demo, tmp_path):
    unknown = fairline("models", "report", "nobody", "--storage", demo.store, ok=None)
    assert unknown.returncode == 1 and "nobody" in unknown.stderr
    version = fairline("models", "report", "credit", 9, "--storage", demo.store, ok=None)
    assert version.returncode == 1 and "9" in version.stderr
    fairline("models", "report", ok=2)
    fairline("models", "report", "credit", "--bundle", demo.bundle, ok=2)
    taken = tmp_path / "a folder"
    taken.mkdir()
    refused = fairline("models", "report", "--bundle", demo.bundle, "--html", taken, ok=None)
    assert refused.returncode != 0 and "a folder" in refused.stderr and not any(taken.iterdir())
