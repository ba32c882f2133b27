"""The mail edge against a real SMTP server on loopback."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_network
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from services.alerting.mail import Mailer
from services.alerting.message import Alert, Failure, Kind, Message, Reason, Request, Response
from services.alerting.receivers.email import Email
from services.alerting.view import Reader
from tests.integration.alerting.servers import self_signed
from tests.ports import free_port
from tests.unit.alerting.stories import T0, story_event

LOCAL = (ip_network("127.0.0.1/32"),)
PASSWORD = "the right one"  # noqa: S105  of this test's own server


@dataclass
class Post:
    """What the server was given, and what it says where."""

    says: dict[str, str] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    encrypted: bool = False

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take a recipient, or not."""
        said = self.says.get(address, "250 OK")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, _server: Any, session: Any, envelope: Any
    ) -> str:
        """Take the mail."""
        self.encrypted = session.ssl is not None
        self.mails.append(_read(envelope.content))
        self.to.append(envelope.rcpt_tos)
        return self.says.get("DATA", "250 OK")


def _read(content: bytes) -> EmailMessage:
    return cast("EmailMessage", message_from_bytes(content, policy=policy.default))


def _judge(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    return AuthResult(success=given.password == PASSWORD.encode(), handled=False)


@contextmanager
def post(
    security: str, tls: ssl.SSLContext | None = None, **says: str
) -> Iterator[tuple[Post, int]]:
    """A mail server; its port."""
    office = Post({name.replace("_at_", "@"): said for name, said in says.items()})
    options: dict[str, Any] = {"auth_require_tls": False}
    options["authenticator"] = _judge
    if security == "starttls":
        options["tls_context"] = tls
    over = tls if security == "tls" else None
    port = free_port()
    server = Controller(office, hostname="127.0.0.1", port=port, ssl_context=over, **options)
    server.start()
    try:
        yield office, port
    finally:
        server.stop(no_assert=True)


def receiver(port: int, security: str, **more: Any) -> Email:
    return Email.model_validate(
        {
            "kind": "email",
            "host": "127.0.0.1",
            "port": port,
            "security": security,
            "sender": "newswatch@x.example",
            "to": ("one@x.example", "two@x.example"),
            **more,
        }
    )


def request_of(sending: Email, password: str = PASSWORD) -> Request:
    alert = Alert(id="ab" * 16, event=story_event("fa", others=("tr",)))
    message = Message(id=alert.id, at=T0, alerts=(alert,))
    (request,) = sending.requests(message, lambda _: password, Reader(language="fa"))
    return request


def send(port: int, security: str, *, allowed: Any = LOCAL, **more: Any) -> Response | Failure:
    own = receiver(port, security, **more)
    return Mailer(allowed=allowed, deadline=timedelta(seconds=5)).send(request_of(own))


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    return self_signed(tmp_path)


@pytest.fixture
def _vouched(tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del tls
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))


def test_a_mail_arrives_as_it_was_written() -> None:
    with post("plain") as (office, port):
        assert send(port, "plain") == Response(status=250)
    (mail,) = office.mails
    assert office.to == [["one@x.example", "two@x.example"]]
    assert mail["Subject"] == story_event("fa").story.headline
    assert mail["Message-ID"] == f"<{'ab' * 16}@newswatch>"
    html = mail.get_body(("html",))
    assert html is not None
    assert 'dir="rtl"' in html.get_content()
    assert "<strong>ایران</strong>" in html.get_content()


@pytest.mark.usefixtures("_vouched")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_it_goes_over_tls_to_who_is_vouched_for(tls: ssl.SSLContext, security: str) -> None:
    with post(security, tls) as (office, port):
        assert send(port, security) == Response(status=250)
    assert len(office.mails) == 1
    assert office.encrypted or security == "tls"  # there the server knows nothing else


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_nothing_goes_to_who_is_not(tls: ssl.SSLContext, security: str) -> None:
    with post(security, tls) as (office, port):
        assert send(port, security) == Failure(reason=Reason.TLS)
    assert office.mails == []


def test_nothing_goes_in_the_clear_because_the_server_offers_no_tls() -> None:
    with post("plain") as (office, port):
        assert send(port, "starttls") == Failure(reason=Reason.TLS)
    assert office.mails == []


@pytest.mark.parametrize(
    ("says", "status", "kind"),
    [
        ({"DATA": "451 later"}, 451, Kind.RETRY),
        ({"DATA": "554 no"}, 554, Kind.REFUSED),
        ({"one_at_x.example": "450 busy"}, 450, Kind.RETRY),
        (
            {"one_at_x.example": "550 nobody", "two_at_x.example": "550 nobody"},
            550,
            Kind.REFUSED,
        ),
    ],
    ids=str,
)
def test_the_servers_word_decides(says: dict[str, str], status: int, kind: Kind) -> None:
    with post("plain", **says) as (_, port):
        answer = send(port, "plain")
    assert answer == Response(status=status)
    assert receiver(port, "plain").outcome(answer).kind is kind


def test_where_one_recipient_has_to_wait_nobody_is_told_yet() -> None:
    with post("plain", **{"two_at_x.example": "451 greylisted"}) as (office, port):
        assert send(port, "plain") == Response(status=451)
    assert office.mails == []


