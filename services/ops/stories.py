"""`newswatch stories`: which articles tell one event."""

import gc
import sys
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, BinaryIO, TextIO

from cyclopts import Parameter
from msgspec import Struct
from msgspec.json import Encoder

from services.ops.arrivals import WINDOW, Arrival, arriving
from services.ops.config_dir import CONFIG_DIR
from services.ops.decoded import Unreadable
from services.ops.kept import BESIDE_BYTECODE
from services.ops.options import ConfigDir
from services.ops.ready import BAD_INPUT
from services.processors.gather.alike import Wordings
from services.processors.gather.claim import as_told
from services.processors.gather.live import LIFE
from services.processors.gather.reader import Reader, Reading
from services.processors.gather.sketch import Sketch
from services.processors.gather.steps import Step
from services.processors.gather.stories import Stories
from services.processors.match import match
from services.processors.understand import Asked, Understanding, Understood
from services.processors.watches import Watch, chosen, load_watches
from shared.config import ConfigError
from shared.records import Article, Lane, Match, Role, Verdict

REOPENED = 5_000
"""Steps kept of articles in order, 7 kB each, until one shows that they are not."""

FULL = "more articles than --window: the stories that have been quiet longest are now closed"

Window = Annotated[
    int,
    Parameter(help="How many articles to remember. Beyond that, the quietest stories close."),
]
Everything = Annotated[
    bool, Parameter(name="--all", help="Include articles that no watch matches.")
]


class StoryLine(Struct, frozen=True):
    """A line of output; `story` is null for an article that the watch does not match."""

    id: str | int
    story: str | None = None
    role: Role | None = None
    similarity: float = 0.0
    merged: tuple[str, ...] = ()


class Clustering:
    """One watch's articles, or all of them, into stories."""

    def __init__(
        self,
        reader: Reader,
        understanding: Understanding,
        watch: Watch,
        *,
        everything: bool,
        window: int = WINDOW,
    ) -> None:
        """Empty. Remembers at most `window` articles, whatever their dates say."""
        self._reader = reader
        self._understanding = understanding
        self._watch = watch
        self._everything = everything
        self._window = window
        self._stories = Stories(watch.id, reader)
        self._offset = 0
        self._now = datetime.fromtimestamp(0, UTC)  # the newest time that was said
        self._newest = self._now  # the same of the articles that were placed
        self._in_order = True  # until an article is older than a story may be quiet
        self._steps: deque[Step] = deque(maxlen=min(window, REOPENED))  # while in order
        self._quiet: dict[str, None] = {}  # open stories, the longest without an article first
        self.full = False  # stories were closed for want of room

    def place(self, batch: list[Arrival]) -> Iterator[StoryLine]:
        """The lines for these articles; what they mean is compared with the window together."""
        articles = [self._dated(arrival) for arrival in batch]
        said = self._understanding.understand_all(
            [
                Asked(article.fields, arrival.feed_language, arrival.day)
                for article, arrival in zip(articles, batch, strict=True)
            ]
        )
        matches = list(map(self._match, articles, said))
        embedded = self._embedded(self._reader.skim_all([one for one in matches if one]))
        self._stories.expect(embedded)
        readings = iter(embedded)
        for arrival, article, matched in zip(batch, articles, matches, strict=True):
            self._look_at_order(article.first_seen)
            yield self._line(arrival, next(readings)) if matched else StoryLine(arrival.id)

    def _dated(self, arrival: Arrival) -> Article:
        article = arrival.article(self._now)
        self._now = max(self._now, article.first_seen)
        return article

    def _look_at_order(self, at: datetime) -> None:
        if self._in_order and at < self._newest - LIFE:
            self._in_order = False
            self._reopen()
        self._newest = max(self._newest, at)

    def _reopen(self) -> None:
        """Time closed stories, but the articles come in no order."""
        self._stories.reopen(self._steps)
        self._quiet.clear()
        for step in self._steps:
            self._note(step)
        self._steps.clear()

    def _embedded(self, readings: list[Reading]) -> list[Reading]:
        """With the meaning of those that look like no copy; the rest is left to `take`."""
        together = Wordings()
        fresh: dict[int, Reading] = {}
        for place, one in enumerate(readings):
            sketch = one.signals.sketch
            if not (self._stories.is_copy(one.signals) or _copied(together, sketch)):
                fresh[place] = one
            together.add(str(place), sketch)
        known = dict(zip(fresh, self._reader.embedded(list(fresh.values())), strict=True))
        return [
            Reading(known.get(place, one.signals), one.said) for place, one in enumerate(readings)
        ]

    def _match(self, article: Article, said: Understood) -> Match | None:
        tagged = said.tagged(article, Verdict.NEW)
        if self._everything:
            return Match(watch=self._watch.id, tagged=tagged)
        return next(iter(match(tagged, [self._watch])), None)

    def _line(self, arrival: Arrival, reading: Reading) -> StoryLine:
        origin = f"lines-0-{self._offset}"
        step = self._stories.place(reading, origin, Lane.LIVE, in_order=self._in_order)
        self._offset += 1
        live = self._stories.live
        signals = step.signals if step else as_told(live, reading.signals)
        told = step.signals.told if step else live.signals[signals.key].told
        merged = step.merged if step else ()
        story = step.story if step else live.story_of[told.id]
        line = StoryLine(arrival.id, story, told.role, told.similarity, merged)
        if step:
            if self._in_order:
                self._steps.append(step)
            self._note(step)
            self._make_room()
        return line

    def _note(self, step: Step) -> None:
        """Of the open stories, the step's has had an article last."""
        for story in (step.story, *step.merged, *step.closed):
            self._quiet.pop(story, None)
        self._quiet[step.story] = None

    def _make_room(self) -> None:
        """Close what was quiet for longest until the window holds the rest."""
        while len(self._stories.live.signals) > self._window:
            self.full = True
            story = next(iter(self._quiet))
            del self._quiet[story]
            self._stories.live.close(story)


