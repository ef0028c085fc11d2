"""The alerts and the dashboard ask for what the program's own /metrics has, by labels and values that it gives."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Counter, Histogram
from prometheus_client.parser import text_string_to_metric_families

from sel_backend.mail.returned import Became
from sel_backend.observability import metrics
from sel_backend.services.rate_limits import Scope
from tests.backend.conftest import database_url, databases, worlds
from tests.backend.world import World

__all__ = ["database_url", "databases", "worlds"]

FOLDER = Path(__file__).parents[2] / "packaging/monitoring"
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((FOLDER / "sel-alerts.yaml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
PANELS: list[dict[str, Any]] = json.loads((FOLDER / "sel-dashboard.json").read_text("utf-8"))["panels"]
EXPRESSIONS = [
    *(rule["expr"] for rule in RULES),
    *(target["expr"] for panel in PANELS for target in panel["targets"]),
]
_SELECTED = re.compile(r"\b(sel_[a-z_]+)(?:\{([^}]*)\})?")
_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
_GROUPED = re.compile(r"\bby \(([a-z_, ]+)\)")
# What Prometheus itself puts to what it scrapes, and what a histogram's buckets have.
OF_PROMETHEUS = {"instance", "job", "le"}
VALUES = {
    ("sel_tries_total", "outcome"): {"admitted", "refused"},
    ("sel_tries_total", "scope"): {scope.value for scope in Scope},
    ("sel_locks_total", "scope"): {scope.value for scope in Scope},
    ("sel_bounces_total", "outcome"): {became.value for became in Became},
    ("sel_bounce_rounds_total", "outcome"): {"read", "failed"},
}


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
async def known(worlds: Any, tmp_path: Path) -> dict[str, set[str]]:
    """The program's metrics as /metrics gives them, with the labels of each."""
    world: World = worlds(data_folder=str(tmp_path))
    written = (await metrics.exposition(world.backend.core)).decode()
    labels = {one._name: set(one._labelnames) for one in vars(metrics).values() if isinstance(one, Counter | Histogram)}
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(written):
        own = labels.get(family.name, set())
        suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(family.type, [""])
        found |= {f"{family.name}{suffix}": own for suffix in suffixes}
    return found


async def test_every_expression_asks_for_metrics_and_labels_that_there_are(known: dict[str, set[str]]) -> None:
    assert {"sel_requests_total", "sel_database_up", "sel_disk_free_bytes"} <= set(known)
    for expression in EXPRESSIONS:
        for name, selected in _SELECTED.findall(expression):
            assert name in known, expression
            for label, how, value in _MATCHER.findall(selected):
                assert label in known[name], expression
                values = VALUES.get((name, label))
                if values is not None:
                    matched = {one for one in values if re.fullmatch(value if "~" in how else re.escape(value), one)}
                    assert matched, expression
                    assert "|" not in value or len(matched) == len(value.split("|")), expression
        selectors = {label for name, _ in _SELECTED.findall(expression) for label in known[name]}
        grouped = {label.strip() for found in _GROUPED.findall(expression) for label in found.split(",")}
        assert grouped <= selectors | OF_PROMETHEUS, expression


async def test_every_metric_is_on_the_dashboard(known: dict[str, set[str]]) -> None:
    shown = {name for panel in PANELS for target in panel["targets"] for name, _ in _SELECTED.findall(target["expr"])}
    assert {name.removesuffix("_sum").removesuffix("_count").removesuffix("_bucket") for name in known} == {
        name.removesuffix("_bucket") for name in shown
    }


def test_every_rule_says_what_it_saw_and_for_whom_and_every_panel_has_its_own_place() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    assert {rule["labels"]["severity"] for rule in RULES} == {"page", "ticket"}
    assert all(rule["annotations"]["summary"] for rule in RULES)
    places = [
        (x, y)
        for place in (panel["gridPos"] for panel in PANELS)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < 24
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)


def test_prometheus_understands_the_rules_and_raises_each_when_it_should(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is missing (Debian: prometheus)")
    # The dashboard's queries as rules, so that Prometheus reads them too.
    queries = [
        {"record": f"q{number}", "expr": expression.replace("$__rate_interval", "5m")}
        for number, expression in enumerate(EXPRESSIONS)
    ]
    (tmp_path / "queries.yaml").write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": queries}]}))
    for command in (
        ["check", "rules", str(FOLDER / "sel-alerts.yaml"), str(tmp_path / "queries.yaml")],
        ["test", "rules", str(FOLDER / "sel-alerts-test.yaml")],
    ):
        done = subprocess.run([promtool, *command], capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
