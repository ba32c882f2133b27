"""Receivers and routes as their files say, checked together. An edge: it reads files.

All mistakes of all files are told at once, each with its file and line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from services.alerting.kinds import ReceiversFile
from services.alerting.message import Message
from services.alerting.receivers.receiver import Receiver
from services.alerting.signature import BadSecret
from services.alerting.tree import Route, RoutesFile, rooted
from services.alerting.view import Reader
from shared.config import ConfigError, line_of, parse_toml, read_toml, said_in
from shared.vault import NoSecret, Vault


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """Whom to tell, and how each likes to be told."""

    receivers: dict[str, Receiver]
    root: Route
    operator: str | None = None
    console: str = ""


def read_configuration(receivers: Path, routes: Path, vault: Vault) -> Configuration:
    """Both files, or ConfigError with every mistake. `routes` may be a file or a directory."""
    mistakes: list[str] = []
    file = ReceiversFile()
    try:
        text = said_in(receivers)
        file = parse_toml(text, ReceiversFile, name=str(receivers))
        mistakes += _receiver_mistakes(receivers, text, file, vault)
    except ConfigError as error:
        mistakes += error.mistakes
    found: list[Route] = []
    for path in route_files(routes):
        try:
            text = said_in(path)
            read = parse_toml(text, RoutesFile, name=str(path)).route
            found += read
            mistakes += _strangers(path, text, read, file) if file.receiver else []
        except ConfigError as error:
            mistakes += error.mistakes
    if not found and not mistakes:
        mistakes.append(f"{routes}: no route, so nobody would be told anything")
    if mistakes:
        raise ConfigError(mistakes)
    return Configuration(
        receivers=dict(file.receiver),
        root=rooted(tuple(found)),
        operator=file.operator,
        console=file.console.rstrip("/"),
    )


def read_routes(routes: Path) -> Route:
    """The tree of routes alone, or ConfigError with every mistake."""
    mistakes: list[str] = []
    found: list[Route] = []
    for path in route_files(routes):
        try:
            found += read_toml(path, RoutesFile).route
        except ConfigError as error:
            mistakes += error.mistakes
    if mistakes:
        raise ConfigError(mistakes)
    return rooted(tuple(found))


_TRIAL = Message(id="trial", at=datetime(2026, 1, 1, tzinfo=UTC), text="trial")


def route_files(routes: Path) -> list[Path]:
    """The files of routes in their order."""
    return sorted(routes.glob("*.toml")) if routes.is_dir() else [routes]


def _receiver_mistakes(path: Path, text: str, file: ReceiversFile, vault: Vault) -> Iterator[str]:
    if file.operator and file.operator not in file.receiver:
        known = ", ".join(sorted(file.receiver))
        line = line_of(text, ("operator",))
        yield f"{path}:{line}: operator: no receiver {file.operator!r}; there are: {known}"
    for name, receiver in file.receiver.items():
        if mistake := _unready(receiver, vault):
            yield f"{path}:{line_of(text, ('receiver', name))}: receiver.{name}: {mistake}"


def _unready(receiver: Receiver, vault: Vault) -> str | None:
    """What keeps this receiver from telling anything: secrets that are not there or no good."""
    try:
        requests = receiver.requests(_TRIAL, vault.reveal, Reader())
    except (NoSecret, BadSecret) as error:
        return str(error)
    if any("://" not in request.url for request in requests):
        return "its reference does not lead to a URL; copy the whole address, with https://"
    headers = (value for request in requests for value in request.headers.values())
    if any("\n" in value or "\r" in value for value in headers):
        return "one of its references leads to more than one line; a header can only hold one"
    return None


def _strangers(
    path: Path, text: str, routes: tuple[Route, ...], file: ReceiversFile
) -> Iterator[str]:
    for loc, name in _named(routes, ()):
        if name not in file.receiver:
            known = ", ".join(sorted(file.receiver))
            where = ".".join(str(key) for key in loc)
            yield f"{path}:{line_of(text, loc)}: {where}: no receiver {name!r}; there are: {known}"


def _named(
    routes: tuple[Route, ...], above: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for index, route in enumerate(routes):
        loc = (*above, "routes" if above else "route", index)
        for name in route.receivers or ():
            yield (*loc, "receivers"), name
        yield from _named(route.routes, loc)