def _copied(known: Wordings, sketch: Sketch) -> bool:
    return any(likeness.copy for likeness in known.find(sketch))


def stories(
    *,
    everything: Everything = False,
    window: Window = WINDOW,
    watch: str | None = None,
    config_dir: ConfigDir = CONFIG_DIR,
) -> int:
    """Read articles as JSON lines and print {"id", "story", "role", "similarity"}, in order.

    "merged" lists stories that this article has shown to be one with "story". An article that the
    watch does not match has no story. A story closes seven days after its last article. Articles
    may come in any order, and join stories within seven days of them: once one is more than seven
    days older than another before it, stories stay open, and those of the 5,000 articles before it
    are open again. An article without "published" counts as published at the newest time given
    before it. Where the window is too small for all articles, stories close earlier, and standard
    error says so once. A bad line is reported there, too, and the exit status is then 2.

    Args:
        everything: Group all articles, not only those that the watch matches.
        window: How many articles to remember. Beyond that, the quietest stories close.
        watch: The watch whose stories to tell, unless it is the default watch.
        config_dir: The configuration folder.
    """
    try:
        looked_for = chosen(load_watches(config_dir / "watches"), watch)
        related = () if everything else (looked_for,)  # what only a watch asks need not be known
        understanding = Understanding.load(config_dir, related, BESIDE_BYTECODE)
        reader = Reader.load(config_dir, BESIDE_BYTECODE)
    except (ConfigError, LookupError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    clustering = Clustering(
        reader, understanding, looked_for, everything=everything, window=max(1, window)
    )
    gc.freeze()  # what has been loaded stays: no collection need look through it
    return story_lines(sys.stdin.buffer, sys.stdout.buffer, sys.stderr, clustering)


def story_lines(lines: BinaryIO, out: BinaryIO, problems: TextIO, clustering: Clustering) -> int:
    """Answer lines as they come, as many at a time as there are; the exit status."""
    encoder = Encoder()
    status, was_full = 0, False
    for group in arriving(lines):
        batch = []
        for arrival in group:
            if isinstance(arrival, Unreadable):
                print(arrival, file=problems, flush=True)
                status = BAD_INPUT
            else:
                batch.append(arrival)
        out.writelines(encoder.encode(line) + b"\n" for line in clustering.place(batch))
        out.flush()
        if clustering.full and not was_full:
            was_full = True
            print(FULL, file=problems, flush=True)
    return status
