"""Carries out mails over SMTP. An edge.

TLS is verified, addresses are checked as for HTTP, and the whole of it has a deadline. Where one
recipient is refused for now (4yz) nobody is sent anything and the mail is tried again; one that is
refused for good (5yz) is left out and logged.
"""

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from email import message_from_bytes, policy
from threading import Timer
from typing import BinaryIO
from urllib.parse import urlsplit

import structlog

from services.alerting.message import Failure, Reason, Request, Response
from shared.addresses import Network, refusal

LATER = range(400, 500)
REFUSALS = range(400, 600)

MOST_SAID = 1_000_000
"""Bytes that a server may say over one mail, however many recipients it has."""

log = structlog.get_logger("alerting.mail")


class Mailer:
    """One mail a connection."""

    def __init__(self, *, allowed: Sequence[Network], deadline: timedelta) -> None:
        self._allowed, self._deadline = allowed, deadline.total_seconds()

    def send(self, request: Request) -> Response | Failure:
        """The server's reply code as status, or why there is none."""
        end = _Deadline(self._deadline)
        try:
            return self._send(request, end)
        except smtplib.SMTPRecipientsRefused as error:
            return _refused(max(code for code, _ in error.recipients.values()), end)
        except smtplib.SMTPResponseException as error:
            return _refused(error.smtp_code, end)
        except (OSError, smtplib.SMTPException, ValueError) as error:  # of it base64's and codecs'
            return Failure(reason=Reason.TIMEOUT if end.passed else _reason(error))
        finally:
            end.cancel()

    def hurry(self) -> None:
        """From now on wait less; a mail under way keeps its deadline."""
        self._deadline = min(self._deadline, 3.0)

    def close(self) -> None:
        """No connection is kept."""

    def _send(self, request: Request, end: "_Deadline") -> Response | Failure:
        where = urlsplit(request.url)
        host, port = where.hostname or "", where.port or 587
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        if any(refusal(str(entry[4][0]), self._allowed) for entry in found):
            return Failure(reason=Reason.FORBIDDEN_ADDRESS)
        address = str(found[0][4][0])
        with _session(_connected(where.scheme, host, address, port, end)) as server:
            if request.headers["user"]:
                server.login(request.headers["user"], request.headers["password"])
            mail = message_from_bytes(request.body, policy=policy.default)
            if refused := server.send_message(mail):
                codes = sorted(code for code, _ in refused.values())
                log.warning(
                    "the server refused some recipients", mail=mail["Message-ID"], codes=codes
                )
        return Response(status=250)


def _refused(code: int, end: "_Deadline") -> Response | Failure:
    """What an answer means that was not the one to be given there.

    A 250 to a greeting is no receipt: nothing was sent.
    """
    if end.passed:
        return Failure(reason=Reason.TIMEOUT)
    return Response(status=code) if code in REFUSALS else Failure(reason=Reason.BROKEN)


@contextmanager
def _session(server: smtplib.SMTP) -> Iterator[smtplib.SMTP]:
    """Ends it with QUIT; what the server says to that changes nothing of what it said before."""
    try:
        yield server
    finally:
        with suppress(OSError):
            server.quit()
        server.close()


class _Deadline:
    """Shuts the connection down when the time is over, whatever it is waiting for."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.passed = seconds, False
        self._socket: socket.socket | None = None
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def watch(self, opened: socket.socket) -> None:
        """The connection that this is about."""
        self._socket = opened

    def cancel(self) -> None:
        """It is done."""
        self._timer.cancel()

    def _end(self) -> None:
        self.passed = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


class NoTls(smtplib.SMTPException):
    """The server does not offer what must not be left out."""


_REASONS: tuple[tuple[type[Exception], Reason], ...] = (
    (ssl.SSLError, Reason.TLS),
    (NoTls, Reason.TLS),
    (TimeoutError, Reason.TIMEOUT),
    (ConnectionRefusedError, Reason.UNREACHABLE),
    (socket.gaierror, Reason.UNREACHABLE),
)


def _reason(error: Exception) -> Reason:
    """The named reason; the server's own words may hold an address and go nowhere."""
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), Reason.BROKEN)


class _Terse:
    """The lines of a server that says no more than it may; OSError where it does."""

    def __init__(self, lines: BinaryIO) -> None:
        self._lines, self._left = lines, MOST_SAID

    def readline(self, size: int) -> bytes:
        """The next line, below `size`."""
        line = self._lines.readline(size)
        self._left -= len(line)
        if self._left < 0 or len(line) >= size:
            raise OSError("the server's reply is too long")
        return line

    def close(self) -> None:
        """As of any file."""
        self._lines.close()


class _Named(smtplib.SMTP):
    """Connects to the checked address; TLS verifies the name."""

    def __init__(self, address: str, port: int, name: str, end: _Deadline) -> None:
        self._address = address
        self._opened: Callable[[socket.socket], None] = end.watch
        super().__init__(name, port, timeout=end.seconds + 1)  # the deadline comes first

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        del host
        plain = socket.create_connection((self._address, port), timeout)
        self._opened(plain)
        return plain

    def getreply(self) -> tuple[int, bytes]:
        """As ever, but not without end: smtplib keeps every line of a reply."""
        if self.file is None and self.sock is not None:
            self.file = _Terse(self.sock.makefile("rb"))
        return super().getreply()

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        """As ever, but a recipient that has to wait makes the mail wait."""
        code, said = super().rcpt(recip, options)
        if code in LATER:
            raise smtplib.SMTPRecipientsRefused({recip: (code, said)})
        return code, said


class _NamedTls(_Named):
    """TLS from the first byte."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        wrapped = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        self._opened(wrapped)
        return wrapped


def _connected(scheme: str, name: str, address: str, port: int, end: _Deadline) -> smtplib.SMTP:
    if scheme == "tls":
        return _NamedTls(address, port, name, end)
    server = _Named(address, port, name, end)
    if scheme == "starttls":
        _secure(server, end)
    return server


def _secure(server: smtplib.SMTP, end: _Deadline) -> None:
    try:
        server.starttls(context=ssl.create_default_context())
    except smtplib.SMTPNotSupportedError:
        server.close()
        raise NoTls from None
    except OSError:
        server.close()
        raise
    if server.sock is not None:
        end.watch(server.sock)
