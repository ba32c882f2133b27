"""The alert rules by Prometheus' own tool: well-formed, and each fires when it should."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

PROMETHEUS = Path(__file__).resolve().parents[2] / "deploy" / "prometheus"

pytestmark = [
    pytest.mark.prometheus,
    pytest.mark.skipif(
        not shutil.which("promtool") and not os.environ.get("CI"),
        reason="no promtool here (Debian: apt-get install prometheus)",
    ),
]


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "config", "prometheus.yml"),
        ("check", "rules", "alerts.yml"),
        ("test", "rules", "alerts.test.yml"),
    ],
    ids=" ".join,
)
def test_promtool_agrees(arguments: tuple[str, ...]) -> None:
    said = subprocess.run(
        ["promtool", *arguments], cwd=PROMETHEUS, capture_output=True, text=True, check=False
    )

    assert said.returncode == 0, said.stdout + said.stderr


def test_every_rule_is_shown_to_fire() -> None:
    groups = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text("utf-8"))["groups"]
    rules = {rule["alert"] for group in groups for rule in group["rules"]}
    tests = (PROMETHEUS / "alerts.test.yml").read_text("utf-8")

    assert len(rules) >= 5
    assert set(re.findall(r"alertname: (\w+)\n", tests)) == rules


def test_every_rule_says_what_to_do() -> None:
    groups = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text("utf-8"))["groups"]

    for rule in (rule for group in groups for rule in group["rules"]):
        assert set(rule["annotations"]) == {"summary", "description"}, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
