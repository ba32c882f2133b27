"""A file written whole, or not at all."""

import os
from pathlib import Path


def write_whole(file: Path, data: bytes, *, mode: int | None = None) -> None:
    """The file holds this from now on; where that fails it holds what it held. Raises OSError.

    `mode`: its permissions; by default those of any new file.
    """
    begun = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        begun.write_bytes(data)
        if mode is not None:
            begun.chmod(mode)
        begun.replace(file)
    finally:
        begun.unlink(missing_ok=True)
