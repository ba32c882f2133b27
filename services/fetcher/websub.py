"""WebSub, the subscriber's side (W3C Recommendation of 23 January 2018), as decisions.

    the feed names a hub ▸ ask it ▸ it asks back whether we meant it ▸ a lease ▸ ask again before
    it ends … ▸ the feed is left: ask to be left alone ▸ it asks back ▸ over

A subscription is part of its feed's memory and written before the hub is asked, so whoever owns the
feed when the hub asks back knows what was meant. What nobody asked for is refused. The callback's
last part is a token that only the hub is told, and the secret signs what it sends. Pure: tokens,
now and luck are arguments.
"""

import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct, structs

from shared.records import Count, Moment

LEASE = 5 * 86_400
"""Seconds of lease to ask for."""
LONGEST = 30 * 86_400
"""Seconds of lease that are believed; whatever a hub says above it, it is asked again by then."""
ANSWERS_WITHIN = timedelta(minutes=10)
"""How long a hub may take to ask back; after that it counts as refused."""
ASKED_FOR = timedelta(hours=1)
"""How long after our request a hub may ask back whether we meant it."""
AFTER_REFUSAL = timedelta(minutes=10)
AFTER_DENIAL = timedelta(days=1)
_RENEWED_AT = 0.8  # of the lease; with luck up to 0.1 later
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})
_SECONDS = re.compile(r"\d{1,12}", re.ASCII)


class Subscription(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What we want of a hub, and how far it is. Holds a secret: never logged."""

    hub: str
    topic: str
    callback: str
    secret: str
    next_at: Moment  # when the hub is to be asked, again or for the first time
    ending: bool = False  # it is to end; then the hub is asked to unsubscribe us
    asked_at: Moment | None = None
    leased_until: Moment | None = None
    refusals: Count = 0  # since the hub last agreed

    def __repr__(self) -> str:
        return f"Subscription(hub={self.hub!r}, topic={self.topic!r})"

    @property
    def mode(self) -> str:
        """What to ask for, in the words of the protocol."""
        return "unsubscribe" if self.ending else "subscribe"

    def stands(self, now: datetime) -> bool:
        """Whether the hub owes us what is published."""
        return not self.ending and self.leased_until is not None and now < self.leased_until


class Named(Struct, frozen=True, kw_only=True):
    """The hubs that a feed names, in its order, and the topic it is known by there."""

    hubs: tuple[str, ...]
    topic: str


def desired(
    current: Subscription | None, named: Named | None, *, callback: str, secret: str, now: datetime
) -> Subscription | None:
    """The subscription to have from now on, given what the feed names; None for none.

    `callback` (up to its token) and `secret` are for a new one. One whose hub or topic is named no
    more, or that calls back elsewhere, ends first; the next look begins another.
    """
    if current is None:
        if named is None:
            return None
        return Subscription(
            hub=named.hubs[0], topic=named.topic, callback=callback, secret=secret, next_at=now
        )
    if current.ending:
        return None if _is_over(current, now) else current
    if named and _fits(current, named, callback):
        return current
    ending = structs.replace(current, ending=True, next_at=now, refusals=0)
    if not _is_over(ending, now):
        return ending
    return desired(None, named, callback=callback, secret=secret, now=now)


def _fits(current: Subscription, named: Named, callback: str) -> bool:
    return (
        current.hub in named.hubs
        and current.topic == named.topic
        and _place(current.callback) == _place(callback)
    )


def _place(callback: str) -> str:
    return callback.rpartition("-")[0]


def _is_over(ending: Subscription, now: datetime) -> bool:
    """Whether there is nothing left to end: no lease was ever given, or it has run out."""
    until = ending.leased_until or (ending.asked_at + ASKED_FOR if ending.asked_at else now)
    return until <= now


def form(subscription: Subscription) -> Mapping[str, str]:
    """The request to the hub."""
    fields = {
        "hub.mode": subscription.mode,
        "hub.topic": subscription.topic,
        "hub.callback": subscription.callback,
    }
    if subscription.ending:
        return fields
    return fields | {"hub.secret": subscription.secret, "hub.lease_seconds": str(LEASE)}


def asked(subscription: Subscription, now: datetime) -> Subscription:
    """To be kept before the hub is asked: it may ask back before it answers."""
    within = min(ANSWERS_WITHIN * 2 ** min(subscription.refusals, 10), AFTER_DENIAL)
    return structs.replace(
        subscription, asked_at=now, next_at=now + within, refusals=subscription.refusals + 1
    )


def refused(
    subscription: Subscription, named: Named | None, now: datetime, luck: float
) -> Subscription:
    """After the hub refused or could not be reached; the next of the hubs named has its turn."""
    wait = min(AFTER_REFUSAL * 2 ** min(subscription.refusals, 10), AFTER_DENIAL) * (1 + luck)
    hub = subscription.hub
    if named and not subscription.leased_until and not subscription.ending:
        hub = named.hubs[subscription.refusals % len(named.hubs)]
    return structs.replace(subscription, hub=hub, next_at=now + wait)


def meant(subscription: Subscription | None, mode: str, topic: str, now: datetime) -> bool:
    """Whether what the hub asks back is what we asked for, a short while ago."""
    return (
        subscription is not None
        and subscription.mode == mode
        and subscription.topic == topic
        and subscription.asked_at is not None
        and now - subscription.asked_at < ASKED_FOR
    )


def agreed(
    subscription: Subscription, lease: str, now: datetime, luck: float, *, soonest: float
) -> Subscription | None:
    """After the hub asked back and was told yes: a lease, or nothing where it was to end.

    It is asked again well before the lease ends, at least `soonest` seconds later.
    """
    if subscription.ending:
        return None
    seconds = min(int(lease), LONGEST) if _SECONDS.fullmatch(lease) else LEASE
    renewal = max(seconds * (_RENEWED_AT + 0.1 * luck), soonest)
    return structs.replace(
        subscription,
        leased_until=now + timedelta(seconds=seconds),
        next_at=now + timedelta(seconds=renewal),
        refusals=0,
    )


def denied(subscription: Subscription, now: datetime) -> Subscription | None:
    """After the hub took the subscription back; it is asked again a day later."""
    if subscription.ending:
        return None
    return structs.replace(
        subscription, leased_until=None, asked_at=None, next_at=now + AFTER_DENIAL
    )


def is_signed(secret: str, signature: str, body: bytes) -> bool:
    """Whether `X-Hub-Signature` is that of the body under the secret; compared in constant time."""
    name, _, given = signature.strip().partition("=")
    method = name.strip().lower()
    if method not in _METHODS:
        return False
    right = hmac.new(secret.encode(), body, method).hexdigest()
    return hmac.compare_digest(right.encode(), given.strip().lower().encode("utf-8", "replace"))
