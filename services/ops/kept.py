"""What was made from the configuration, kept beside Python's own bytecode.

Who may write there may run code as us already; nothing is read from anywhere else. A file holds the
digest of what it was made from (configuration, our code, Python, Vectorscan) and of itself: what is
old or damaged is made anew, what cannot be written is done without.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from importlib.util import cache_from_source
from pathlib import Path
from typing import TypeVar

from hyperscan._version import __version__ as vectorscan
from msgspec import DecodeError, msgpack

from shared.keep import Keep
from shared.whole import write_whole

T = TypeVar("T")

_OURS = Path(__file__).parents[2]
_CODE = ("services/processors", "shared")
_DIGEST = 32


def kept(folder: Path) -> Keep:
    """Keeps the newest thing of each kind in this folder."""

    def keep(source: Path, kind: type[T], make: Callable[[], T]) -> T:
        file = folder / f"{kind.__module__}.{kind.__qualname__}"
        made_from = _digest(_digest_of(source, "*.toml"), _makers())
        with suppress(OSError, DecodeError):
            digest, content = _parted(file.read_bytes())
            if digest == _digest(made_from, content):
                return msgpack.decode(content, type=kind)
        made = make()
        if made_from == _digest(_digest_of(source, "*.toml"), _makers()):  # nobody wrote meanwhile
            content = msgpack.encode(made)
            with suppress(OSError):
                file.parent.mkdir(parents=True, exist_ok=True)
                write_whole(file, _digest(made_from, content) + content)
        return made

    return keep


BESIDE_BYTECODE = kept(Path(cache_from_source(__file__)).parent)


def _parted(data: bytes) -> tuple[bytes, bytes]:
    return data[:_DIGEST], data[_DIGEST:]


def _digest(*parts: bytes) -> bytes:
    digest = blake2b(digest_size=_DIGEST)
    for part in parts:
        digest.update(part)
    return digest.digest()


@cache
def _makers() -> bytes:
    """Whatever decides, besides the configuration, what is made of it."""
    versions = f"{sys.version} {vectorscan}".encode()
    return _digest(versions, *(_digest_of(_OURS / code, "*.py") for code in _CODE))


def _digest_of(source: Path, pattern: str) -> bytes:
    """The digest of this file, or of all these files' names and contents."""
    return _digest(*_told(source, pattern))


def _told(source: Path, pattern: str) -> Iterator[bytes]:
    for file in sorted(source.rglob(pattern)) if source.is_dir() else (source,):
        with suppress(OSError):  # whoever makes it says what is wrong
            content = file.read_bytes()
            yield f"{file.relative_to(source)}\0{len(content)}\0".encode()
            yield content
