"""A file that people wrote, written anew: whole, or not at all."""

from pathlib import Path
from stat import S_IMODE

from shared.whole import write_whole


def rewrite(path: Path, text: str) -> None:
    """The file says this from now on; on a full disk it says what it said. Raises OSError."""
    file = path.resolve()  # a link stays one
    try:
        write_whole(file, text.encode(), mode=S_IMODE(file.stat().st_mode))
    except OSError as error:  # of a full disk it names no file
        raise OSError(error.errno, error.strerror, str(file)) from error
