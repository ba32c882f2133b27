"""Every stem of a gazetteer, with what it says, in a form that can be kept."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import msgpack

from services.processors.find.gazetteer import Name, Strength
from services.processors.find.sense import Sense, senses_by_stem

Languages = frozenset[str] | None
"""In whose articles a name proves something; in all if None."""

_unpack = msgpack.Decoder(tuple[Sense, ...]).decode


class Stems(NamedTuple):
    """In each list the n-th is what holds for the n-th stem.

    Few stems of thousands are met: their senses are unpacked when they are asked for.
    """

    texts: list[str]
    packed: list[bytes]
    proving: list[Languages]  # in whose articles it proves a mention by itself
    headless: list[bool]  # nothing may be joined on in front
    unspaced: list[bool]  # may stand inside a word
    together: list[bool]  # a word may be written together with it, in front

    @classmethod
    def of(cls, names: Sequence[Name]) -> "Stems":
        """Those of these names."""
        stems = senses_by_stem(names)
        senses = [*stems.values()]
        return cls(
            texts=[*stems],
            packed=[msgpack.encode(each) for each in senses],
            proving=[_proving(each) for each in senses],
            headless=[not any(sense.joining.head for sense in each) for each in senses],
            unspaced=[not all(sense.joining.spaced for sense in each) for each in senses],
            together=[any(sense.joining.together for sense in each) for each in senses],
        )

    def senses(self, stem: int) -> tuple[Sense, ...]:
        """What this stem may mean, the strongest first."""
        return _unpack(self.packed[stem])


def _proving(senses: Sequence[Sense]) -> Languages:
    if any(sense.strength in {Strength.CASED, Strength.STRONG} for sense in senses):
        return None
    own = [sense for sense in senses if sense.strength is Strength.OWN]
    return frozenset().union(*(sense.languages for sense in own))
