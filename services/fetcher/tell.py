"""What the log says of a poll: one line where it brought something or failed, else none."""

import structlog

from services.fetcher.catalogue import Feed
from services.fetcher.outcome import GOOD
from services.fetcher.poll import Poll
from services.fetcher.state import FeedState
from services.fetcher.wording import WORDS

log = structlog.get_logger("services.fetcher")


def tell(feed: Feed, before: FeedState, result: Poll) -> None:
    """Log the poll, given the memory before it."""
    told = {"feed": feed.id, "outlet": feed.outlet, "url": result.state.url or feed.url}
    if result.outcome not in GOOD:
        next_at = result.state.next_at.isoformat() if result.state.next_at else "never"
        why = {"outcome": result.outcome, "detail": result.detail, "next": next_at}
        log.warning(WORDS[result.outcome], **told, **why)
        return
    if before.errors:
        log.info("well again", **told)
    if result.state.url != before.url:
        log.warning("moved for good; correct the catalogue", **told)
    if result.overflow:
        log.warning("nothing seen before; entries may be missing", **told)
    if result.articles:
        log.info("published", **told, articles=len(result.articles), states=dict(result.states))
