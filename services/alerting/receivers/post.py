"""A POST of JSON, as most receivers take it."""

from typing import Any

import msgspec

from services.alerting.message import Request

JSON = "application/json; charset=utf-8"


def posted(url: str, body: Any, **headers: str) -> tuple[Request, ...]:
    """One request."""
    return (
        Request(url=url, headers={"content-type": JSON, **headers}, body=msgspec.json.encode(body)),
    )
