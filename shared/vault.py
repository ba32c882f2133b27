"""Secrets by reference: `env:NAME` and `file:/path`. An edge: it reads files."""

from collections.abc import Mapping
from pathlib import Path


class NoSecret(ValueError):  # noqa: N818  the field's word for it
    """A reference leads to nothing. The message names the reference, never a value."""


class Vault:
    """What references lead to. Its repr shows no secret."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """`environ` is the environment; files are read when asked for."""
        self._environ = environ

    def reveal(self, reference: str) -> str:
        """The secret; what is no reference is given back. Raises NoSecret."""
        scheme, _, rest = reference.partition(":")
        if scheme == "env":
            return self._variable(rest)
        if scheme == "file":
            return _file(rest)
        return reference

    def _variable(self, name: str) -> str:
        value = self._environ.get(name, "").strip()
        if not value:
            raise NoSecret(f"the environment variable {name} is not set")
        return value


def _file(path: str) -> str:
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):  # also for a name with a zero byte
        raise NoSecret(f"the file {path} cannot be read") from None
    if not value:
        raise NoSecret(f"the file {path} is empty")
    return value
