"""Who carried a story first, who followed with what lag, and who is silent."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from shared.records import BlocShare, StoryArticle

SILENT_AFTER = timedelta(hours=6)


def with_article(shares: Iterable[BlocShare], article: StoryArticle) -> tuple[BlocShare, ...]:
    """The shares once this article has joined, by time, lags made anew."""
    known = {share.bloc: share for share in shares}
    if bloc := article.source.bloc:
        known[bloc] = _earlier(known.get(bloc), _share(bloc, article))
    return _with_lags(known.values())


def together(shares: Iterable[BlocShare], others: Iterable[BlocShare]) -> tuple[BlocShare, ...]:
    """The shares of two stories that turned out to be one."""
    known = {share.bloc: share for share in shares}
    for other in others:
        known[other.bloc] = _earlier(known.get(other.bloc), other)
    return _with_lags(known.values())


def silent(
    shares: Iterable[BlocShare], known: Iterable[str], since: datetime, at: datetime
) -> tuple[str, ...]:
    """The known blocs without an article, once the story is old enough for that to matter."""
    if at - since < SILENT_AFTER:
        return ()
    heard = {share.bloc for share in shares}
    return tuple(bloc for bloc in known if bloc not in heard) if heard else ()


def _share(bloc: str, article: StoryArticle) -> BlocShare:
    return BlocShare(
        bloc=bloc,
        outlet=article.source.outlet,
        article=article.id,
        at=min(article.published, article.first_seen),
        lag_s=0.0,
        articles=1,
    )


def _earlier(one: BlocShare | None, other: BlocShare) -> BlocShare:
    if one is None:
        return other
    first = min(one, other, key=lambda share: (share.at, share.article))
    return replace(first, articles=one.articles + other.articles)


def _with_lags(shares: Iterable[BlocShare]) -> tuple[BlocShare, ...]:
    ordered = sorted(shares, key=lambda share: (share.at, share.bloc))
    return tuple(
        replace(share, lag_s=(share.at - ordered[0].at).total_seconds()) for share in ordered
    )
