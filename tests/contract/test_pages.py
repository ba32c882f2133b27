"""Pages that list what files may say list all of it, and nothing else; their examples are right."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from services.alerting.kinds import AnyReceiver, ReceiversFile
from services.alerting.tree import Cover, Route, RoutesFile
from services.fetcher.catalogue import Catalogue, Feed
from services.processors.watches import Watch, WatchSide

ROOT = Path(__file__).resolve().parents[2]
KINDS: tuple[type[BaseModel], ...] = get_args(get_args(AnyReceiver)[0])
PAGES: dict[str, Sequence[type[BaseModel]]] = {
    "docs/feeds.md": [Feed],
    "docs/watches.md": [Watch, WatchSide],
    "docs/alerting/routes.md": [Route, Cover],
    "docs/alerting/receivers.md": [ReceiversFile, *KINDS],
}


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def keys(model: type[BaseModel]) -> set[str]:
    """What a file may say of it."""
    return {field.alias or name for name, field in model.model_fields.items() if not field.exclude}


def shown(text: str) -> set[str]:
    """The words that stand in code."""
    return set(re.findall(r"\w+", " ".join(re.findall(r"```.*?```|`[^`]*`", text, re.DOTALL))))


def listed(text: str) -> set[str]:
    """The keys that tables begin their rows with, but for names of kinds."""
    rows = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    return {key for row in rows for key in re.findall(r"`(\w[\w-]*)`", row)}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_lists_every_key(name: str) -> None:
    known = set().union(*map(keys, PAGES[name]))

    assert known - shown(page(name)) == set()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_lists_no_key_that_there_is_not(name: str) -> None:
    known = set().union(*map(keys, PAGES[name]))
    kinds = {get_args(kind.model_fields["kind"].annotation)[0] for kind in KINDS}

    assert listed(page(name)) - known - kinds == set()


@pytest.mark.parametrize("kind", KINDS)
def test_a_receiver_has_a_row_with_all_keys_of_its_own(kind: type[BaseModel]) -> None:
    name = get_args(kind.model_fields["kind"].annotation)[0]
    text = page("docs/alerting/receivers.md")

    [row] = [line for line in text.splitlines() if f"`{name}`" in line.split(" | ")[0]]

    usual = set.intersection(*map(keys, KINDS))
    assert keys(kind) - usual - shown(row) == set()


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("docs/feeds.md", Catalogue),
        ("docs/alerting/routes.md", RoutesFile),
        ("docs/alerting/receivers.md", ReceiversFile),
    ],
)
def test_an_example_is_a_file_that_can_be_used(name: str, model: type[BaseModel]) -> None:
    examples = re.findall(r"```toml\n(.*?)```", page(name), re.DOTALL)

    assert [model.model_validate(tomllib.loads(example)) for example in examples]
