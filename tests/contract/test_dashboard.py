"""What can be held of the dashboard without a Grafana: every field known, nothing left to guess."""

import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

ROOT = Path(__file__).resolve().parents[2]
GRAFANA = ROOT / "deploy" / "grafana"
OVERVIEW: dict[str, Any] = json.loads((GRAFANA / "dashboards/overview.json").read_text("utf-8"))
ALL: list[dict[str, Any]] = [  # a row that is folded up holds its panels itself
    part for panel in OVERVIEW["panels"] for part in (panel, *panel.get("panels", []))
]
PANELS = [panel for panel in ALL if panel["type"] != "row"]
FIGURES = [panel for panel in PANELS if panel["type"] == "stat"]
WIDTH = 24
COLUMN = 52
"""Pixels of a column on a screen of 1280, the smallest that the page is made for."""
AROUND, LETTER = 54, 7.5
"""Of a panel's head: padding and the mark of the description; a letter of the title."""
RULES = (ROOT / "deploy/prometheus/alerts.yml").read_text("utf-8")
ANNOTATIONS: list[dict[str, Any]] = OVERVIEW["annotations"]["list"]
# Grafana's Prometheus source reads these of an annotation; the models leave each source its own.
OF_THE_SOURCE = {
    f"annotations.list.{number}.{field}"
    for number in range(len(ANNOTATIONS))
    for field in ("titleFormat", "textFormat")
}


def lost(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """The places of `before` that `after` has not, or has otherwise."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            where = f"{path}.{key}".lstrip(".")
            yield from lost(value, after[key], where) if key in after else [where]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from lost(one, other, f"{path}.{number}")
    elif before != after:
        yield path


def test_grafanas_own_models_know_every_field() -> None:
    register_default_plugins()

    read_back = json.loads(JSONEncoder().encode(Dashboard.from_json(OVERVIEW)))

    assert set(lost(OVERVIEW, read_back)) == OF_THE_SOURCE


def test_it_answers_the_operators_questions_in_order() -> None:
    rows = [panel["title"] for panel in OVERVIEW["panels"] if panel["type"] == "row"]

    assert rows[:4] == ["Is it working?", "What is late?", "What is lost?", "What matched?"]


def test_lag_and_end_to_end_latency_are_among_the_panels() -> None:
    queries = " ".join(target["expr"] for panel in PANELS for target in panel["targets"])

    assert "newswatch_consumer_lag_records" in queries
    assert "newswatch_alert_latency_seconds_bucket" in queries


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_says_what_it_shows_and_in_which_unit(panel: dict[str, Any]) -> None:
    assert len(panel["description"]) > len(panel["title"])
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["targets"]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_title_is_read_whole(panel: dict[str, Any]) -> None:
    assert len(panel["title"]) * LETTER <= panel["gridPos"]["w"] * COLUMN - AROUND


@pytest.mark.parametrize("panel", FIGURES, ids=lambda panel: panel["title"])
def test_a_figure_is_of_now_and_says_why_there_is_none(panel: dict[str, Any]) -> None:
    """The last value of the hours shown would call a service up that ended in them."""
    assert all(target["instant"] and not target["range"] for target in panel["targets"])
    assert re.search(r"\w", panel["fieldConfig"]["defaults"]["noValue"])


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_legend_names_what_the_query_tells_apart(panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        named = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
        assert named == labels(target["expr"])


def labels(query: str) -> set[str]:
    outermost = re.match(r"(?:2 \* |histogram_quantile\([\d.]+, )?\w+ by \(([\w, ]+)\)", query)
    return set(outermost[1].split(", ")) - {"le"} if outermost else set()


def test_its_links_lead_to_the_alert_rules() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    (published,) = compose["services"]["prometheus"]["ports"]
    links = [*OVERVIEW["links"], *(link for panel in PANELS for link in panel.get("links", []))]

    assert {link["url"] for link in links} == {f"http://localhost:{published.split(':')[1]}/alerts"}


def test_rules_of_every_severity_are_on_the_page() -> None:
    severities = set(re.findall(r"severity: (\w+)", RULES))
    shown = next(panel for panel in PANELS if panel["title"] == "Alert rules that fire")

    for queries in (ANNOTATIONS, shown["targets"]):
        asked = " ".join(query["expr"] for query in queries)
        assert set(re.findall(r'severity="(\w+)"', asked)) == severities


def test_every_panel_has_an_id_and_a_place_of_its_own() -> None:
    places = [panel["gridPos"] for panel in ALL]

    assert len({panel["id"] for panel in ALL}) == len(places)
    assert all(place["x"] + place["w"] <= WIDTH for place in places)
    assert not [pair for pair in combinations(places, 2) if overlap(*pair)]


def overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    return (
        one["x"] < other["x"] + other["w"]
        and other["x"] < one["x"] + one["w"]
        and one["y"] < other["y"] + other["h"]
        and other["y"] < one["y"] + one["h"]
    )


def test_the_source_it_asks_is_the_one_that_is_provisioned() -> None:
    sources = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())
    provisioned = {source["uid"] for source in sources["datasources"]}
    asked = {panel["datasource"]["uid"] for panel in PANELS} | {
        target["datasource"]["uid"] for panel in PANELS for target in panel["targets"]
    }

    assert asked == provisioned


def test_it_is_mounted_where_grafana_and_the_provider_look() -> None:
    providers = yaml.safe_load((GRAFANA / "provisioning/dashboards/newswatch.yml").read_text())
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    mounts = dict(mount.split(":")[:2] for mount in compose["services"]["grafana"]["volumes"])

    assert mounts["./deploy/grafana/dashboards"] == providers["providers"][0]["options"]["path"]
    for place in ("provisioning/dashboards", "provisioning/datasources"):
        assert mounts[f"./deploy/grafana/{place}"] == f"/etc/grafana/{place}"
