"""No score exceeds its bound, so a candidate left out by it would not have been joined."""

from datetime import timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.processors.gather.bound import Bound
from services.processors.gather.decide import JOIN
from services.processors.gather.rarity import Rarity
from services.processors.gather.score import (
    COEFFICIENTS,
    Row,
    features,
    kind,
    probability,
)
from services.processors.gather.signals import DIMENSIONS, Signals, packed
from services.processors.gather.wording import wordings
from shared.records import Source, StoryArticle

from .conftest import START

WORDS = st.lists(
    st.sampled_from(["iran", "turkey", "gas", "gaz", "quake", "border", "56", "120"]), max_size=6
)
NUMBERS = st.lists(st.sampled_from(("3", "56", "120")), max_size=2)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    at = START - timedelta(hours=draw(st.integers(0, 240)))
    told = StoryArticle(
        id=draw(st.uuids()).hex, fingerprint="", url="", title="", published=at, first_seen=at,
        source=Source(feed="", outlet=""), language=draw(st.sampled_from(("en", "tr", "fa"))),
    )  # fmt: skip
    vector = (
        np.random.default_rng(draw(st.integers(0, 5))).normal(size=DIMENSIONS).astype(np.float32)
    )
    said = {
        field: tuple(draw(WORDS))
        for field in ("entities", "names", "concepts", "title_concepts", "title_stems", "stems",
                      "persons", "topics")
    }  # fmt: skip
    numbers = tuple(draw(NUMBERS))
    return Row(
        Signals(
            told=told,
            sketch=wordings([("", "")])[0].sketch,
            vector=packed(vector),
            numbers=numbers,
            **said,
        )
    )


@given(rows(), rows(), st.lists(rows(), max_size=3))
def test_the_score_of_a_pair_does_not_exceed_the_bound(
    one: Row, other: Row, more: list[Row]
) -> None:
    rarity = Rarity({"ciran": 0.3, "sgas": 0.02})
    for place, row in enumerate((other, *more)):
        rarity.add(row.tags, f"story-{place % 2}")
    weights = COEFFICIENTS[kind(one, other)]
    total = sum(c * f for c, f in zip(weights, features(one, other, rarity), strict=True))
    bound = Bound(one, rarity)
    assert bound.too_much(other) >= 0
    assert total <= bound.most([other])[0] - bound.too_much(other) + 1e-6
    likely = [one_of for one_of in (other, *more) if probability(one, one_of, rarity) >= JOIN]
    allowed = list(bound.allowed([other, *more], JOIN))
    assert all(one_of in allowed for one_of in likely)
