from pathlib import Path

import pytest
from pydantic import Field, SecretStr

from shared.settings import Settings, SettingsError, read_settings


class Example(Settings):
    servers: str = Field(alias="KAFKA_BOOTSTRAP_SERVERS")
    port: int = Field(default=9101, alias="NEWSWATCH_HTTP_PORT")
    token: SecretStr = Field(alias="NEWSWATCH_TOKEN")


def test_settings_are_read_by_their_variables() -> None:
    settings = read_settings(Example, {"KAFKA_BOOTSTRAP_SERVERS": "a:1", "NEWSWATCH_TOKEN": "t"})

    assert (settings.servers, settings.port, settings.token.get_secret_value()) == (
        "a:1",
        9101,
        "t",
    )


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("from-file\n")

    settings = read_settings(
        Example, {"KAFKA_BOOTSTRAP_SERVERS": "a:1", "NEWSWATCH_TOKEN_FILE": str(secret)}
    )

    assert settings.token.get_secret_value() == "from-file"


def test_all_mistakes_are_told_at_once_and_no_value_is_printed() -> None:
    environ = {
        "NEWSWATCH_HTTP_PORT": "s3cret-typed-into-the-wrong-variable",
        "NEWSWATCH_HTP_PORT": "s3cret",
        "NEWSWATCH_TOKEN_FILE": "/nowhere/at/all",
    }

    with pytest.raises(SettingsError) as error:
        read_settings(Example, environ)

    told = str(error.value)
    assert "KAFKA_BOOTSTRAP_SERVERS: Field required" in told
    assert "NEWSWATCH_HTTP_PORT: Input should be a valid integer" in told
    assert "NEWSWATCH_HTP_PORT: no such setting; did you mean NEWSWATCH_HTTP_PORT?" in told
    assert "NEWSWATCH_TOKEN_FILE: No such file or directory" in told
    assert "s3cret" not in told


def test_a_secret_file_that_is_no_text_is_a_mistake_in_words(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_bytes(b"s3cret\xff")
    environ = {"KAFKA_BOOTSTRAP_SERVERS": "a:1", "NEWSWATCH_TOKEN_FILE": str(secret)}

    with pytest.raises(SettingsError) as error:
        read_settings(Example, environ)

    assert f"NEWSWATCH_TOKEN_FILE: not text in UTF-8: {secret}" in str(error.value)
    assert "s3cret" not in str(error.value)


def test_variables_of_other_services_are_no_mistake() -> None:
    environ = {
        "KAFKA_BOOTSTRAP_SERVERS": "a:1",
        "NEWSWATCH_TOKEN": "t",
        "NEWSWATCH_FEEDS": "feeds.toml",
    }

    assert read_settings(Example, environ).servers == "a:1"
