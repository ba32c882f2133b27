"""A file that people wrote, written anew: whole, or not at all."""

import shutil
from pathlib import Path


def rewrite(path: Path, text: str) -> None:
    """The file says this from now on; on a full disk it says what it said. Raises OSError."""
    file = path.resolve()  # a link stays one
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        shutil.copymode(file, unfinished)
        unfinished.replace(file)
    except OSError as error:  # of a full disk it names no file
        raise OSError(error.errno, error.strerror, str(file)) from error
    finally:
        unfinished.unlink(missing_ok=True)
