"""Requests to addresses that others chose: httpx transports that cannot be led inside.

    host ▸ resolve once ▸ refuse if any address is forbidden ▸ connect to the checked address

The check stands where the socket is opened, so it holds for literals in any notation, for names,
for redirects, and against a name that answers differently the second time: nobody asks twice.
TLS still verifies the name. Environment proxies are not used: a proxy would resolve for itself.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpcore
import httpx

from shared.addresses import Opening, refusal

Resolver = Callable[[str, int], Sequence[str]]
"""The addresses of a host, best first. Raises OSError when there are none."""

_HOSTS_REMEMBERED = 20_000  # others choose the hosts, and so how many there are
_LAST_PORT = 65_535
_RESOLVER_THREADS = 16  # a slow name server holds up these and not the event loop's own


class ForbiddenAddress(httpx.TransportError):
    """The host leads to an address that no connection may be opened to; none was opened."""


class _Forbidden(httpcore.ConnectError):
    pass


def system_resolver(host: str, port: int) -> Sequence[str]:
    """The system's answer, in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked(host: str, port: int, resolver: Resolver, allowed: Sequence[Opening]) -> Sequence[str]:
    """The addresses of a host, all of them allowed. Raises httpcore.ConnectError otherwise."""
    if port > _LAST_PORT:
        raise httpcore.ConnectError(f"no such port: {port}")
    try:
        addresses = resolver(host, port)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"name not resolved: {host}: {error}") from error
    for address in addresses:
        if reason := refusal(address, allowed, port=port):
            raise _Forbidden(f"forbidden address: {host} is {address} ({reason})")
    if not addresses:
        raise httpcore.ConnectError(f"name not resolved: {host} has no address")
    return addresses


class GuardedTransport(httpx.AsyncHTTPTransport):
    """An asynchronous transport that opens connections to allowed addresses only.

    Raises ForbiddenAddress where httpx would have connected elsewhere. `limits` are httpx's own.
    """

    def __init__(
        self,
        *,
        allowed: Sequence[Opening] = (),
        resolver: Resolver = system_resolver,
        limits: httpx.Limits | None = None,
    ) -> None:
        context = httpx.create_ssl_context(trust_env=False)
        super().__init__(verify=context, trust_env=False)
        self._backend = _Backend(resolver, tuple(allowed))
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context, **_pool_options(limits), network_backend=self._backend
        )

    def address_of(self, host: str) -> str:
        """The address that this host last led to; "" before the first connection."""
        return self._backend.addresses.get(host, "")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """As httpx's, or ForbiddenAddress."""
        try:
            return await super().handle_async_request(request)
        except httpx.ConnectError as error:
            raise _told(error, request) from error


class _Backend(httpcore.AsyncNetworkBackend):
    def __init__(self, resolver: Resolver, allowed: Sequence[Opening]) -> None:
        self._resolver, self._allowed = resolver, allowed
        self.addresses: dict[str, str] = {}
        self._inner = httpcore.AnyIOBackend()
        self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="resolve")

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        look_up = loop.run_in_executor(
            self._threads, checked, host, port, self._resolver, self._allowed
        )
        addresses = await _within(timeout, look_up, host)
        self._remember(host, addresses[0])
        return await self._first(addresses, port, timeout, local_address, socket_options)

    def _remember(self, host: str, address: str) -> None:
        self.addresses[host] = address
        while len(self.addresses) > _HOSTS_REMEMBERED:
            del self.addresses[next(iter(self.addresses))]

    async def _first(
        self, addresses: Sequence[str], port: int, *rest: Any
    ) -> httpcore.AsyncNetworkStream:
        for address in addresses[:-1]:
            try:
                return await self._inner.connect_tcp(address, port, *rest)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(addresses[-1], port, *rest)

    async def connect_unix_socket(self, *_args: Any, **_options: Any) -> Any:
        raise _Forbidden("forbidden address: a socket of this machine")

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)


async def _within(
    seconds: float | None, look_up: Awaitable[Sequence[str]], host: str
) -> Sequence[str]:
    try:
        async with asyncio.timeout(seconds):
            return await look_up
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(f"name not resolved in {seconds} s: {host}") from error


def _pool_options(limits: httpx.Limits | None) -> dict[str, Any]:
    limits = limits or httpx.Limits(max_connections=100, max_keepalive_connections=20)
    return {
        "max_connections": limits.max_connections,
        "max_keepalive_connections": limits.max_keepalive_connections,
        "keepalive_expiry": limits.keepalive_expiry,
    }


def _told(error: httpx.ConnectError, request: httpx.Request) -> httpx.TransportError:
    if isinstance(error.__cause__, _Forbidden):
        return ForbiddenAddress(str(error), request=request)
    return error
