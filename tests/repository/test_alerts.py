"""Each alert has its runbook and its tests, and no query asks for a metric that nobody tells."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bookingopt_api.metrics import RequestMetrics
from job_ledger import LedgerRules, open_store

HEADINGS = ["Meaning", "Impact", "Diagnosis", "Mitigation"]
# What the specification asks for; the test data of promtool show that each does what it says.
WANTED = {
    "ApiDown", "WorkerDown", "RedisDown", "NginxDown", "LedgerDown", "NoWorker", "ErrorRateHigh",
    "JobsFailing", "JobsWaiting", "DiskFilling", "BackupOld", "CertificateExpiring",
}  # fmt: skip
ALWAYS = {"Watchdog"}
"""Alerts that are never silent."""
SUFFIXES = ("_bucket", "_count", "_sum")
# Figures of the ledger, told alike by every process: a sum would count them once for each.
LEDGER = re.compile(r"bookingopt_(jobs_|job_|workers\b)")
STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
NO_METRIC = re.compile(r"\{[^}]*\}|\[[^\]]*\]|\b(?:by|without|on|ignoring)\s*\([^)]*\)")
WORD = re.compile(r"[a-zA-Z_:][\w:]*(?!\w|\s*\()")
KEYWORDS = {"and", "or", "unless", "bool", "offset"}


@pytest.fixture(scope="module")
def rules(root: Path) -> dict[str, dict[str, Any]]:
    """Return every alert by its name."""
    return {rule["alert"]: rule for rule in _rules(root) if "alert" in rule}


@pytest.fixture(scope="module")
def catalog(root: Path) -> set[str]:
    """Return every metric that a query may ask for."""
    tellers = yaml.safe_load((root / "infra/prometheus/metrics.yml").read_text())
    return {name for names in tellers.values() for name in names}


def test_every_alert_that_is_asked_for_is_there(rules: dict[str, dict[str, Any]]) -> None:
    assert set(rules) >= WANTED


def test_every_alert_says_how_bad_it_is_and_where_to_read_on(rules: dict[str, dict[str, Any]]) -> None:
    for name, rule in rules.items():
        assert rule["labels"]["severity"] in {"critical", "warning"}, name
        assert set(rule["annotations"]) == {"summary", "description", "runbook"}, name
        assert rule["annotations"]["runbook"] == f"docs/runbooks/{name}.md"


def test_every_alert_has_a_runbook_and_every_runbook_an_alert(
    rules: dict[str, dict[str, Any]], root: Path
) -> None:
    pages = {path.stem: path.read_text() for path in (root / "docs/runbooks").glob("*.md")}
    index = pages.pop("index")
    assert set(pages) == set(rules)
    assert set(re.findall(r"^\| \[(\w+)\]\(\1\.md\)", index, re.MULTILINE)) == set(rules)
    for name, page in pages.items():
        assert page.startswith(f"# {name}\n")
        parts = re.split(r"^## (\w+)\n", page, flags=re.MULTILINE)[1:]
        assert parts[::2] == HEADINGS, name
        assert all(len(text.split()) > 4 for text in parts[1::2]), f"{name} leaves a heading empty"


def test_runbooks_name_tasks_that_there_are(root: Path) -> None:
    pages = "".join(path.read_text() for path in (root / "docs/runbooks").glob("*.md"))
    named = {name.rstrip(".") for name in re.findall(r"`invoke ([a-z.]+)", pages)}
    listing = subprocess.run(
        [sys.executable, "-m", "invoke", "--list"], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    assert len(named) > 3
    assert named <= set(re.findall(r"^  ([a-z.]+)", listing, re.MULTILINE))


def test_every_alert_is_tested_to_fire_and_to_stay_silent(
    rules: dict[str, dict[str, Any]], root: Path
) -> None:
    for path in (root / "infra/prometheus/rules").glob("*.yml"):
        names = {name for name in rules if f"alert: {name}\n" in path.read_text()}
        cases = _cases(root / "infra/prometheus/tests" / path.name)
        fired = {name for _, labels in cases for name in names if any(name in label for label in labels)}
        assert fired == names, f"{path.name}: never seen to fire: {names - fired}"
        silent = {name for expression, labels in cases for name in names if _covers(expression, name, labels)}
        missing = names - silent - ALWAYS
        assert missing == set(), f"{path.name}: never seen to be silent: {missing}"


def test_every_query_asks_for_metrics_that_are_told(root: Path, catalog: set[str]) -> None:
    queries = [(rule.get("alert", rule.get("record")), rule["expr"]) for rule in _rules(root)]
    queries += list(_dashboard_queries(root))
    assert len(queries) > 60
    asked = {name for _, query in queries for name in _metrics(query)}
    unknown = {name for name in asked if name not in catalog and _family(name) not in catalog}
    assert unknown == set()
    assert {name for name in catalog if not any(name in {found, _family(found)} for found in asked)} == set()


def test_ledger_figures_are_never_added_up_over_processes(root: Path) -> None:
    queries = [(rule.get("alert", rule.get("record")), rule["expr"]) for rule in _rules(root)]
    for where, query in [*queries, *_dashboard_queries(root)]:
        for found in LEDGER.finditer(STRING.sub('""', query)):
            # Between the innermost aggregation and the metric stands max or min.
            aggregations = re.findall(r"\b(sum|max|min|avg|count)\b", query[: found.start()])
            assert aggregations, f"{where}: {query}"
            assert aggregations[-1] in {"max", "min"}, f"{where}: {query}"


def test_the_catalog_knows_what_our_own_processes_tell(catalog: set[str], tmp_path: Path) -> None:
    """A metric that is renamed in the code is missed here, not in the night when an alert stays silent."""
    store = open_store(f"sqlite:///{tmp_path / 'jobs.db'}", LedgerRules())
    told = RequestMetrics(store).tell().decode()
    store.close()
    families = set(re.findall(r"^# TYPE (\S+) ", told, re.MULTILINE))
    ours = {
        name for name in catalog if name.startswith(("bookingopt_http", "bookingopt_job", "bookingopt_led"))
    }
    assert {name for name in ours if name not in families} == set()


def test_dashboards_are_complete_and_told_apart(root: Path) -> None:
    boards = [
        json.loads(path.read_text()) for path in sorted((root / "infra/grafana/dashboards").glob("*.json"))
    ]
    assert len({board["uid"] for board in boards}) == len(boards) == 3
    sources = yaml.safe_load((root / "infra/grafana/provisioning/datasources/sources.yml").read_text())
    known = {source["uid"] for source in sources["datasources"]}
    for board in boards:
        assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
        assert {
            target["datasource"]["uid"] for panel in board["panels"] for target in panel["targets"]
        } <= known


def test_every_setting_of_the_profiles_is_told_with_its_default(root: Path) -> None:
    """`docs/how-to/watch.md` and `compose.monitoring.yaml` name the same variables, but for images."""
    compose = (root / "infra/compose.monitoring.yaml").read_text()
    settings = dict(re.findall(r"\$\{([A-Z_]+):?-?([^}]*)\}", compose))
    settings = {name: default for name, default in settings.items() if not name.endswith("_IMAGE")}
    assert len(settings) > 12
    told: dict[str, str] = {}
    for names, default in re.findall(
        r"^\| ((?:`[A-Z_]+`(?:, )?)+) \| ([^|]+) \|",
        (root / "docs/how-to/watch.md").read_text(),
        re.MULTILINE,
    ):
        told |= zip(re.findall(r"`(\w+)`", names), default.replace("`", "").split(", "), strict=True)
    nothing = {"none": "", "/dev/null": ""}
    of_the_stack = {"SECRETS_DIR"}
    assert {name: nothing.get(default, default) for name, default in told.items()} == {
        name: nothing.get(default, default) for name, default in settings.items() if name not in of_the_stack
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('sum by (le) (rate(a_bucket{le="b_total"}[5m])) > 0.05', {"a_bucket"}),
        ("max(up) or vector(0)", {"up"}),
        ("a:b:total / on (x) c_d{e=~'f'} and time() - 1e9 > 2", {"a:b:total", "c_d"}),
    ],
)
def test_metrics_are_found_in_queries(query: str, names: set[str]) -> None:
    assert _metrics(query) == names


def _rules(root: Path) -> list[dict[str, Any]]:
    files = sorted((root / "infra/prometheus/rules").glob("*.yml"))
    return [
        rule
        for path in files
        for group in yaml.safe_load(path.read_text())["groups"]
        for rule in group["rules"]
    ]


def _dashboard_queries(root: Path) -> list[tuple[str, str]]:
    found = []
    for path in sorted((root / "infra/grafana/dashboards").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            found += [(f"{path.name}: {panel['title']}", target["expr"]) for target in panel["targets"]]
    return found


def _metrics(query: str) -> set[str]:
    """Return the metrics of a query: what is left without strings, labels, ranges and functions."""
    bare = NO_METRIC.sub(" ", STRING.sub('""', query))
    bare = re.sub(r"\b\d[\w.]*", " ", bare)
    return set(WORD.findall(bare)) - KEYWORDS


def _family(name: str) -> str:
    return next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), name)


def _cases(path: Path) -> list[tuple[str, list[str]]]:
    """Return what each case asks, and the labels of the answers it expects."""
    cases = [case for test in yaml.safe_load(path.read_text())["tests"] for case in test["promql_expr_test"]]
    return [(case["expr"], [sample["labels"] for sample in case["exp_samples"]]) for case in cases]


def _covers(expression: str, name: str, labels: list[str]) -> bool:
    """Return whether a case says of an alert that it does not fire."""
    if labels:
        return False
    asked = re.search(r"alertname=~?\"([^\"]+)\"", expression)
    return asked is None or name in asked[1].split("|")
