"""`newswatch`: one command, a file for each of its verbs, loaded only when called."""

import errno
import gc
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, NoReturn

from services.ops.config_dir import CONFIG_DIR_VARIABLE

if TYPE_CHECKING:
    from cyclopts import App

READ = "Articles, as JSON lines on standard input"
FEEDS = "Feeds"
SETUP = "What to look for, and whom to tell"
RUNNING = "A running Newswatch"

COMMANDS = (
    (READ, "detect", "Say which language each text is in."),
    (READ, "tag", "Say who is named, and whether the article is about the two sides."),
    (READ, "explain", "Explain in plain words why an article matched or did not."),
    (READ, "dedup", "Say which articles are new, and which are copies or revisions."),
    (READ, "stories", "Group the articles that report the same event."),
    (FEEDS, "feeds", "List, check, add and remove feeds; import and export OPML."),
    (FEEDS, "fetch", "Poll every feed once, without Kafka."),
    (FEEDS, "parse", "Turn a feed document into articles, or say what is wrong with it."),
    (SETUP, "watch", "Check a watch, or measure it on labelled articles."),
    (SETUP, "route", "Show who would be told of a story, when and why."),
    (RUNNING, "story", "List recent stories, or show all that is known of one."),
    (RUNNING, "audit", "Check that nothing was lost and nobody was told twice."),
    (RUNNING, "topics", "List the topics, or create the missing ones."),
    (RUNNING, "silence", "Silence a story, a topic, an outlet or a receiver for a while."),
    (RUNNING, "receiver", "List disabled receivers, or enable one again."),
    (RUNNING, "dead", "Look at records and alerts that were given up; send them again."),
    (RUNNING, "replay", "Send past story events to a receiver that has not had them."),
)
"""Group, name, and its line in the help; each is a function of its own name, in its own file."""

BARE = {
    "detect": "services.ops.detect:detect",
    "dedup": "services.ops.dedup:dedup",
    "tag": "services.ops.tagging:tag_input",
}
"""Commands, and what they do without options: then nobody need be loaded who reads them."""

READERS = frozenset(name for group, name, _ in COMMANDS if group == READ)

QUICK = {
    "PYDANTIC_DISABLE_PLUGINS": "__all__",  # looking for them takes time
    "OPENBLAS_NUM_THREADS": "1",  # so does starting threads; what we multiply is small
}
"""Settings of libraries that look for them when they are loaded; a user's own count."""

MISTAKEN = 2
"""The exit status where the arguments or the input have mistakes."""

STOPPED = 130
"""The exit status after Ctrl-C, as a shell would tell it."""

_CANNOT_READ = {errno.EBADF, errno.EISDIR}
_CANNOT_WRITE = {errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG}

KAFKAS = ("kafka.", "shared.kafka")
"""Whose errors say in a line that a broker went away; to name their types would load them."""

SELDOM = (100_000, 20, 100)
"""When to look for garbage: loading makes many things and throws none away."""


def application(*, listed: bool) -> "App":
    """The command line. `listed`: with the lines above; else each command's own, longer help."""
    from cyclopts import App, Group, Parameter  # noqa: PLC0415  a bare command starts without it

    groups = {title: Group.create_ordered(title) for title, _, _ in COMMANDS}
    app = App(
        name="newswatch",
        help="A monitor for news about relations between Iran and Türkiye.",
        help_format="rst",
        default_parameter=Parameter(negative=""),  # no --no-dry-run
        version_flags=["--version"],
        version=_version,
    )
    for group, name, line in COMMANDS:
        said = line if listed else None
        app.command(f"services.ops.{name}:{name}", name=name, help=said, group=groups[group])
    return app


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415  a twentieth of a second, seldom asked

    return version("newswatch")


def _answer(arguments: Sequence[str]) -> int | None:
    """The exit status of the command that is named; a bare one ends the process itself."""
    if arguments and arguments[0] in READERS:
        command, *options = arguments
        if len(options) == 1 and not options[0].startswith("-"):
            return _refuse_file(options[0], command)
        _greet(options)
    if len(arguments) == 1 and arguments[0] in BARE and CONFIG_DIR_VARIABLE not in os.environ:
        module, _, name = BARE[arguments[0]].partition(":")
        bare: Callable[[], int] = getattr(import_module(module), name)
        _leave(bare())
    status: int | None = application(listed=not arguments or arguments[0].startswith("-"))()
    return status


def _refuse_file(file: str, command: str) -> int:
    """Say how a file is read by a command that opens none; the exit status."""
    print(f"{command} reads standard input: newswatch {command} < {file}", file=sys.stderr)
    return MISTAKEN


def _greet(options: Sequence[str]) -> None:
    """Who types at a terminal is told that the command waits, and for what."""
    if sys.stdin.isatty() and not {*options} & {"-h", "--help"}:
        print(
            "Type articles here, one JSON object per line; Ctrl-D ends the input.", file=sys.stderr
        )


def _leave(status: int) -> NoReturn:
    """End at once: to take apart what was loaded takes a tenth of a start, and nothing is open."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def main() -> None:
    """Run the command that the arguments name; its return value is the exit status."""
    gc.set_threshold(*SELDOM)
    for name, value in QUICK.items():
        os.environ.setdefault(name, value)
    _open()
    try:
        sys.exit(_answer(sys.argv[1:]))
    except BrokenPipeError:  # `newswatch … | head`: who read has read enough
        _drop_output()
        sys.exit(0)
    except KeyboardInterrupt:  # while a command was loading, or a bare one at work
        _drop_output()
        sys.exit(STOPPED)
    except OSError as error:
        if error.filename is not None:
            sys.exit(f"{error.filename}: {error.strerror}")  # a file that the user named
        if error.errno in _CANNOT_READ:
            sys.exit(f"standard input: {error.strerror}")
        if error.errno not in _CANNOT_WRITE:
            raise
        _drop_output()
        sys.exit(f"standard output: {error.strerror}")
    except Exception as error:
        if not type(error).__module__.startswith(KAFKAS):
            raise
        from shared.kafka import NO_BROKER  # noqa: PLC0415  loaded by now: it is theirs

        print(error, file=sys.stderr)
        sys.exit(NO_BROKER)


def _open() -> None:
    """What whoever called us has closed is empty, or leads nowhere.

    What does not wait (O_NONBLOCK) is made to: "nothing yet" would be taken for the end.
    """
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # it is none of the system's
            os.set_blocking(stream.fileno(), True)
    if isinstance(sys.stdout, TextIOWrapper):  # what the locale cannot write is written as escapes
        sys.stdout.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """What is still to be written leads nowhere; Python would complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
