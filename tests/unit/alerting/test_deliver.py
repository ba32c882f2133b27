"""The HTTP edge against servers that misbehave, on loopback."""

import gzip
import logging
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from services.alerting.deliver import BODY_CAP, Deliverer
from services.alerting.message import Failure, Reason, Request, Response
from tests.integration.alerting.servers import (
    Answer,
    Received,
    always,
    drip,
    hang,
    huge,
    reset,
    self_signed,
    serving,
)

DEADLINE = timedelta(seconds=0.5)


@pytest.fixture
def edge() -> Iterator[Deliverer]:
    deliverer = Deliverer(allowed=[ip_network("127.0.0.1/32")], deadline=DEADLINE)
    yield deliverer
    deliverer.close()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(hang, Reason.TIMEOUT), (drip, Reason.TIMEOUT), (reset, Reason.BROKEN)],
    ids=["hangs", "drips", "resets"],
)
def test_what_is_no_answer_is_a_named_failure(
    edge: Deliverer, answer: Answer, reason: Reason
) -> None:
    with serving(answer) as server:
        assert edge.send(Request(url=server.url, body=b"{}")) == Failure(reason=reason)


def test_what_is_sent_is_what_the_request_says(edge: Deliverer) -> None:
    request = Request(url="", headers={"webhook-id": "a1"}, body="İran".encode())
    with serving(always(204)) as server:
        assert edge.send(replace(request, url=server.url)) == Response(
            status=204, headers={"content-length": "0"}
        )
        (received,) = server.received
    assert received.body == request.body
    assert received.headers["webhook-id"] == "a1"
    assert received.headers["user-agent"] == "newswatch"


def test_no_library_logs_where_it_was_sent(
    edge: Deliverer, caplog: pytest.LogCaptureFixture
) -> None:
    """A webhook's address is its secret."""
    with caplog.at_level(logging.DEBUG), serving(always(204)) as server:
        edge.send(Request(url=f"{server.url}?token=s3cr3t"))
        assert len(server.received) == 1
    assert "s3cr3t" not in caplog.text


@pytest.mark.parametrize(
    ("rest", "reason"), [(reset, Reason.BROKEN), (hang, Reason.TIMEOUT)], ids=["breaks", "hangs"]
)
def test_of_an_answer_that_breaks_off_the_status_counts(
    edge: Deliverer, rest: Answer, reason: Reason
) -> None:
    """Whoever answered 200 was told."""

    def answer(request: Received, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nok")
        time.sleep(0.1)
        rest(request, connection)

    with serving(answer) as server:
        assert edge.send(Request(url=server.url)) == Failure(reason=reason, status=200)


def test_a_body_without_end_is_cut(edge: Deliverer) -> None:
    with serving(huge) as server:
        answer = edge.send(Request(url=server.url))
    assert isinstance(answer, Response)
    assert len(answer.body) == BODY_CAP


@pytest.mark.parametrize(
    ("body", "coding", "said"),
    [
        (gzip.compress(b"ok"), "gzip", b"ok"),
        (zlib.compress(b"ok"), "Deflate", b"ok"),
        (gzip.compress(b"\0" * 10**7), "gzip", b"\0" * BODY_CAP),
        (b"ok", "gzip", b"ok"),
        (gzip.compress(b"ok"), "gzip, gzip", gzip.compress(b"ok")),
    ],
    ids=["gzip", "deflate", "a bomb", "not what it says", "packed twice"],
)
def test_a_packed_answer_is_read_as_far_as_a_plain_one(
    edge: Deliverer, body: bytes, coding: str, said: bytes
) -> None:
    with serving(always(200, body, Content_Encoding=coding)) as server:
        assert edge.send(Request(url=server.url)) == Response(
            status=200,
            headers={"content-length": str(len(body)), "content-encoding": coding},
            body=said,
        )


def test_gzip_in_gzip_costs_no_memory(edge: Deliverer) -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 10**8, 9), 9)  # 600 bytes that become 100 MB
    with serving(always(200, bomb, Content_Encoding="gzip, gzip")) as server:
        tracemalloc.start()
        edge.send(Request(url=server.url))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 10**7


def test_a_redirect_is_an_answer_and_is_not_followed(edge: Deliverer) -> None:
    with serving(always(204)) as inside, serving(always(302, Location=inside.url)) as server:
        answer = edge.send(Request(url=server.url))
        assert isinstance(answer, Response)
        assert (answer.status, inside.accepted) == (302, 0)


def test_a_certificate_that_nobody_vouches_for_is_refused(edge: Deliverer, tmp_path: Path) -> None:
    with serving(always(204), self_signed(tmp_path)) as server:
        assert edge.send(Request(url=server.url)) == Failure(reason=Reason.TLS)
        assert server.received == []


def test_nobody_there_is_unreachable(edge: Deliverer) -> None:
    with serving(always(204)) as server:
        url = server.url
    assert edge.send(Request(url=url)) == Failure(reason=Reason.UNREACHABLE)


@pytest.mark.parametrize("port", [65_536, 99_999, 2**31, 10**30])
def test_nor_is_anybody_at_a_port_that_is_none(edge: Deliverer, port: int) -> None:
    assert edge.send(Request(url=f"http://127.0.0.1:{port}/")) == Failure(reason=Reason.UNREACHABLE)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{}/", "http://localhost:{}/", "http://[::ffff:127.0.0.1]:{}/", "file:///x"],
)
def test_our_own_addresses_are_refused_where_nobody_allowed_them(url: str) -> None:
    guarded = Deliverer(allowed=(), deadline=DEADLINE)
    with serving(always(204)) as server:
        answer = guarded.send(Request(url=url.format(server.url.split(":")[2].split("/")[0])))
        assert answer == Failure(reason=Reason.FORBIDDEN_ADDRESS)
        assert server.accepted == 0
    guarded.close()


@pytest.mark.parametrize("after", [0.0, 0.2], ids=["before the attempt", "while it is under way"])
def test_a_process_that_stops_does_not_wait_for_a_hanging_receiver(
    after: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.alerting.deliver.DRAIN", 0.3)
    slow = Deliverer(allowed=[ip_network("127.0.0.1/32")], deadline=timedelta(seconds=30))
    with serving(hang) as server:
        told = threading.Timer(after, slow.hurry)
        told.start()
        began = time.monotonic()
        if not after:
            told.join()
        assert slow.send(Request(url=server.url)) == Failure(reason=Reason.TIMEOUT)
        assert 0.25 + after < time.monotonic() - began < 29
    slow.close()


def test_one_whose_lane_has_failed_is_hurried_like_the_others() -> None:
    failed = Deliverer(allowed=(), deadline=DEADLINE)
    failed.close()
    failed.hurry()
