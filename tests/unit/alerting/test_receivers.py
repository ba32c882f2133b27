"""One suite for every receiver: limits of the vendors for any text, and what answers mean."""

import json
from datetime import timedelta
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.alerting.bidi import size
from services.alerting.bucket import Bucket
from services.alerting.decide import Condition, after, settled
from services.alerting.message import Alert, Failure, Kind, Message, Reason, Response
from services.alerting.receivers import (
    blocks,
    discord,
    mattermost,
    ntfy,
    slack,
    slack_bot,
    teams,
    telegram,
)
from services.alerting.receivers.blocks import MOST_BLOCKS, weight
from services.alerting.receivers.email import Email
from services.alerting.receivers.email import payload as mail
from services.alerting.receivers.log import payload as spoken
from services.alerting.receivers.receiver import Receiver
from services.alerting.receivers.webhook import Webhook
from services.alerting.view import Reader, view
from services.alerting.words import WORDS
from shared.records import Delivery, Outcome, Quote
from tests.unit.alerting.stories import T0, story_event

SLACK = slack.Slack(kind="slack", url="env:URL")
BOT = slack_bot.SlackBot(kind="slack-bot", token="env:TOKEN", channel="C1")  # noqa: S106  a reference
EMAIL = Email(kind="email", host="mail.example", sender="n@x.example", to=("a@x.example",))
HOOK = Webhook(kind="webhook", url="env:URL", secrets=("env:S",))
DISCORD = discord.Discord(kind="discord", url="env:URL")
TELEGRAM = telegram.Telegram(kind="telegram", token="env:TOKEN", chat=1)  # noqa: S106  a reference
TEAMS = teams.Teams(kind="teams", url="env:URL")
NTFY = ntfy.Ntfy(kind="ntfy", topic="t")
MATTERMOST = mattermost.Mattermost(kind="mattermost", url="env:URL")
HTTP = [SLACK, BOT, HOOK, DISCORD, TELEGRAM, TEAMS, NTFY, MATTERMOST]

texts = st.one_of(
    st.text(max_size=400),
    st.text(alphabet="<>&*_`@#[]()\\א\u202eنİ🇹🇷\u0301\u200d ", max_size=4000),
    st.just("كلمة " * 900),
)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """Any texts anywhere, one alert or many."""
    event = story_event("ar", others=("en", "tr"))
    title, outlet, text = draw(texts), draw(texts), draw(texts)
    marks = draw(st.lists(st.tuples(st.integers(-2, 500), st.integers(-2, 500)), max_size=6))
    article = event.story.articles[0]
    url = draw(st.sampled_from([article.url, f"{article.url}?{'x' * 2100}", "ftp://odd.example"]))
    named = replace(article, title=title, url=url, source=replace(article.source, outlet=outlet))
    story = replace(
        event.story,
        headline=title,
        headlines=draw(st.dictionaries(st.sampled_from(sorted(WORDS)), texts, max_size=2)),
        articles=(named, *event.story.articles[1:]) * draw(st.sampled_from([1, 13])),
        quote=Quote(text=text, marks=tuple(marks)),
        entities=(outlet, title),
        topics=(text,),
    )
    told = draw(st.sampled_from([named.id, event.article]))
    odd = replace(event, story=story, article=told, new=(f"number:{text}", "language:fa"))
    count = draw(st.sampled_from([1, 1, 2, 60]))
    others = [story_event("fa", n) for n in range(1, count)]
    alerts = tuple(Alert(id=f"{n:032x}", event=e) for n, e in enumerate([*others, odd]))
    return Message(id="ab" * 16, at=T0, alerts=alerts)


def readers() -> st.SearchStrategy[Reader]:
    return st.builds(
        Reader,
        language=st.sampled_from(sorted(WORDS)),
        console=st.sampled_from(["", "https://console.example"]),
    )


