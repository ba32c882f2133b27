"""The operator's page, for operators and for whoever else finds it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from prometheus_client import CollectorRegistry, Counter
from structlog.testing import capture_logs

from shared.http import MOST_CONNECTIONS, NoPage, OpsServer, Readiness
from shared.served import served


@pytest.fixture
def readiness() -> Readiness:
    return Readiness()


@pytest.fixture
def server(readiness: Readiness) -> Iterator[OpsServer]:
    registry = CollectorRegistry()
    Counter("told", "What was told.", registry=registry).inc()
    made = OpsServer("127.0.0.1", 0, registry, readiness)
    yield made
    made.close()


def page(server: OpsServer, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        return refused.code, refused.read().decode()


def said_at_last(server: OpsServer, path: str) -> tuple[int, str] | None:
    """What it says once it does not hang up; None after many attempts."""
    for _ in range(1000):
        with suppress(OSError):
            return page(server, path)
        threading.Event().wait(0.01)
    return None


def silent(server: OpsServer) -> socket.socket:
    """Somebody who connects and says nothing."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=5)


def test_it_says_what_was_counted_that_it_lives_and_whether_it_is_ready(
    server: OpsServer, readiness: Readiness
) -> None:
    assert "told_total 1.0" in page(server, "/metrics")[1]
    assert page(server, "/healthz") == (200, "alive\n")
    assert page(server, "/readyz") == (503, "starting\n")
    readiness.ready()
    assert page(server, "/readyz") == (200, "ready\n")
    readiness.not_ready("draining")
    assert page(server, "/readyz") == (503, "draining\n")
    assert page(server, "/") == (404, "try /metrics, /healthz, /readyz\n")


@pytest.mark.parametrize("version", ["x", "", "1.x", "2.\x01", "9" * 5000, "1.0.0", "0.0.4;q=1"])
@pytest.mark.parametrize("form", ["application/openmetrics-text", "text/plain"])
def test_whatever_version_is_asked_for_the_page_is_there(
    server: OpsServer, form: str, version: str
) -> None:
    with silent(server) as asking:
        asked = f"GET /metrics HTTP/1.0\r\nAccept: {form};version={version}\r\n\r\n"
        asking.sendall(asked.encode())
        said = asking.makefile("rb").read()
    assert said.startswith(b"HTTP/1.0 200")
    assert b"told_total 1.0" in said


def test_whoever_connects_and_says_nothing_keeps_nobody_waiting(server: OpsServer) -> None:
    with silent(server), silent(server):
        assert page(server, "/healthz") == (200, "alive\n")


def test_in_a_crowd_whoever_came_first_is_hung_up_on_and_the_page_is_there(
    server: OpsServer,
) -> None:
    with ExitStack() as crowd:
        came = [crowd.enter_context(silent(server)) for _ in range(3 * MOST_CONNECTIONS)]
        assert page(server, "/healthz") == (200, "alive\n")
        assert came[0].recv(1) == b""
        came[-1].sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert came[-1].recv(1) == b"H"


def test_a_crowd_that_says_a_byte_now_and_then_is_hung_up_on(readiness: Readiness) -> None:
    server = OpsServer("127.0.0.1", 0, CollectorRegistry(), readiness, hung_up_after=0.5)
    with ExitStack() as crowd:
        crowd.callback(server.close)
        slow = [crowd.enter_context(silent(server)) for _ in range(MOST_CONNECTIONS)]
        dripping = threading.Event()

        def drip() -> None:
            while not dripping.wait(0.1):
                for connection in slow:
                    with suppress(OSError):
                        connection.send(b"G")

        thread = threading.Thread(target=drip)
        thread.start()
        crowd.callback(thread.join)
        crowd.callback(dripping.set)
        assert said_at_last(server, "/healthz") == (200, "alive\n")


def test_it_closes_while_somebody_is_silent(readiness: Readiness) -> None:
    server = OpsServer("127.0.0.1", 0, CollectorRegistry(), readiness)
    with silent(server):
        server.close()
    with pytest.raises(OSError, match="refused"):
        silent(server)


def test_a_port_that_another_program_has_is_said_in_a_line_and_ends_the_service(
    server: OpsServer, readiness: Readiness
) -> None:
    def serve() -> int:
        OpsServer("127.0.0.1", server.port, CollectorRegistry(), readiness)
        return 0

    with pytest.raises(NoPage, match=f"127.0.0.1:{server.port}: Address already in use; .*PORT"):
        serve()
    with capture_logs() as logs:
        assert served(serve) == 1

    assert [line["event"] for line in logs] == ["ending without a page"]


def test_its_page_may_be_at_an_address_of_ipv6(readiness: Readiness) -> None:
    try:
        made = OpsServer("::1", 0, CollectorRegistry(), readiness)
    except NoPage:
        pytest.skip("this machine has no IPv6")
    with closing(made), urlopen(f"http://[::1]:{made.port}/healthz", timeout=5) as answer:
        assert answer.status == 200
