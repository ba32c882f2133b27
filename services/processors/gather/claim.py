"""Whose article stands at an address.

Any feed can claim any address, also before the one whose article is there is read: as a revision of
the claim that article would open nothing, and as a revision of it the claim change what it said.
"""

from msgspec.structs import replace

from services.processors.gather.live import Live
from services.processors.gather.signals import Signals
from shared.identity import article_id


def as_told(live: Live, signals: Signals) -> Signals:
    """Under an id of its own where somebody else told an article at this address first.

    The outlets of a family share their pages: each may revise what another told.
    """
    told = signals.told
    known = live.signals.get(told.id)
    if known and (
        known.told.source.voice == told.source.voice or known.told.fingerprint == told.fingerprint
    ):
        return signals
    own = own_id(told.id, told.source.voice)
    if known is None and own not in live.signals:
        return signals
    return replace(signals, told=replace(told, id=own))


def own_id(article: str, voice: str) -> str:
    """The id of what this voice tells at the address of this article of somebody else."""
    return article_id(f"{voice}#{article}")
