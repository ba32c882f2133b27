"""The stories of one watch as they stand: a fold of steps, with the indexes that searches need."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.processors.gather import account as accounts
from services.processors.gather.account import Account
from services.processors.gather.alike import Wordings
from services.processors.gather.quiet import Quiet
from services.processors.gather.score import Row
from services.processors.gather.signals import Signals
from services.processors.gather.steps import Act, Step
from services.processors.gather.window import Window
from shared.records import Lane, Role

LIFE = timedelta(days=7)
"""A story lives this long after its last article; time is the newest first_seen of the watch."""

_START = datetime(1, 1, 1, tzinfo=UTC)


class Live:
    """Open stories, their articles and their indexes.

    Changed by `apply` alone, and by `close` where there is no table and a window is kept small.
    """

    def __init__(self, watch: str, blocs: tuple[str, ...], usual: Mapping[str, float]) -> None:
        """Empty. `blocs` are those whose silence is told of; `usual` as in Rarity."""
        self.watch = watch
        self.blocs = blocs
        self.accounts: dict[str, Account] = {}
        self.story_of: dict[str, str] = {}
        self.signals: dict[str, Signals] = {}
        self.window = Window(usual)
        self.wordings = Wordings()
        self.quiet = Quiet()
        self.now = _START
        self._steps: dict[str, list[int]] = {}
        self._counted: dict[str, int] = {}  # story → the last step that counted an article
        self._silence: dict[str, int] = {}  # story → the step that says its silence was told

    def apply(self, step: Step) -> list[int]:
        """Fold one step in; return the steps that nobody needs any more.

        A step of a story that is not there was left over when its story was deleted: a crash cut
        the deletions short, which go from the oldest step on. Nobody needs it either.
        """
        if step.act is not Act.OPENED and step.story not in self.accounts:
            self.note(step)
            return [step.seq]
        self.accounts[step.story] = self._account(step)
        self._steps.setdefault(step.story, []).append(step.seq)
        unneeded = self._index(step)
        for other in step.merged:
            self._absorb(step.story, other)
        account = self.accounts[step.story]
        self.quiet.since(step.story, account.last_seen, account.alone, len(account.members))
        self.note(step)
        return unneeded + [seq for story in step.closed for seq in self.close(story)]

    def note(self, step: Step) -> None:
        """What a step says of the watch and of other stories than its own."""
        self.now = self.time_at(step)
        for story in (*step.quiet, *step.kept):
            self._mark_quiet(story, step.seq)

    def time_at(self, step: Step) -> datetime:
        """The watch's time with this step."""
        return max(self.now, step.signals.told.first_seen, step.now or _START)

    def kept_by(self, step: Step, owed: Iterable[int]) -> tuple[str, ...]:
        """The open stories of which only steps say that their silence was told that go now.

        Those owed, those of stories that this step closes, and the count before its own.
        """
        gone = {*owed, *(seq for story in step.closed for seq in self._steps.get(story, ()))}
        if step.counted and (before := self._counted.get(step.story)):
            gone.add(before)
        told = self._silence.items() if gone else ()
        return tuple(story for story, seq in told if seq in gone and story not in step.closed)

    def rows_of(self, story: str) -> Iterator[Row]:
        """The story's articles that are in the window (copies are not), in order of arrival."""
        for key in self.accounts[story].members:
            if row := self.window.rows.get(key):
                yield row

    def _account(self, step: Step) -> Account:
        live = step.lane is Lane.LIVE
        if step.act is Act.OPENED:
            return accounts.opened(step.story, self.watch, step.signals, live=live)
        known = self.accounts[step.story]
        if step.counted:
            return replace(step.counted, members=known.members, numbers=known.numbers)
        fold = accounts.joined if step.act is Act.JOINED else accounts.revised
        return fold(known, step.signals, live=live)

    def _index(self, step: Step) -> list[int]:
        if step.counted:
            before = self._counted.get(step.story)
            self._counted[step.story] = step.seq
            return [] if before is None else [self._unneeded(step.story, before)]
        key, signals = step.signals.key, step.signals
        self.story_of[key] = step.story
        self.signals[key] = signals
        self.wordings.add(key, signals.sketch)
        if signals.told.role is not Role.COPY:
            self.window.put(Row(signals), step.story)
        return []

    def _unneeded(self, story: str, seq: int) -> int:
        self._steps[story].remove(seq)
        return seq

    def _absorb(self, story: str, other: str) -> None:
        if gone := self.accounts.pop(other, None):
            self.quiet.forget(other)
            self.accounts[story] = accounts.absorbed(self.accounts[story], gone)
            self.story_of.update(dict.fromkeys(gone.members, story))
            self.window.merge(story, other, gone.members)
            self._steps[story] += self._steps.pop(other)
            self._counted.pop(other, None)
            if told := self._silence.pop(other, None):
                self._silence.setdefault(story, told)

    def _mark_quiet(self, story: str, seq: int) -> None:
        if account := self.accounts.get(story):
            self.accounts[story] = replace(account, silence_told=True)
            self._silence[story] = seq

    def close(self, story: str) -> list[int]:
        """Forget a story and its articles; return its steps, which nobody needs any more."""
        if story not in self.accounts:
            return []
        self.quiet.forget(story)
        self._counted.pop(story, None)
        self._silence.pop(story, None)
        for key in self.accounts.pop(story).members:
            del self.story_of[key], self.signals[key]
            self.wordings.remove(key)
            self.window.drop(key)
        return self._steps.pop(story)
