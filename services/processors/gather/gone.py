"""Articles of stories that closed early: none of them opens news again, however it is revised."""

from collections.abc import Iterator, Mapping

from services.processors.gather.account import Account
from services.processors.gather.live import LIFE, Live
from services.processors.gather.steps import Step, gone_key, pack_gone, unpack_gone

Writes = list[tuple[str, bytes | None]]


class Gone:
    """The newest of them, and by which steps they went.

    A step's are one entry of the table and are forgotten together, or a restart would forget more.
    """

    def __init__(self, watch: str, most: int) -> None:
        """None. Remembers `most`, and what went together with the oldest of these."""
        self._watch = watch
        self._most = most
        self._steps: dict[int, tuple[str, ...]] = {}  # the oldest first
        self._articles: set[str] = set()
        self._unwritten: list[int] = []

    def __contains__(self, article: str) -> bool:
        return article in self._articles

    def restore(self, seq: int, value: bytes) -> None:
        """What the table says; the oldest first. Raises MsgspecError."""
        self._add(seq, unpack_gone(value))

    def drop(self, step: Step) -> None:
        """The step's story found no room when the table was read."""
        self._add(step.seq, (step.signals.key,))
        self._unwritten.append(step.seq)

    def close(self, step: Step, before: Mapping[str, Account], live: Live) -> Writes:
        """The step closes stories; what to write before it, if some of them might live."""
        self._add(step.seq, tuple(self._told_early(step, before, live)))
        return self._entries([step.seq])

    def owed(self) -> Writes:
        """What to write after a step: what the table does not know yet, and what is forgotten."""
        owed, self._unwritten = self._entries(self._unwritten), []
        return owed + [(gone_key(self._watch, seq), None) for seq in self._forgotten()]

    def _add(self, seq: int, articles: tuple[str, ...]) -> None:
        if new := tuple(article for article in articles if article not in self._articles):
            self._steps[seq] = self._steps.get(seq, ()) + new
            self._articles.update(new)

    def _entries(self, steps: list[int]) -> Writes:
        known = [seq for seq in steps if seq in self._steps]
        return [(gone_key(self._watch, seq), pack_gone(self._steps[seq])) for seq in known]

    def _told_early(self, step: Step, before: Mapping[str, Account], live: Live) -> Iterator[str]:
        now = live.time_at(step)
        for account in map(before.get, step.closed):
            if account and account.live and account.last_seen + LIFE >= now:
                yield from account.members

    def _forgotten(self) -> Iterator[int]:
        """Steps whose articles are remembered no longer."""
        while self._steps:
            seq, articles = next(iter(self._steps.items()))
            if len(self._articles) - len(articles) < self._most:
                return
            del self._steps[seq]
            self._articles.difference_update(articles)
            yield seq
