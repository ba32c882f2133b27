"""What the code imports is declared, and what is declared is argued for in DESIGN.md."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CODE = ("services", "shared")
OF_ANOTHER = {"anyio": "httpx", "httpcore": "httpx", "aiokafka": "faust-streaming",
              "mode-streaming": "faust-streaming"}  # fmt: skip
"""What is only imported where a package that is declared is extended: they come together."""


def shipped() -> set[str]:
    extras = PROJECT["project"]["optional-dependencies"].values()
    return set(map(_name, chain(PROJECT["project"]["dependencies"], *extras))) - {"newswatch"}


def declared() -> set[str]:
    groups = PROJECT["dependency-groups"].values()
    return (shipped() | set(map(_name, chain(*groups)))) - {"newswatch"}


def _name(requirement: str) -> str:
    found = re.match(r"[\w-]+", requirement)
    assert found, requirement
    return found[0].lower().replace("_", "-")


def imported() -> Iterator[str]:
    """The distributions that the code imports from."""
    known = packages_distributions()
    for folder in CODE:
        for file in (ROOT / folder).rglob("*.py"):
            for module in _modules(ast.parse(file.read_text("utf-8"))):
                if module not in sys.stdlib_module_names and module not in CODE:
                    yield _name(known[module][0])


def _modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_what_is_imported_is_declared() -> None:
    needed = {OF_ANOTHER.get(name, name) for name in imported()}

    assert needed - shipped() == set()


def test_every_dependency_has_its_row_and_every_row_its_dependency() -> None:
    table = (ROOT / "DESIGN.md").read_text("utf-8").partition("## Dependencies")[2]
    rows = re.findall(r"^\| ([^|]+) \|", table.partition("\n## ")[0], re.MULTILINE)[1:]
    argued = {name.strip() for row in rows for name in row.split(",")} - {"---"}

    assert argued == declared()
