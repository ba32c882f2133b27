"""Secrets as configuration names them: by reference, `env:NAME` or `file:/path`. Pure.

`shared.vault` knows what they lead to.
"""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator

Reveal = Callable[[str], str]
"""The secret behind a reference."""


def a_reference(text: str) -> str:
    """The text, if it is one. Raises ValueError, which does not repeat it."""
    scheme, _, rest = text.partition(":")
    if scheme not in {"env", "file"} or not rest:
        raise ValueError('never write a secret here, only where it is: "env:NAME" or "file:/path"')
    return text


SecretRef = Annotated[str, AfterValidator(a_reference)]
"""`env:NAME` or `file:/path`."""
