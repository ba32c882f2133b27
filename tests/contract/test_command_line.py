"""The command line as a person meets it."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from services.ops.__main__ import COMMANDS

NEWSWATCH = Path(sys.executable).parent / "newswatch"
NAMES = [name for _group, name, _line in COMMANDS]


def said(*arguments: str) -> str:
    return subprocess.run(
        [NEWSWATCH, *arguments], capture_output=True, text=True, check=True, timeout=60
    ).stdout


def test_the_help_says_of_every_command_what_it_is_for() -> None:
    listed = said("--help")

    for _group, name, line in COMMANDS:
        assert f"│ {name} " in listed
        assert line in " ".join(listed.replace("│", " ").split())


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(name: str) -> None:
    explained = said(name, "--help")

    assert explained.startswith(f"Usage: newswatch {name}")
    assert len(explained.splitlines()) > 3


def test_the_version_is_the_installed_one() -> None:
    assert said("--version").strip() == version("newswatch")
