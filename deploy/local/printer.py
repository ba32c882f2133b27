"""Service logs for a person: JSON lines become `event  key=value`, others stay as they are."""

import json
from typing import Any

from honcho.printer import Message, Printer

_LEFT_OUT = frozenset({"event", "level", "logger", "service", "timestamp"})
_MARK = {"warning": "! ", "error": "✘ ", "critical": "✘ "}


class PlainPrinter(Printer):  # type: ignore[misc]  # honcho has no types
    """honcho's printer, with our log lines made readable."""

    def write(self, message: Message) -> None:
        """Print one message of one process."""
        if message.type == "line":
            message = message._replace(data=readable(_text(message.data)))
        super().write(message)


def readable(line: str) -> str:
    """The line as a person wants it; a line that is not our JSON comes back unchanged."""
    try:
        entry = json.loads(line)
    except ValueError:
        return line
    if not isinstance(entry, dict) or "event" not in entry:
        return line
    return _MARK.get(str(entry.get("level")), "") + _told(entry)


def _told(entry: dict[str, Any]) -> str:
    rest = [f"{key}={value}" for key, value in entry.items() if key not in _LEFT_OUT]
    return "  ".join([str(entry["event"]), *rest])


def _text(data: bytes | str) -> str:
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else data
