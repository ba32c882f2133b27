"""Service logs for a person: JSON lines become `event  key=value`, others stay as they are.

Without internet every feed of the catalogue fails in the same words, and would push the alerts off
the screen: a few lines of each say so, and the status line counts the feeds.
"""

import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any, TextIO

from honcho.printer import Message, Printer

# `detail` and the rest say in a machine's words what the event said in a person's.
_LEFT_OUT = frozenset(
    {"event", "level", "logger", "service", "timestamp", "outcome", "detail", "next", "reason"}
)
_MARK = {"warning": "! ", "error": "✘ ", "critical": "✘ "}
_OURS = ("services", "shared", "__main__")
_SAID_OF_FEEDS = 3
"""How many feeds are named to which the same happens, at most, until one of them is well again."""
_WELL = "well again"
_SO_ARE_MORE = (
    "! and so are more feeds: the status line counts them, newswatch feeds check URL asks one"
)


class PlainPrinter(Printer):  # type: ignore[misc]  # honcho has no types
    """honcho's printer, with our log lines made readable and libraries heard only on trouble."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """As honcho's."""
        super().__init__(*arguments, **options)
        self._of_feeds: Counter[str] = Counter()  # a warning's event → feeds it was said of

    def write(self, message: Message) -> None:
        """Print one message of one process."""
        if message.type == "line":
            text = self._shown(_text(message.data))
            if text is None:
                return
            message = message._replace(data=text)
        try:
            super().write(message)
        except OSError:
            _stop_unheard(self.output)

    def _shown(self, line: str) -> str | None:
        """`readable`; of feeds to which the same happens only the first, then a line for all."""
        entry = _entry(line)
        if entry is None:
            return line
        event = str(entry["event"])
        if event == _WELL:
            self._of_feeds.clear()
        if "feed" in entry and entry.get("level") == "warning":
            self._of_feeds[event] += 1
            if self._of_feeds[event] > _SAID_OF_FEEDS:
                return _SO_ARE_MORE if self._of_feeds[event] == _SAID_OF_FEEDS + 1 else None
        return _readable(entry)


def _stop_unheard(output: TextIO) -> None:
    """Nobody reads any more (`make run | head`, a closed terminal): end, and say nothing of it."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), output.fileno())
    signal.raise_signal(signal.SIGTERM)


def readable(line: str) -> str | None:
    """The line as a person wants it, None for what nobody wants; other lines unchanged."""
    entry = _entry(line)
    return line if entry is None else _readable(entry)


def _readable(entry: dict[str, Any]) -> str | None:
    mark = _MARK.get(str(entry.get("level")), "")
    chatter = not mark and not str(entry.get("logger", "services")).startswith(_OURS)
    return None if chatter else mark + _told(entry)


def _entry(line: str) -> dict[str, Any] | None:
    """The entry of our log that the line is."""
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and "event" in entry else None


def _told(entry: dict[str, Any]) -> str:
    rest = [f"{key}={value}" for key, value in entry.items() if key not in _LEFT_OUT]
    return "  ".join([str(entry["event"]), *rest])


def _text(data: bytes | str) -> str:
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else data
