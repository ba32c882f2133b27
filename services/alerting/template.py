"""Templates that users write for an alert of one story: Jinja2, sandboxed, checked when read.

A template has the fields of `View`: `headline`, `original`, `outlet`, `language`, `when`, `url`,
`quote` (parts with `text` and `bold`), `voices`, `languages`, `entities`, `topics`, `news`, … Its
first line is the headline. What it gives is text: each receiver escapes it as its vendor asks.
"""

from dataclasses import asdict
from typing import Annotated

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import AfterValidator

from services.alerting.bidi import clean
from services.alerting.view import Marked, View, Voice

LONGEST = 12_000
"""Characters of a rendered alert; what is beyond is cut."""

_SANDBOX = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)

_SAMPLE = View(
    label="New story",
    headline="A headline",
    headline_language="en",
    original="Bir başlık",
    original_language="tr",
    outlet="An outlet",
    language="English",
    when="1 Jan 2026, 12:00 GMT",
    url="https://news.example/1",
    quote=(Marked(text="A "), Marked(text="match", bold=True)),
    voices=(Voice(outlet="An outlet", language="English", url="https://news.example/1"),),
    languages=("English",),
    entities=("a name",),
    topics=("a topic",),
    news=("Turkish",),
)


def rendered(source: str, seen: View) -> list[str]:
    """The lines of an alert; none where this template cannot tell this one."""
    try:
        text = _SANDBOX.from_string(source).render(asdict(seen))
    except Exception:  # noqa: BLE001  what a template says may fail in any way that Python knows
        return []
    return [line for part in text[:LONGEST].splitlines() if (line := clean(part))]


def _checked(source: str) -> str:
    if not source:
        return source
    try:
        text = _SANDBOX.from_string(source).render(asdict(_SAMPLE))
    except TemplateError as error:
        raise ValueError(f"the template cannot be used: {error}") from error
    except Exception as error:
        why = f"{type(error).__name__}: {error}".removesuffix(": ")
        raise ValueError(f"the template cannot be used: {why}") from error
    if not text.strip():
        raise ValueError("the template gives an empty text for a sample alert")
    return source


Template = Annotated[str, AfterValidator(_checked)]
"""A template that can tell a sample alert."""