def leaves(value: Any) -> list[dict[str, Any]]:
    """Every object inside, outermost first."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [value] if isinstance(value, dict) else []
    return own + [leaf for part in inner for leaf in leaves(part)]


EVERY_TEXT = settings(max_examples=60, suppress_health_check=list(HealthCheck))


@EVERY_TEXT
@given(messages(), readers())
def test_slack_never_gets_more_than_its_limits(message: Message, reader: Reader) -> None:
    shown = blocks.body(message, reader)["blocks"]
    assert isinstance(shown, list)
    assert 1 <= len(shown) <= MOST_BLOCKS
    assert weight(shown) <= 13_200
    assert shown[0]["type"] == "header"
    assert 1 <= size(shown[0]["text"]["text"]) <= 150
    for leaf in leaves(shown):
        if leaf.get("type") == "text":
            assert leaf["text"]
        if leaf.get("type") == "button":
            assert size(leaf["text"]["text"]) <= 75
            assert size(leaf["url"]) <= 3000
        if leaf.get("type") == "context":
            assert 1 <= len(leaf["elements"]) <= 10
        if leaf.get("type") == "plain_text":
            assert 1 <= size(leaf["text"]) <= 3000


@EVERY_TEXT
@given(messages(), readers())
def test_isolates_are_closed_wherever_they_are_opened(message: Message, reader: Reader) -> None:
    text = json.dumps(blocks.body(message, reader)["blocks"], ensure_ascii=False)
    assert text.count("\u2068") == text.count("\u2069")
    assert "\u202e" not in text


def test_no_address_ends_its_link_and_goes_on_as_text() -> None:
    event = story_event("en")
    story = event.story
    odd = replace(story.articles[0], url='https://x.example/a>) @channel "<b>|\n')
    told = replace(event, story=replace(story, articles=(odd,)), article=odd.id)
    message = Message(id="ab" * 16, at=T0, alerts=(Alert(id="0" * 32, event=told),))
    reader = Reader(language="en")
    for said in (
        blocks.body(message, reader),
        discord.payload(message, reader),
        mattermost.payload(message, reader),
        teams.payload(message, reader),
        telegram.payload(message, reader),
    ):
        text = json.dumps(said)
        assert "https://x.example/a%3E)%20@channel%20%22%3Cb%3E%7C%0A" in text
        assert "x.example/a>" not in text


@EVERY_TEXT
@given(messages(), readers())
def test_the_others_stay_within_theirs(message: Message, reader: Reader) -> None:
    assert size(telegram.payload(message, reader)["text"]) <= 4096
    (embed,) = discord.payload(message, reader)["embeds"]
    assert size(embed.get("title", "")) <= 256
    assert 1 <= size(embed["description"]) <= 4096
    assert len(json.dumps(teams.payload(message, reader)).encode()) <= 28_000 * 3
    assert len(json.dumps(teams.payload(message, reader), ensure_ascii=False).encode()) <= 28_000
    assert 1 <= size(mattermost.payload(message, reader)["text"]) <= 16_383
    note = ntfy.payload(message, reader)
    assert len(note["message"].encode("utf-8", "replace")) <= 4096
    assert spoken(message, reader)
    assert mail(message, reader, sender="a@b.example", to=("c@d.example",)).as_bytes()


def test_a_headline_that_nobody_sees_is_none() -> None:
    event = story_event("en", 0)
    unseen = "\u200b\u2060\ufeff\u00ad" * 100
    blank = replace(event.story, headline=unseen, headlines={})

    seen = view(replace(event, story=blank), Reader())

    assert seen.headline == event.story.articles[0].url


@EVERY_TEXT
@given(messages(), readers())
def test_a_digest_names_every_alert(message: Message, reader: Reader) -> None:
    if message.single:
        return
    (listed,) = blocks.body(message, reader)["blocks"][1]["elements"]
    assert len(listed["elements"]) == len(message.alerts)


@pytest.mark.parametrize("receiver", HTTP, ids=lambda r: r.kind)
@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (Response(status=301), Kind.REFUSED, Reason.REDIRECT),
        (Response(status=400), Kind.REFUSED, Reason.REFUSED),
        (Response(status=413), Kind.REFUSED, Reason.REFUSED),
        (Response(status=408), Kind.RETRY, Reason.TRY_LATER),
        (Response(status=425), Kind.RETRY, Reason.TRY_LATER),
        (Response(status=429), Kind.RETRY, Reason.RATE_LIMITED),
        (Response(status=500), Kind.RETRY, Reason.SERVER_ERROR),
        (Response(status=503), Kind.RETRY, Reason.SERVER_ERROR),
        (Response(status=410), Kind.DISABLE, Reason.GONE),
        (Failure(reason=Reason.TIMEOUT), Kind.RETRY, Reason.TIMEOUT),
        (Failure(reason=Reason.TLS), Kind.RETRY, Reason.TLS),
        (Failure(reason=Reason.UNREACHABLE), Kind.RETRY, Reason.UNREACHABLE),
        (Failure(reason=Reason.BROKEN), Kind.RETRY, Reason.BROKEN),
        (Failure(reason=Reason.FORBIDDEN_ADDRESS), Kind.RETRY, Reason.FORBIDDEN_ADDRESS),
    ],
    ids=str,
)
def test_every_receiver_reads_http_alike(
    receiver: Receiver, answer: Response | Failure, kind: Kind, reason: Reason
) -> None:
    verdict = receiver.outcome(answer)
    assert (verdict.kind, verdict.reason) == (kind, reason)


OK = {"slack": b"ok", "slack-bot": b'{"ok":true,"ts":"1.2","channel":"C1"}'}
OK["telegram"] = b'{"ok":true,"result":{}}'


@pytest.mark.parametrize("receiver", HTTP, ids=lambda r: r.kind)
def test_a_receipt_is_a_receipt(receiver: Any) -> None:
    answer = Response(status=200, body=OK.get(receiver.kind, b""))
    assert receiver.outcome(answer).kind is Kind.DONE


@pytest.mark.parametrize(
    ("receiver", "answer", "kind"),
    [
        (SLACK, Response(status=404, body=b"no_service"), Kind.DISABLE),
        (SLACK, Response(status=403, body=b"invalid_token"), Kind.DISABLE),
        (SLACK, Response(status=200, body=b"something else"), Kind.REFUSED),
        (BOT, Response(status=200, body=b'{"ok":false,"error":"token_revoked"}'), Kind.DISABLE),
        (BOT, Response(status=200, body=b'{"ok":false,"error":"invalid_blocks"}'), Kind.REFUSED),
        (BOT, Response(status=200, body=b'{"ok":false,"error":"ratelimited"}'), Kind.RETRY),
        (BOT, Response(status=200, body=b"<html>"), Kind.RETRY),
        (BOT, Response(status=200, body=b'{"ok":false,"error":"message_not_found"}'), Kind.DONE),
        (BOT, Response(status=200, body=b'{"ok":false,"error":"edit_window_closed"}'), Kind.DONE),
        (TELEGRAM, Response(status=401, body=b'{"ok":false}'), Kind.DISABLE),
        (TELEGRAM, Response(status=200, body=b'{"ok":false}'), Kind.REFUSED),
        (DISCORD, Response(status=404), Kind.DISABLE),
        (EMAIL, Response(status=250), Kind.DONE),
        (EMAIL, Response(status=421), Kind.RETRY),
        (EMAIL, Response(status=550), Kind.REFUSED),
        (EMAIL, Response(status=535), Kind.DISABLE),
        (HOOK, Failure(reason=Reason.BROKEN, status=200), Kind.DONE),
    ],
    ids=str,
)
def test_a_receiver_knows_its_vendors_own_words(
    receiver: Receiver, answer: Response | Failure, kind: Kind
) -> None:
    assert receiver.outcome(answer).kind is kind


_ODD_DATES = (
    "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
    "Mon, 01 Jan -99999999999999999999 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 -2359",
    "Mon, 01 Jan 0001 00:00:00 +2359",
    "-1",
    "1e9",
    "9" * 5000,
    "\N{ARABIC-INDIC DIGIT NINE}",
    "\N{SUPERSCRIPT TWO}",
)
_ODD_BODIES = (
    b'{"x":' + b"[" * 60_000,
    b'{"parameters":{"retry_after":-1' + b"0" * 300 + b"}}",
    b'{"parameters":{"retry_after":-99999999999999999}}',
    b'{"parameters":{"retry_after":1e400}}',
    b'{"ok":true,"ts":"\xff"}',
    b"\xff\xfe",
)


@pytest.mark.parametrize("receiver", HTTP, ids=lambda r: r.kind)
@pytest.mark.parametrize("said", _ODD_DATES, ids=lambda said: said[:12])
def test_no_wait_that_a_server_names_is_more_than_an_answer(receiver: Any, said: str) -> None:
    verdict = receiver.outcome(Response(status=503, headers={"retry-after": said}))
    alert = story_event("en").id
    waiting = Delivery(
        alert=alert, receiver="r", event=alert, story="s", outcome=Outcome.PENDING, at=T0
    )
    message = Message(id="m", at=T0)
    again = settled(waiting, message, verdict, T0, 0.5)
    assert verdict.kind is Kind.RETRY
    assert again.next_at is not None
    assert T0 <= again.next_at <= T0 + timedelta(hours=24)
    assert after(Condition(bucket=Bucket(None, 1)), verdict, T0)


@pytest.mark.parametrize("receiver", HTTP, ids=lambda r: r.kind)
@pytest.mark.parametrize("body", _ODD_BODIES, ids=range(len(_ODD_BODIES)))
@pytest.mark.parametrize("status", [200, 429, 599])
def test_no_body_is_more_than_an_answer(receiver: Any, body: bytes, status: int) -> None:
    assert receiver.outcome(Response(status=status, body=body)).kind in Kind


def test_telegrams_wait_stands_in_the_body() -> None:
    body = b'{"ok":false,"error_code":429,"parameters":{"retry_after":7}}'
    verdict = TELEGRAM.outcome(Response(status=429, body=body))
    assert verdict.after is not None
    assert verdict.after.total_seconds() == 7  # type: ignore[union-attr]


@pytest.mark.parametrize("reading", ["ar", "fa", "he", "en", "tr"])
def test_an_outlets_name_is_set_apart_and_its_brackets_run_with_the_line(reading: Any) -> None:
    """In one isolate the name's first letter would turn the brackets round."""
    event = story_event("fa", others=("en", "he"))
    message = Message(id="m", at=T0, alerts=(Alert(id="m", event=event),))
    said = telegram.payload(message, Reader(language=reading))["text"]
    for outlet in ("خبرگزاری کرانه", "Shoreline News", "סוכנות החוף"):
        assert f"\u2068{outlet}\u2069 (\u2068" in said
    assert _depth(said) == 1


def _depth(text: str) -> int:
    """How deep isolates stand in each other."""
    depths = accumulate((char == "\u2068") - (char == "\u2069") for char in text)
    return max(depths)


def told(earlier: str = "", *, edit: bool = False) -> list[str]:
    alert = Alert(id="ab" * 16, event=story_event("tr", others=("en",)))
    message = Message(id=alert.id, at=T0, alerts=(alert,), earlier=earlier, edit=edit)
    return [r.url.rpartition("/")[2] for r in BOT.requests(message, lambda _: "t", Reader())]


def test_the_bot_keeps_one_message_a_story() -> None:
    assert told() == ["chat.postMessage"]
    assert told("C1:1.2") == ["chat.update", "chat.postMessage"]
    assert told("C1:1.2", edit=True) == ["chat.update"]
