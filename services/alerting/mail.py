"""Carries out mails over SMTP. An edge.

TLS is verified, addresses are checked as for HTTP, and every wait has a deadline.
"""

import smtplib
import socket
import ssl
from collections.abc import Sequence
from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import urlsplit

from services.alerting.message import Failure, Reason, Request, Response
from shared.addresses import Network, refusal


class Mailer:
    """One mail a connection."""

    def __init__(self, *, allowed: Sequence[Network], deadline: timedelta) -> None:
        self._allowed, self._deadline = allowed, deadline.total_seconds()

    def send(self, request: Request) -> Response | Failure:
        """The server's reply code as status, or why there is none."""
        try:
            return self._send(request)
        except smtplib.SMTPResponseException as error:
            return Response(status=error.smtp_code)
        except smtplib.SMTPRecipientsRefused as error:
            return Response(status=max(code for code, _ in error.recipients.values()))
        except (OSError, smtplib.SMTPException) as error:
            return Failure(reason=_reason(error))

    def hurry(self) -> None:
        """From now on wait less; a mail under way keeps its deadline."""
        self._deadline = min(self._deadline, 3.0)

    def close(self) -> None:
        """No connection is kept."""

    def _send(self, request: Request) -> Response | Failure:
        where = urlsplit(request.url)
        host, port = where.hostname or "", where.port or 587
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        if any(refusal(str(entry[4][0]), self._allowed) for entry in found):
            return Failure(reason=Reason.FORBIDDEN_ADDRESS)
        with _connected(where.scheme, host, str(found[0][4][0]), port, self._deadline) as server:
            if request.headers["user"]:
                server.login(request.headers["user"], request.headers["password"])
            mail = message_from_bytes(request.body, policy=policy.default)
            server.send_message(mail)
        return Response(status=250)


_REASONS: tuple[tuple[type[Exception], Reason], ...] = (
    (ssl.SSLError, Reason.TLS),
    (TimeoutError, Reason.TIMEOUT),
    (ConnectionRefusedError, Reason.UNREACHABLE),
    (socket.gaierror, Reason.UNREACHABLE),
)


def _reason(error: Exception) -> Reason:
    """The named reason; the server's own words may hold an address and go nowhere."""
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), Reason.BROKEN)


class _Named(smtplib.SMTP):
    """Connects to the checked address; TLS verifies the name."""

    def __init__(self, address: str, port: int, name: str, seconds: float) -> None:
        self._address = address
        super().__init__(name, port, timeout=seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        del host
        return socket.create_connection((self._address, port), timeout)


class _NamedTls(_Named):
    """TLS from the first byte."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _connected(scheme: str, name: str, address: str, port: int, seconds: float) -> smtplib.SMTP:
    if scheme == "tls":
        return _NamedTls(address, port, name, seconds)
    server = _Named(address, port, name, seconds)
    if scheme == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server