def test_one_that_does_not_exist_keeps_it_from_nobody_else() -> None:
    with post("plain", **{"two_at_x.example": "550 nobody"}) as (office, port):
        assert send(port, "plain") == Response(status=250)
    assert office.to == [["one@x.example"]]


@pytest.mark.parametrize(
    ("password", "kind"), [(PASSWORD, Kind.DONE), ("a wrong one", Kind.DISABLE)]
)
def test_a_password_is_right_or_the_receiver_is_disabled(password: str, kind: Kind) -> None:
    with post("plain") as (_, port):
        own = receiver(port, "plain", user="n", password="env:P")  # noqa: S106  a reference
        mailer = Mailer(allowed=LOCAL, deadline=timedelta(seconds=5))
        assert own.outcome(mailer.send(request_of(own, password))).kind is kind


def test_a_password_that_smtp_cannot_carry_is_a_failure_like_any_other() -> None:
    with post("plain") as (office, port):
        own = receiver(port, "plain", user="n", password="env:P")  # noqa: S106  a reference
        mailer = Mailer(allowed=LOCAL, deadline=timedelta(seconds=5))
        answer = mailer.send(request_of(own, "şifre"))
    assert answer == Failure(reason=Reason.BROKEN)
    assert not office.mails


def test_our_own_addresses_are_refused_where_nobody_allowed_them() -> None:
    with post("plain") as (office, port):
        assert send(port, "plain", allowed=()) == Failure(reason=Reason.FORBIDDEN_ADDRESS)
    assert office.mails == []


def says_nothing(connection: socket.socket) -> None:
    connection.recv(1)


def drips(connection: socket.socket) -> None:
    """A byte of greeting now and then: each arrives inside any timeout of one read."""
    for byte in b"220-" + b"x" * 1000:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


@pytest.mark.parametrize("does", [says_nothing, drips])
def test_a_server_that_keeps_us_waiting_is_left_at_the_deadline(
    does: Callable[[socket.socket], None],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_greet, args=(listening, does), daemon=True).start()
        mailer = Mailer(allowed=LOCAL, deadline=timedelta(seconds=0.5))
        sending = receiver(listening.getsockname()[1], "plain")
        assert mailer.send(request_of(sending)) == Failure(reason=Reason.TIMEOUT)


def _greet(listening: socket.socket, does: Callable[[socket.socket], None]) -> None:
    with suppress(OSError):
        connection, _ = listening.accept()
        with connection:
            does(connection)


def answers(*replies: bytes) -> Callable[[socket.socket], None]:
    """A greeting, and a reply to each line; the mail itself counts as one."""

    def does(connection: socket.socket) -> None:
        heard = connection.makefile("rb")
        for reply in replies:
            connection.sendall(reply + b"\r\n")
            line = heard.readline()
            while reply.startswith(b"354") and line not in {b".\r\n", b""}:
                line = heard.readline()

    return does


SENT = (b"220 x", b"250 x", b"250 x", b"250 x", b"250 x", b"354 go", b"250 x")


@pytest.mark.parametrize(
    ("replies", "answer"),
    [
        ([*SENT, b"221 x"], Response(status=250)),
        ([*SENT, b"500 what is QUIT?"], Response(status=250)),
        ([*SENT, b"421 gone"], Response(status=250)),
        ([b"250 hello"], Failure(reason=Reason.BROKEN)),
        ([*SENT[:3], b"334 x", b"334 x", b"250 x"], Failure(reason=Reason.BROKEN)),
        ([*SENT[:5], b"250 as you like"], Failure(reason=Reason.BROKEN)),
        ([*SENT[:6], b"334 Vg=="], Failure(reason=Reason.BROKEN)),
        ([*SENT[:5], b"552 no", b"250 x", b"250 bye"], Response(status=552)),
        ([b"2" * 9_000], Failure(reason=Reason.BROKEN)),
    ],
    ids=["221", "QUIT unknown", "QUIT later", "greeting", "RCPT", "DATA", "end", "no", "a line"],
)
def test_only_a_mail_that_was_taken_is_told_whatever_is_said_elsewhere(
    replies: list[bytes], answer: Response | Failure
) -> None:
    assert sent_to(answers(*replies)) == answer


def floods(connection: socket.socket) -> None:
    """A greeting that has no last line."""
    while True:
        connection.sendall(b"220-x\r\n" * 1_000)


def test_a_reply_without_end_is_not_kept() -> None:
    """smtplib would keep hundreds of megabytes a second."""
    assert sent_to(floods, within=60) == Failure(reason=Reason.BROKEN)


def sent_to(does: Callable[[socket.socket], None], within: float = 5) -> Response | Failure:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_greet, args=(listening, does), daemon=True).start()
        mailer = Mailer(allowed=LOCAL, deadline=timedelta(seconds=within))
        return mailer.send(request_of(receiver(listening.getsockname()[1], "plain")))


def test_nobody_there_is_unreachable() -> None:
    with post("plain") as (_, port):
        pass
    assert send(port, "plain") == Failure(reason=Reason.UNREACHABLE)
