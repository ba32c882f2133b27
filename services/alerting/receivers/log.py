"""The terminal: one readable alert on standard output, for `make run` and a first look."""

from typing import ClassVar, Literal

from services.alerting.classify import DONE, no_answer
from services.alerting.decide import Manner
from services.alerting.message import Failure, Message, Request, Response, Verdict
from services.alerting.receivers.receiver import Receiver, Reveal
from services.alerting.view import Reader, View, view
from services.alerting.words import WORDS

STDOUT = "stdout:"
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
    words = WORDS[reader.language]
    quote = "".join(f"«{part.text}»" if part.bold else part.text for part in seen.quote)
    outlets = ", ".join(
        f"{v.outlet} ({v.language}{', ' + v.lag if v.lag else ''})" for v in seen.voices
    )
    more = f", {words['more'].format(n=seen.more)}" if seen.more else ""
    lines = [
        f"▶ {seen.label}: {seen.headline}",
        f"  {words['original']}: {seen.original}" if seen.original else "",
        f"  “{quote}”" if quote else "",
        f"  {words['new']}: {', '.join(seen.news)}" if seen.news else "",
        f"  {words['outlets']}: {outlets}{more}",
        f"  {words['languages']}: {', '.join(seen.languages)}",
        f"  {words['topics']}: {', '.join(seen.topics)}" if seen.topics else "",
        f"  {seen.when}",
        f"  {seen.url}",
    ]
    return "\n".join(line for line in lines if line) + "\n"
