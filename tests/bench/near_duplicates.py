"""Near-duplicates measured: precision and recall against exact Jaccard, beside datasketch.

The texts are the real articles of the gold sets and edited copies of them, made as outlets make
them: a byline, a dropped sentence, a changed word here and there, an excerpt, the same title over
another text. A pair is a near-duplicate if the exact Jaccard similarity of its word 3-grams is at
least 0.5; it is not if that is below 0.3, neither is made from the other, and nobody labelled their
originals the same. Between lies judgement.
"""

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from services.ops.arrivals import TOGETHER
from services.processors.gather.alike import Wordings
from services.processors.gather.wording import wordings
from shared.text import fold
from tests.bench.stories_gold import GOLD, in_batches, lines

_WORD = re.compile(r"\w+")
ALIKE = 0.5
DIFFERENT = 0.3


@dataclass(frozen=True)
class Text:
    """A text; `of` names the text that it was made from, and `how`."""

    key: str
    title: str
    body: str
    of: str = ""
    how: str = ""
    event: str = ""


def corpus(split: str) -> list[Text]:
    """Real articles of this split (at least 40 words) with one edited copy of each kind."""
    chance = random.Random(split)
    real = [text for text in _real(split) if len(_WORD.findall(text.body)) >= 40]
    return real + [copy for text in real for copy in _copies(text, chance)]


def _real(split: str) -> Iterator[Text]:
    seen = set()
    for pair in lines(f"tgcontest_pairs_{split}.jsonl"):
        for side in ("first", "second"):
            item = pair[side]
            if item["url"] not in seen:
                seen.add(item["url"])
                event = pair["id"] if pair["same"] else ""
                yield Text(f"{pair['id']}-{side}", item["title"], item["text"], event=event)
    for line in (GOLD.parent / "relation" / f"{split}.jsonl").read_text("utf-8").splitlines():
        item = json.loads(line)
        yield Text(item["id"], item["title"], f"{item.get('summary', '')} {item.get('text', '')}")


def _copies(text: Text, chance: random.Random) -> Iterator[Text]:
    for how, edit in EDITS.items():
        title, body = edit(text, chance)
        yield Text(f"{text.key}/{how}", title, body, of=text.key, how=how, event=text.event)


def _byline(text: Text, _chance: random.Random) -> tuple[str, str]:
    return text.title, f"ANKARA, 3 March (Wire) — {text.body} All rights reserved. © Wire 2026."


def _sentence_dropped(text: Text, chance: random.Random) -> tuple[str, str]:
    parts = text.body.split(". ")
    if len(parts) > 2:
        parts.pop(chance.randrange(len(parts)))
    return text.title, ". ".join(parts)


def _words_changed(text: Text, chance: random.Random) -> tuple[str, str]:
    tokens = text.body.split()
    for place in chance.sample(range(len(tokens)), max(1, len(tokens) // 25)):
        tokens[place] = f"x{chance.randrange(1000)}"
    return f"{text.title} (UPDATED)", " ".join(tokens)


def _excerpt(text: Text, _chance: random.Random) -> tuple[str, str]:
    tokens = text.body.split()
    return text.title.upper(), " ".join(tokens[: max(40, len(tokens) // 3)])


def _same_title(text: Text, chance: random.Random) -> tuple[str, str]:
    tokens = text.body.split()
    chance.shuffle(tokens)
    return text.title, " ".join(tokens)


EDITS: dict[str, Callable[[Text, random.Random], tuple[str, str]]] = {
    "byline": _byline,
    "sentence-dropped": _sentence_dropped,
    "words-changed": _words_changed,
    "excerpt": _excerpt,
    "same-title": _same_title,
}


def shingles_of(text: Text) -> frozenset[tuple[str, ...]]:
    """The exact word 3-grams of a text."""
    tokens = _WORD.findall(fold(f"{text.title} {text.body}"))
    return frozenset(zip(tokens, tokens[1:], tokens[2:], strict=False))


def jaccard(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """The exact similarity."""
    return len(one & other) / max(1, len(one | other))


Pairs = set[tuple[str, str]]


def ours(texts: Sequence[Text]) -> Pairs:
    """The pairs that gather calls copies."""
    known, found = Wordings(), set()
    for group in in_batches(texts, TOGETHER):
        made = wordings([(text.title, text.body) for text in group])
        for text, wording in zip(group, made, strict=True):
            found |= {_pair(text.key, one.key) for one in known.find(wording.sketch) if one.copy}
            known.add(text.key, wording.sketch)
    return found


def datasketch(texts: Sequence[Text]) -> Pairs:
    """The pairs of datasketch's MinHashLSH with its defaults (threshold 0.9, 128 values)."""
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415  a peer, only measured

    index, found = MinHashLSH(), set()
    for text in texts:
        made = MinHash()
        made.update_batch([" ".join(one).encode() for one in shingles_of(text)])
        found |= {_pair(text.key, key) for key in index.query(made)}
        index.insert(text.key, made)
    return found


def measured(texts: Sequence[Text], found: Pairs) -> dict[str, float]:
    """Precision, and recall by how the copy was made."""
    exact = {text.key: shingles_of(text) for text in texts}
    made = {text.key: text for text in texts}
    alike: Pairs = set()
    wrong = 0
    for one, other in combinations(sorted(exact), 2):
        similarity = jaccard(exact[one], exact[other])
        if similarity >= ALIKE:
            alike.add((one, other))
        elif (one, other) in found and similarity < DIFFERENT and not _kin(made[one], made[other]):
            wrong += 1
    by_kind = {
        how: _recall(found, {_pair(t.key, t.of) for t in texts if t.how == how}) for how in EDITS
    }
    return {
        "precision": round(1 - wrong / max(1, len(found)), 4),
        "recall_jaccard_0.5": _recall(found, alike),
        "pairs_jaccard_0.5": len(alike),
        **{f"recall_{how}": value for how, value in by_kind.items()},
    }


def _kin(one: Text, other: Text) -> bool:
    """Made from one text, under one title, or labelled the same by people."""
    return (
        (one.of or one.key) == (other.of or other.key)
        or fold(one.title) == fold(other.title)
        or bool(one.event and one.event == other.event)
    )


def _recall(found: Pairs, wanted: Pairs) -> float:
    return round(len(found & wanted) / max(1, len(wanted)), 4)


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
