"""find: fields of an article → where the sides' entities are named.

join the fields ▸ scan: can any name stand here? ▸ normalise ▸ each name's neighbours allow it
▸ the longest of overlapping ones ▸ weak names beside strong ones ▸ offsets of the original
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import accumulate
from operator import itemgetter
from pathlib import Path

from services.processors.find.gazetteer import Name, Strength, read_gazetteer
from services.processors.find.lexicon import Lexicon
from services.processors.find.scan import Hit, Scan, Seen
from services.processors.find.sense import Found
from shared.records import Field, Mention
from shared.text import Normalised, normalise

BESIDE = 300
"""How many characters a weak name may be away from the strong mention that it needs."""

REACH = 32
"""Characters on either side of a name that are enough to know its neighbours."""

MOST_TRIED = 8
"""Places looked at one by one; where more may hold a name, the whole text is folded."""

_ANY = ""
_BETWEEN_FIELDS = "\x01"


class Finder:
    """Finds mentions. Built once; afterwards a pure function of its arguments."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._lexicon = Lexicon(names)
        self._scan = Scan(self._lexicon.stems, self._lexicon.proving())

    @classmethod
    def load(cls, directory: Path) -> "Finder":
        """The finder for this gazetteer. Raises shared.config.ConfigError."""
        return cls(read_gazetteer(directory))

    def find(
        self, fields: Mapping[Field, str], language: str, on: date | None = None
    ) -> tuple[Mention, ...]:
        """Every mention, in the order of the fields; `fields[field][start:end] == surface`.

        `language` decides among the senses of one spelling ("ترکی" is a country in Urdu); "und"
        will do. With `on`, short names of those who were not in office that day are weak.
        """
        text = _BETWEEN_FIELDS.join(fields.values())
        seen = self._scan.seen(text)
        if not self._may_hold(seen, language):
            return ()
        normal = normalise(text)
        found = list(self._lexicon.look_up(normal, self._scan.stand(normal, seen), language))
        if on is not None:
            found = [name if name.sense.holds(on) else _weak(name) for name in found]
        return tuple(_mentions(_believed(_longest(_demoted(found))), normal, fields))

    def _may_hold(self, seen: Seen, language: str) -> bool:
        """False only where no name proves a mention; of many places not all are looked at."""
        for tried, hit in enumerate(self._scan.proving(seen, language)):
            if tried == MOST_TRIED or self._may_stand(seen, hit, language):
                return True
        return False

    def _may_stand(self, seen: Seen, hit: Hit, language: str) -> bool:
        """Whether this name's neighbours allow it; yes where that takes the whole text to know."""
        stem, start, end = hit
        first = max(0, start - REACH)
        text = seen.text[first : end + REACH]
        around = normalise(text)
        if not seen.own or len(around.text) != len(text):
            return True
        here = (stem, start - first, end - first)
        return any(True for _ in self._lexicon.look_up(around, [here], language))


def _demoted(found: list[Found]) -> list[Found]:
    """Cased names of an entity against which the article speaks become weak."""
    against = {name.sense.entity for name in found if name.sense.strength is Strength.AGAINST}
    if not against:
        return found
    return [
        _weak(name)
        if name.sense.strength is Strength.CASED and name.sense.entity in against
        else name
        for name in found
        if name.sense.strength is not Strength.AGAINST
    ]


def _weak(name: Found) -> Found:
    return name._replace(sense=name.sense.weak())


def _longest(found: list[Found]) -> list[Found]:
    """Of names that overlap, the one of highest rank. In order of their place."""
    kept: list[Found] = []
    for name in sorted(found, key=itemgetter(0)):
        if not kept or kept[-1].end <= name.start:
            kept.append(name)
        elif name.rank > kept[-1].rank:
            kept[-1] = name
    return kept


def _believed(found: list[Found]) -> Iterator[Found]:
    """Strong ones, and weak ones with a strong one beside them: of their side, or of any."""
    weak, strong = Strength.WEAK, [name for name in found if name.sense.strength > Strength.WEAK]
    if len(strong) == len(found):
        yield from found
        return
    places: dict[str, list[int]] = {_ANY: [name.start for name in strong]}
    for name in strong:
        places.setdefault(name.sense.side, []).append(name.start)
    for name in found:
        sense = name.sense
        if sense.strength > weak or (
            sense.strength is weak
            and _near(places.get(_ANY if sense.beside_any else sense.side, []), name.start)
        ):
            yield name


def _near(places: Sequence[int], place: int) -> bool:
    index = bisect_left(places, place - BESIDE)
    return index < len(places) and places[index] <= place + BESIDE


def _mentions(
    found: Iterator[Found], normal: Normalised, fields: Mapping[Field, str]
) -> Iterator[Mention]:
    order = tuple(fields)
    starts = [0, *accumulate(len(text) + 1 for text in fields.values())]
    original = normal.original
    for place, past, sense in found:
        start, end = normal.origin(place, past)
        index = bisect_right(starts, start) - 1
        shift = starts[index]
        yield Mention(
            side=sense.side, entity=sense.entity, kind=sense.kind, field=order[index],
            start=start - shift, end=end - shift, surface=original[start:end],
        )  # fmt: skip
