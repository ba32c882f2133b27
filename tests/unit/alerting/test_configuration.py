"""Mistakes in receivers.toml: each in words, with its line, and never with a secret."""

from pathlib import Path

import pytest

from services.alerting.configuration import Configuration, read_configuration
from shared.config import ConfigError
from shared.vault import Vault

SECRET = "whsec_s3cr3té"  # noqa: S105  no secret, but marked
LINES = "xoxb-s3cr3t\nxoxb-s3cr3t"
BOT = 'kind = "slack-bot"\ntoken = "env:LINES"\nchannel = "C1"'
ROUTE = '[[route]]\nname = "all"\nreceivers = ["desk"]\n'
MAIL = 'kind = "email"\nhost = "mail.example"\n'


def read(folder: Path, receiver: str, mark: str = "") -> Configuration:
    """A configuration of one receiver; `mark` stands in front of each file."""
    receivers, routes = folder / "receivers.toml", folder / "routes.toml"
    receivers.write_text(f"{mark}[receiver.desk]\n{receiver}\n", encoding="utf-8")
    routes.write_text(mark + ROUTE, encoding="utf-8")
    return read_configuration(receivers, routes, Vault({"SECRET": SECRET, "LINES": LINES}))


@pytest.mark.parametrize(
    ("receiver", "place", "why"),
    [
        (f'{MAIL}sender = "a@b\\nBcc: c@d"\nto = ["a@b"]', ":4: ", "not an address"),
        (f'{MAIL}sender = "a@b"\nto = ["a@b\\r\\nBcc: c@d"]', ":5: ", "not an address"),
        (f'{MAIL}sender = "a@b"\nto = [""]', ":5: ", "not an address"),
        ('kind = "slack"\nurl = "file:/a\\u0000b"', ":1: ", "cannot be read"),
        ('kind = "webhook"\nurl = "https://a.b/"\nsecrets = ["env:SECRET"]', ":1: ", "base64"),
        ('kind = "slack"\nurl = "env:SECRET"', ":1: ", "lead to a URL"),
        (BOT, ":1: ", "more than one line"),
        ('kind = "log"\nallow_private = ["10.0.0.1/99"]', "allow_private.0: ", "not a network"),
    ],
    ids=[
        "sender",
        "recipient",
        "nobody",
        "a file's name",
        "no ASCII",
        "no URL",
        "two lines",
        "network",
    ],
)
def test_a_mistake_is_told_in_words(tmp_path: Path, receiver: str, place: str, why: str) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, receiver)
    told = str(error.value)
    assert place in told
    assert why in told
    assert "s3cr3t" not in told


def test_a_byte_order_mark_is_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, 'kind = "log"', mark="\ufeff").receivers
