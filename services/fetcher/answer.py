"""What asking brought: an answer, or why there is none. Both are values; neither is raised."""

from collections.abc import Mapping

from msgspec import Struct

from services.fetcher.outcome import Outcome


class Answer(Struct, frozen=True, kw_only=True):
    """What a server said in the end."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    url: str  # of this answer, after redirects
    body: bytes = b""
    sent: int = 0  # bytes of the body on the wire
    moved_to: str = ""  # where an unbroken chain of permanent redirects led


class Failure(Struct, frozen=True, kw_only=True):
    """Why there is no answer, or nothing to be had from it."""

    outcome: Outcome
    detail: str
