"""Whether a revision says anything else, and what: counters and clocks are no news."""

import re

from services.processors.gather.signals import Signals
from services.processors.gather.sketch import resemblance
from shared.records import Change

_WITHDRAWN = re.compile(
    r"\b(?:retract(?:ed|ion)|withdrawn|this (?:article|story) (?:has been|was) (?:removed|deleted)|"
    r"haber (?:geri cekil|kaldiril|yayindan)\w*|اين خبر حذف|خبر تكذيب شد|تم (?:سحب|حذف) (?:هذا )?"
    r"(?:الخبر|المقال)|(?:новость|статья|материал) (?:удален|отозван)\w*|(?:artikel|meldung) "
    r"(?:wurde )?(?:zuruckgezogen|geloscht))\b"
)
_SHRUNK = 0.2
_SHRUNK_FROM = 40
_SAME_TEXT = 0.98


def is_withdrawn(folded: str) -> bool:
    """Whether an article says of itself that it has been taken back."""
    return bool(_WITHDRAWN.search(folded))


def changes(before: Signals, after: Signals) -> tuple[Change, ...]:
    """What the later revision says differently; empty for a cosmetic change."""
    if before.essence == after.essence:
        return ()
    shrunk = after.length < before.length * _SHRUNK and before.length >= _SHRUNK_FROM
    found = [
        Change(what="retracted") if shrunk or (after.withdrawn and not before.withdrawn) else None,
        _change("title", (before.told.title,), (after.told.title,)),
        _change("numbers", before.numbers, after.numbers),
        _change("entities", before.entities, after.entities),
    ]
    said = tuple(change for change in found if change)
    if said or resemblance(before.sketch, after.sketch) > _SAME_TEXT:
        return said
    return (Change(what="text"),)


def _change(what: str, before: tuple[str, ...], after: tuple[str, ...]) -> Change | None:
    gone, come = sorted(set(before) - set(after)), sorted(set(after) - set(before))
    if not gone and not come:
        return None
    return Change(what=what, before=" ".join(gone)[:300], after=" ".join(come)[:300])  # type: ignore[arg-type]
