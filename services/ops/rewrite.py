"""A file that people wrote, written anew: whole, or not at all, and by one command at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from stat import S_IMODE

from shared.whole import write_whole


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """No other command changes the file from here on: what is read of it now is what it says.

    Its folder is locked, since the file itself is replaced. Raises OSError.
    """
    try:
        folder = os.open(path.resolve().parent, os.O_RDONLY)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        flock(folder, LOCK_EX)
        yield
    finally:
        os.close(folder)


def rewrite(path: Path, text: str) -> None:
    """The file says this from now on; on a full disk it says what it said. Raises OSError."""
    file = path.resolve()  # a link stays one
    try:
        write_whole(file, text.encode(), mode=S_IMODE(file.stat().st_mode))
    except OSError as error:  # of a full disk it names no file
        raise OSError(error.errno, error.strerror, str(file)) from error
