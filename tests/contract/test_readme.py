"""Every command that the README shows is run by a test: here, or where the table says."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")

ELSEWHERE = {
    "make run": "tests/e2e/test_make_run.py",
    "make test": ".ci/run",
    "make bench": "tests/bench",  # its own suite; a run takes minutes
}
# Their recipes can be read without a Docker engine; tests/contract/test_compose.py holds the rest.
DRY = ("make up", "make down")
IN_ORDER = ("make broker", "make broker-stop", "make broker-wipe")


def commands() -> list[str]:
    """The lines of all shell blocks, as they stand."""
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def run(command: str) -> str:
    """What it prints. Fails where its exit status is not 0."""
    words, _, source = command.partition(" < ")
    said = subprocess.run(
        shlex.split(words),
        cwd=ROOT,
        env=_outside(),
        input=(ROOT / source).read_text("utf-8") if source else "",
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout


def _outside() -> dict[str, str]:
    """The environment without what `make test` adds: a make in a make says more than its recipe."""
    return {k: v for k, v in os.environ.items() if k not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}


@pytest.mark.parametrize("command", [c for c in commands() if ".venv/bin/newswatch" in c])
def test_a_command_of_the_command_line_works_as_shown(command: str) -> None:
    assert run(command)


@pytest.mark.broker
def test_a_broker_starts_stops_and_forgets(tmp_path: Path) -> None:
    assert set(IN_ORDER) <= set(commands())

    started, stopped, wiped = (run(f"{command} VAR={tmp_path}") for command in IN_ORDER)

    assert re.search(r"(Apache Kafka|Tansu, in memory) at 127\.0\.0\.1:\d+", started)
    assert stopped == "stopped\n"
    assert wiped == "its data is gone\n"
    assert not (tmp_path / "broker").exists()


@pytest.mark.parametrize("command", DRY)
def test_what_needs_docker_is_at_least_what_docker_understands(command: str) -> None:
    assert run(command.replace("make", "make --dry-run", 1)).startswith("docker compose ")


def test_ci_runs_the_readmes_test_command_and_nothing_else() -> None:
    assert (ROOT / ".ci/run").read_text("utf-8").rstrip().splitlines()[-1] == "make test"


def test_no_command_is_left_out() -> None:
    here = {c for c in commands() if ".venv/bin/newswatch" in c} | {*DRY, *IN_ORDER}

    assert set(commands()) - here == set(ELSEWHERE)
    assert [place for place in ELSEWHERE.values() if not (ROOT / place).exists()] == []


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_every_link_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


def test_every_make_target_has_a_line_of_help() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()

    said = run("make")

    assert sorted(line.split()[1] for line in said.splitlines()) == sorted(targets)


def test_the_code_is_as_the_checks_want_it() -> None:
    run("make check")
