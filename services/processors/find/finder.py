"""find: fields of an article → where the sides' entities are named.

join the fields ▸ scan: can any name stand here? ▸ each name's neighbours allow it, in its piece
▸ the longest of overlapping ones ▸ without datelines and the like
▸ weak names beside strong ones, and nobody else's ▸ offsets in each field
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import accumulate
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, cast

from services.processors.find.asides import told
from services.processors.find.escapes import unescaped, written_until
from services.processors.find.gazetteer import Name, Strength, read_gazetteer
from services.processors.find.lexicon import Lexicon
from services.processors.find.others import own
from services.processors.find.pieces import Pieces
from services.processors.find.scan import Scan, Searching
from services.processors.find.seen import Seen
from services.processors.find.sense import Found, Sense
from services.processors.find.stems import Stems
from shared.keep import Keep, anew
from shared.records import Field, Mention
from shared.text import normalise

BESIDE = 300
"""How many code points a weak name may be away from the strong mention that it needs."""

MOST_TRIED = 8
"""Places looked at before the others; where more may prove a mention, all are looked at."""

MOST_READ = 200
"""Places whose pieces are read one by one; of more the whole text is folded at once."""

Asked = tuple[Mapping[Field, str], str, date | None]
"""An article: its fields, its language, the day it was published."""

_START = itemgetter(0)
_ANY, _LOWERED = "", "lowered"
_BETWEEN_FIELDS = "\x01"


class Known(NamedTuple):
    """All that the names of a gazetteer say, after the work that takes long."""

    stems: Stems
    searching: Searching

    @classmethod
    def of(cls, names: Sequence[Name]) -> "Known":
        """What these names say."""
        stems = Stems.of(names)
        return cls(stems, Searching.of(stems))


class Finder:
    """Finds mentions. Built once; afterwards a pure function of its arguments."""

    def __init__(self, known: Known) -> None:
        self._lexicon = Lexicon(known.stems)
        self._scan = Scan(known.stems, known.searching)
        self._pieces = Pieces(self._lexicon)

    @classmethod
    def load(cls, directory: Path, keep: Keep = anew) -> "Finder":
        """The finder for this gazetteer. Raises shared.config.ConfigError."""
        return cls(keep(directory, Known, lambda: Known.of(read_gazetteer(directory))))

    def find(
        self, fields: Mapping[Field, str], language: str, on: date | None = None
    ) -> tuple[Mention, ...]:
        """Every mention, in the order of the fields; `fields[field][start:end] == surface`.

        `language` decides among the senses of one spelling ("ترکی" is a country in Urdu); "und"
        will do. With `on`, short names of those who were not in office that day are weak.
        """
        [found] = self.find_all([(fields, language, on)])
        return found

    def find_all(self, asked: Sequence[Asked]) -> list[tuple[Mention, ...]]:
        """The same for each of several articles, in less time than one by one."""
        seen = self._scan.seen_all(
            [unescaped(_BETWEEN_FIELDS.join(fields.values())) for fields, _, _ in asked]
        )
        return [
            self._mentions(one, *asked) if self._may_hold(one, asked[1]) else ()
            for one, asked in zip(seen, asked, strict=True)
        ]

    def _mentions(
        self, seen: Seen, fields: Mapping[Field, str], language: str, on: date | None
    ) -> tuple[Mention, ...]:
        found = self._found(seen, language)
        if on is not None:
            found = [name if name.sense.holds(on) else _weak(name) for name in found]
        names = told(_longest(_bare(_demoted(found))), seen.text, fields, language)
        return tuple(_mentions(_believed(names, seen.text), fields, seen.text))

    def _may_hold(self, seen: Seen, language: str) -> bool:
        """False only where no name proves a mention; of many places not all are looked at."""
        for tried, hit in enumerate(self._scan.proving(seen, language)):
            if tried == MOST_TRIED or self._pieces.at(seen, hit, language)[1]:
                return True
        return False

    def _found(self, seen: Seen, language: str) -> list[Found]:
        """Every name that stands there; the whole text is folded only where that must be."""
        hits = self._scan.hits(seen)
        if len(hits) <= MOST_READ:
            found = list(self._pieces.names(seen, hits, language))
            if None not in found:
                return cast("list[Found]", found)
        return self._found_in_fold(seen, language)

    def _found_in_fold(self, seen: Seen, language: str) -> list[Found]:
        normal = normalise(seen.text)
        names = self._lexicon.look_up(normal, self._scan.stand(normal, seen), language)
        return [name.in_original(normal) for name in names]


def _demoted(found: list[Found]) -> list[Found]:
    """Cased names of an entity against which the article speaks become weak, lowered ones none."""
    against = {name.sense.entity for name in found if name.sense.strength is Strength.AGAINST}
    if not against:
        return found
    return [
        _weak(name)
        if name.sense.strength is Strength.CASED and name.sense.entity in against
        else name
        for name in found
        if name.sense.strength is not Strength.AGAINST
        and not (name.sense.lowered and name.sense.entity in against)
    ]


def _weak(name: Found) -> Found:
    return name._replace(sense=name.sense.weak())


def _bare(found: list[Found]) -> list[Found]:
    """A weak name in a phrase that proves it ("روحانی با", "أردوغان ورئيسي") is what is named.

    Of a phrase that only goes before it, as an office does, all is, if it holds no other name.
    """
    in_order = sorted(found, key=_START)
    weak = [name for name in in_order if name.sense.strength is Strength.WEAK]
    if not weak:
        return found
    others = [name for name in in_order if name.sense.strength > Strength.WEAK]
    return [_bared(name, weak, others) for name in found]


def _bared(phrase: Found, weak: Sequence[Found], others: Sequence[Found]) -> Found:
    if phrase.sense.strength is not Strength.OWN or phrase.sense.kind != "person":
        return phrase
    for name in _inside(phrase, weak):
        if name.sense.entity == phrase.sense.entity:
            before = (other for other in _inside(phrase, others) if other != phrase)
            if name.start == phrase.start or any(other.end <= name.start for other in before):
                return name._replace(sense=phrase.sense)
    return phrase


def _inside(phrase: Found, names: Sequence[Found]) -> list[Found]:
    """Those of the names, in order of place, that the phrase holds; the others are not looked at.

    A long article may have ten thousand names, and as many phrases.
    """
    first, end = (bisect_left(names, at, key=_START) for at in (phrase.start, phrase.end))
    return [name for name in names[first:end] if name.end <= phrase.end]


def _longest(found: list[Found]) -> list[Found]:
    """Of names that overlap, the one of highest rank, or that reads on. In order of place."""
    kept: list[Found] = []
    for name in sorted(found, key=_START):
        if not kept or kept[-1].end <= name.start:
            kept.append(name)
        elif name.rank > kept[-1].rank or _reads_on(name, kept[-1]):
            kept[-1] = name
    return kept


def _reads_on(name: Found, before: Found) -> bool:
    """Whether a name tells whose the one before it is: "a member of the parliament" – "of Iraq"."""
    return (
        name.end > before.end
        and before.sense.side not in {"", name.sense.side}
        and name.sense.strength in {Strength.LOOK_ALIKE, Strength.STRONG}
    )


def _believed(found: Sequence[Found], text: str) -> Iterator[Found]:
    """Strong ones, and weak ones with a strong one beside them: of their side, or of any.

    Not the weak ones that belong to somebody else. Lowered ones with any that has no capital.
    """
    weak, strong = Strength.WEAK, [name for name in found if name.sense.strength > Strength.WEAK]
    if len(strong) == len(found):
        yield from found
        return
    places: dict[str, list[int]] = {_ANY: [name.start for name in strong]}
    for name in strong:
        places.setdefault(name.sense.side, []).append(name.start)
        if text[name.start].islower():
            places.setdefault(_LOWERED, []).append(name.start)
    for name in own(found, text):
        sense = name.sense
        if sense.strength > weak or (
            sense.strength is weak and _near(places.get(_beside(sense), []), name.start)
        ):
            yield name


def _beside(sense: Sense) -> str:
    """Which strong mentions a weak name needs one of."""
    if sense.lowered:
        return _LOWERED
    return _ANY if sense.beside_any else sense.side


def _near(places: Sequence[int], place: int) -> bool:
    index = bisect_left(places, place - BESIDE)
    return index < len(places) and places[index] <= place + BESIDE


def _mentions(found: Iterable[Found], fields: Mapping[Field, str], text: str) -> Iterator[Mention]:
    order = tuple(fields)
    starts = [0, *accumulate(len(text) + 1 for text in fields.values())]
    for start, read, sense in found:
        index = bisect_right(starts, start) - 1
        field, shift = order[index], starts[index]
        end = written_until(text, read)
        yield Mention(
            side=sense.side, entity=sense.entity, kind=sense.kind, field=field,
            start=start - shift, end=end - shift,
            surface=fields[field][start - shift : end - shift],
        )  # fmt: skip
