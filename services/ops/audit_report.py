"""An audit in words for a person, or in JSON for a machine. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from services.alerting.bidi import clean
from services.ops.audit_fates import Fate, Row

SHOWN = 20
"""Faults that a person is shown; the JSON has them all."""

_WIDE = 9


def json_lines(since: datetime, topics: Sequence[Row], receivers: Sequence[Row]) -> Iterator[str]:
    """A line for each topic, then for each receiver."""
    for kind, rows in (("topic", topics), ("receiver", receivers)):
        for row in rows:
            told = {
                kind: row.name,
                "since": since,
                "records": row.fates.total(),
                "fates": dict(row.fates),
                "faults": row.faults,
            }
            yield msgspec.json.encode(told).decode()


def lines(since: datetime, topics: Sequence[Row], receivers: Sequence[Row]) -> Iterator[str]:
    """Two tables, and what is wrong."""
    yield f"since {since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    for what, unit, rows in (("topic", "records", topics), ("receiver", "events", receivers)):
        if rows:
            yield ""
            yield from _table(what, unit, rows)
    yield ""
    faults = [fault for row in (*topics, *receivers) for fault in row.faults]
    yield from map(clean, faults[:SHOWN])
    if len(faults) > SHOWN:
        yield f"and {len(faults) - SHOWN} more; --json has them all"
    if not faults:
        yield "Nothing is missing, and nobody was told twice."
    yield from _ways_out(since, topics, receivers)


def _ways_out(since: datetime, topics: Sequence[Row], receivers: Sequence[Row]) -> Iterator[str]:
    """How what is missing is made up for."""
    if passed_over := [row.name for row in topics if row.fates[Fate.MISSING]]:
        yield ""
        yield (
            f"Stop the processors, set their group back on {', '.join(passed_over)} to before what "
            "is missing (docs/deleted-topics.md says how), and start them: nobody is told twice."
        )
    if untold := [clean(row.name) for row in receivers if row.fates[Fate.MISSING]]:
        yield ""
        yield "Tell a receiver what it missed, --kind opened grew if it is to hear of both:"
        at = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M}"
        yield from (f"  newswatch replay --deliver {name} --since {at}" for name in untold)


def _table(what: str, unit: str, rows: Sequence[Row]) -> Iterator[str]:
    """A line for each row, a column for each fate that any of them has."""
    fates = [fate for fate in Fate if fate is Fate.MISSING or any(row.fates[fate] for row in rows)]
    name = max(map(len, (what, *(clean(row.name) for row in rows))))
    yield "  ".join(
        (f"{what:<{name}}", f"{unit:>{_WIDE}}", *(f"{fate:>{_WIDE}}" for fate in fates))
    )
    for row in rows:
        counts = (f"{row.fates[fate]:>{max(_WIDE, len(fate))},}" for fate in fates)
        yield "  ".join((f"{clean(row.name):<{name}}", f"{row.fates.total():>{_WIDE},}", *counts))
