"""What a later revision of an article says differently, and what is no news of it."""

from typing import Any

import pytest

from services.processors.gather.revision import changes
from services.processors.gather.signals import Signals

from .conftest import a_reader, match

TITLE = "Iran and Türkiye sign a gas contract"
WORDS = [f"word{'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}" for n in range(100)]
LONG = " ".join(WORDS)
REMOVED = "This article has been removed."
READER = a_reader()


def read(title: str = TITLE, text: str = "", **told: Any) -> Signals:
    return READER.skim(match("a", title, text=text, **told)).signals


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param(read(text=LONG), read(text=LONG), [], id="nothing"),
        pytest.param(read(text=f"{LONG} 120 views"), read(text=f"{LONG} 340 views"), [],
                     id="a counter"),
        pytest.param(read(text=LONG), read(text=f"{LONG} {WORDS[0]}s"), [], id="one word in many"),
        pytest.param(read(text=LONG), read(text=" ".join(WORDS[:60])), ["text"], id="forty fewer"),
        pytest.param(read(), read("Iran and Türkiye sign an oil contract"), ["title"], id="title"),
        pytest.param(read(text="It costs 56 dollars"), read(text="It costs 58 dollars"),
                     ["numbers"], id="a number"),
        pytest.param(read(entities=["fidan"]), read(text="By him", entities=["araghchi"]),
                     ["entities"], id="a person"),
        pytest.param(read(text=LONG), read(text=" ".join(WORDS[:5])), ["retracted"],
                     id="nearly all of it is gone"),
        pytest.param(read(text=" ".join(WORDS[:20])), read("Iran"), ["title"],
                     id="there never was much"),
        pytest.param(read(text=LONG), read(text=f"{REMOVED} {LONG}"), ["retracted"],
                     id="it says that it was withdrawn"),
        pytest.param(read(text=REMOVED), read("Iran", text=REMOVED), ["title"],
                     id="it said so before"),
        pytest.param(read(text=REMOVED), read("Iran"), ["title"], id="it says so no more"),
    ],
)  # fmt: skip
def test_a_revision_says(before: Signals, after: Signals, said: list[str]) -> None:
    assert [change.what for change in changes(before, after)] == said


def test_a_change_says_what_was_there_and_what_is() -> None:
    (change,) = changes(read(text="It costs 56 dollars"), read(text="It costs 58 or 59 dollars"))
    assert (change.before, change.after) == ("56", "58 59")
