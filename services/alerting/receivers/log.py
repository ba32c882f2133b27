"""The terminal: one readable alert on standard output, for `make run` and a first look."""

from typing import ClassVar, Literal

from services.alerting.classify import DONE, no_answer
from services.alerting.decide import Manner
from services.alerting.message import Failure, Message, Request, Response, Verdict
from services.alerting.receivers.lines import facts
from services.alerting.receivers.receiver import Receiver
from services.alerting.template import rendered
from services.alerting.view import Reader, View, view
from services.alerting.words import WORDS
from shared.reference import Reveal

STDOUT = "stdout://"
"""The address of the terminal."""


class Log(Receiver):
    """Standard output."""

    kind: Literal["log"]
    manner: ClassVar[Manner] = Manner(gathers=False)

    def requests(self, message: Message, reveal: Reveal, reader: Reader) -> tuple[Request, ...]:
        """One text."""
        del reveal
        return (Request(url=STDOUT, body=payload(message, reader).encode()),)

    def outcome(self, answer: Response | Failure) -> Verdict:
        """Written, or not."""
        return DONE if isinstance(answer, Response) else no_answer(answer)


def payload(message: Message, reader: Reader) -> str:
    """The alerts as plain lines, parted by an empty one; the words that matched in «»."""
    if message.text:
        return f"■ {WORDS[reader.language]['notice']}: {message.text}\n"
    return "\n".join(_alert(view(alert.event, reader), reader) for alert in message.alerts)


def _alert(seen: View, reader: Reader) -> str:
    if own := rendered(reader.template, seen) if reader.template else []:
        return "\n".join([f"▶ {own[0]}", *(f"  {line}" for line in own[1:])]) + "\n"
    words = WORDS[reader.language]
    quote = "".join(f"«{part.text}»" if part.bold else part.text for part in seen.quote)
    known = [("original", (seen.original,)), *facts(seen, reader, apart=str)]
    said = ((words[name], words["comma"].join(filter(None, values))) for name, values in known)
    lines = [
        f"▶ {seen.label}: {seen.headline}",
        f"  {seen.outlet} ({seen.language}), {seen.when}",
        f"  “{quote}”" if quote else "",
        *(f"  {name}: {listed}" if listed else "" for name, listed in said),
        f"  {seen.url}",
    ]
    return "\n".join(line for line in lines if line) + "\n"
