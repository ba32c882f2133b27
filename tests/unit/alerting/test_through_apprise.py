"""The Apprise edge with Apprise itself, against servers on loopback."""

import json
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network

import pytest

from services.alerting.message import Failure, Reason, Request, Response
from services.alerting.through_apprise import ThroughApprise
from tests.integration.alerting.servers import Server, always, hang, serving

BODY = json.dumps({"title": "A headline", "body": "and what it is about"}).encode()


@pytest.fixture(scope="module")
def edge() -> Iterator[ThroughApprise]:
    own = ThroughApprise(allowed=[ip_network("127.0.0.1/32")], deadline=timedelta(seconds=5))
    yield own
    own.close()


def asked(server: Server, scheme: str = "json") -> Request:
    return Request(url=server.url.replace("http", scheme, 1), body=BODY)


def test_a_yes_is_a_yes_and_a_no_a_no(edge: ThroughApprise) -> None:
    with serving(always(200)) as good, serving(always(500)) as bad:
        assert edge.send(asked(good)) == Response(status=200)
        assert edge.send(asked(bad)) == Response(status=503)
    told = json.loads(good.received[0].body)
    assert (told["title"], told["message"]) == ("A headline", "and what it is about")


def test_our_own_addresses_are_refused_where_nobody_allowed_them() -> None:
    guarded = ThroughApprise(allowed=(), deadline=timedelta(seconds=5))
    with serving(always(200)) as server:
        assert guarded.send(asked(server)) == Failure(reason=Reason.FORBIDDEN_ADDRESS)
        assert server.accepted == 0
    guarded.close()


def test_a_redirect_leads_nowhere_either(edge: ThroughApprise) -> None:
    with serving(always(200), host="127.0.0.2") as inside:
        with serving(always(307, Location=inside.url)) as server:
            assert edge.send(asked(server)) == Failure(reason=Reason.FORBIDDEN_ADDRESS)
        assert inside.accepted == 0


def test_a_url_that_is_none_of_apprises_is_no(edge: ThroughApprise) -> None:
    assert edge.send(Request(url="nothing-of-the-kind://x", body=BODY)) == Response(status=503)


def test_it_is_ended_at_the_deadline_and_begun_again(edge: ThroughApprise) -> None:
    with serving(always(200)) as good, serving(hang) as stuck:
        edge.send(asked(good))
        edge.hurry()
        assert edge.send(asked(stuck)) == Failure(reason=Reason.TIMEOUT)
        assert edge.send(asked(good)) == Response(status=200)
