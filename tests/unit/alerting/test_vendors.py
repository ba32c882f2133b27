"""Payloads held against what the vendors themselves publish: tests/data/vendors."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft6Validator, Draft202012Validator
from slack_sdk.models.blocks import Block

from services.alerting.message import Message
from services.alerting.receivers import blocks, discord, teams
from services.alerting.view import Reader
from tests.unit.alerting.test_receivers import EVERY_TEXT, messages, readers

DATA = Path(__file__).parents[2] / "data"


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


CARDS = Draft6Validator(_read(DATA / "vendors/adaptive-card-1.5.json"))
DISCORD = Draft202012Validator(
    _read(DATA / "vendors/discord-webhook.json"),
    format_checker=Draft202012Validator.FORMAT_CHECKER,
)


def card_of(payload: dict[str, Any]) -> dict[str, Any]:
    """The card, without what Teams adds to the standard."""
    (attachment,) = payload["attachments"]
    return {name: value for name, value in attachment["content"].items() if name != "msteams"}


@EVERY_TEXT
@given(messages(), readers())
def test_slacks_own_models_take_every_block_and_lose_nothing_of_it(
    message: Message, reader: Reader
) -> None:
    for block in blocks.body(message, reader)["blocks"]:
        read = Block.parse(block)
        assert read is not None
        read.validate_json()
        assert read.to_dict() == block


@EVERY_TEXT
@given(messages(), readers())
def test_a_card_is_one_by_the_schema(message: Message, reader: Reader) -> None:
    CARDS.validate(card_of(teams.payload(message, reader)))


@EVERY_TEXT
@given(messages(), readers())
def test_discord_takes_every_embed(message: Message, reader: Reader) -> None:
    DISCORD.validate(discord.payload(message, reader))


@pytest.mark.parametrize("path", sorted((DATA / "alerting").glob("teams.*")), ids=lambda p: p.name)
def test_a_wrong_card_would_be_noticed(path: Path) -> None:
    card = card_of(_read(path))
    CARDS.validate(card)
    card["body"][0]["weight"] = "Boldest"
    assert not CARDS.is_valid(card)


def test_a_wrong_embed_would_be_noticed() -> None:
    payload = _read(DATA / "alerting/discord.en.json")
    DISCORD.validate(payload)
    payload["embeds"][0]["title"] = "x" * 257
    assert not DISCORD.is_valid(payload)
