"""What travels beside a record: its lane, and on a dead letter where it died and why."""

from datetime import datetime

LANE_HEADER = "lane"

Headers = list[tuple[str, bytes]]


def dead_letter_headers(*, reason: str, stage: str, at: datetime, source: str) -> Headers:
    """The headers of a dead letter. `source` is the topic-partition-offset it came from."""
    texts = {"reason": reason[:1000], "stage": stage, "at": at.isoformat(), "source": source}
    return [(name, text.encode("utf-8", "replace")) for name, text in texts.items()]
