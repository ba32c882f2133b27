"""Articles of stories that closed early: none of them opens news again, however it is revised."""

from collections.abc import Iterator, Mapping

from services.processors.gather.account import Account
from services.processors.gather.live import LIFE, Live
from services.processors.gather.steps import Step, gone_key, pack_gone, unpack_gone

Writes = list[tuple[str, bytes | None]]


class Gone:
    """The newest of them, and by which steps they went: a step's are one entry of the table."""

    def __init__(self, watch: str, most: int) -> None:
        """None. Remembers about `most`."""
        self._watch = watch
        self._most = most
        self._steps: dict[str, int] = {}  # by article, the oldest first
        self._unwritten: Writes = []

    def __contains__(self, article: str) -> bool:
        return article in self._steps

    def restore(self, seq: int, value: bytes) -> None:
        """What the table says; the oldest first. Raises MsgspecError."""
        for article in unpack_gone(value):
            self._steps.setdefault(article, seq)

    def drop(self, step: Step) -> None:
        """The step's story found no room when the table was read."""
        if step.signals.key not in self._steps:
            self._steps[step.signals.key] = step.seq
            self._unwritten.append(self._entry(step.seq, (step.signals.key,)))

    def close(self, step: Step, before: Mapping[str, Account], live: Live) -> Writes:
        """The step closes stories; what to write before it, if some of them might live."""
        articles = tuple(self._told_early(step, before, live))
        self._steps.update(dict.fromkeys(articles, step.seq))
        return [self._entry(step.seq, articles)] if articles else []

    def owed(self) -> Writes:
        """What to write after a step: what the table does not know yet, and what is forgotten."""
        owed, self._unwritten = self._unwritten, []
        return owed + [(gone_key(self._watch, seq), None) for seq in self._forgotten()]

    def _entry(self, seq: int, articles: tuple[str, ...]) -> tuple[str, bytes]:
        return gone_key(self._watch, seq), pack_gone(articles)

    def _told_early(self, step: Step, before: Mapping[str, Account], live: Live) -> Iterator[str]:
        now = live.time_at(step)
        for account in map(before.get, step.closed):
            if account and account.live and account.last_seen + LIFE >= now:
                yield from (key for key in account.members if key not in self._steps)

    def _forgotten(self) -> list[int]:
        """Steps whose articles are remembered no longer."""
        forgotten: list[int] = []
        while len(self._steps) > self._most:
            seq = self._steps.pop(next(iter(self._steps)))
            if seq not in forgotten[-1:]:
                forgotten.append(seq)
        return forgotten
