"""Service logs for a person: JSON lines become `event  key=value`, others stay as they are."""

import json
import os
import signal
from pathlib import Path
from typing import Any, TextIO

from honcho.printer import Message, Printer

# `detail` and the rest say in a machine's words what the event said in a person's.
_LEFT_OUT = frozenset(
    {"event", "level", "logger", "service", "timestamp", "outcome", "detail", "next", "reason"}
)
_MARK = {"warning": "! ", "error": "✘ ", "critical": "✘ "}
_OURS = ("services", "shared", "__main__")


class PlainPrinter(Printer):  # type: ignore[misc]  # honcho has no types
    """honcho's printer, with our log lines made readable and libraries heard only on trouble."""

    def write(self, message: Message) -> None:
        """Print one message of one process."""
        if message.type == "line":
            text = readable(_text(message.data))
            if text is None:
                return
            message = message._replace(data=text)
        try:
            super().write(message)
        except OSError:
            _stop_unheard(self.output)


def _stop_unheard(output: TextIO) -> None:
    """Nobody reads any more (`make run | head`, a closed terminal): end, and say nothing of it."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), output.fileno())
    signal.raise_signal(signal.SIGTERM)


def readable(line: str) -> str | None:
    """The line as a person wants it, None for what nobody wants; other lines unchanged."""
    try:
        entry = json.loads(line)
    except ValueError:
        return line
    if not isinstance(entry, dict) or "event" not in entry:
        return line
    mark = _MARK.get(str(entry.get("level")), "")
    chatter = not mark and not str(entry.get("logger", "services")).startswith(_OURS)
    return None if chatter else mark + _told(entry)


def _told(entry: dict[str, Any]) -> str:
    rest = [f"{key}={value}" for key, value in entry.items() if key not in _LEFT_OUT]
    return "  ".join([str(entry["event"]), *rest])


def _text(data: bytes | str) -> str:
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else data
