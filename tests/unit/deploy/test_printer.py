import json
import os
import signal
from datetime import UTC, datetime
from io import StringIO

import pytest
from honcho.printer import Message

from deploy.local.printer import PlainPrinter, readable

CASES = [
    ("an event and its facts", '{"event": "polled", "feed": "aa", "n": 3}', "polled  feed=aa  n=3"),
    ("what honcho says itself", '{"event": "up", "level": "info", "timestamp": ""}', "up"),
    ("a warning is marked", '{"event": "late", "level": "warning"}', "! late"),
    ("an error is marked", '{"event": "broken", "level": "error"}', "✘ broken"),
    ("chatter of a library is not told", '{"event": "x", "logger": "kafka.conn"}', None),
    ("its trouble is", '{"event": "x", "level": "warning", "logger": "kafka.conn"}', "! x"),
    ("what a machine needs is left out", '{"event": "away", "detail": "errno 2"}', "away"),
    ("what is not JSON stays", "★ alert 1: …", "★ alert 1: …"),
    ("JSON that is no log line stays", "[1, 2]", "[1, 2]"),
    ("Persian stays readable", '{"event": "ایران"}', "ایران"),
]


@pytest.mark.parametrize(("rule", "line", "told"), CASES, ids=[case[0] for case in CASES])
def test_a_log_line_is_made_readable(rule: str, line: str, told: str | None) -> None:
    assert readable(line) == told, rule


def test_where_nobody_reads_any_more_it_is_told_to_stop_and_says_the_rest_to_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[int] = []
    monkeypatch.setattr(signal, "raise_signal", told.append)
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as terminal:
        printer = PlainPrinter(terminal)
        os.close(reading)  # as `| head` does

        printer.write(_line("one"))
        printer.write(_line("two"))

    assert told == [signal.SIGTERM]


def test_feeds_that_all_fail_alike_do_not_fill_the_screen() -> None:
    away = json.dumps({"event": "unreachable", "level": "warning", "feed": "aa"})
    well = json.dumps({"event": "well again", "level": "info", "feed": "aa"})
    terminal = StringIO()
    printer = PlainPrinter(terminal)
    for line in (*[away] * 9, "★ alert 1", "\n", well, away):
        printer.write(_line(line))

    told = [line.partition("| ")[2] for line in terminal.getvalue().splitlines()]
    first = ["! unreachable  feed=aa"] * 3
    assert told[3].startswith("! and so are more feeds")
    assert [*told[:3], *told[4:]] == [*first, "★ alert 1", "", "well again  feed=aa", first[0]]


def _line(text: str) -> Message:
    return Message(
        type="line", data=text, time=datetime(2026, 1, 1, tzinfo=UTC), name="status", colour=None
    )
