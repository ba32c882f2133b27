"""What a reference leads to, and that no message says it."""

from pathlib import Path

import pytest

from shared.vault import NoSecret, Vault

VAULT = Vault({"KEY": " s3cr3t\n", "EMPTY": " "})


def test_a_reference_leads_to_a_secret_without_the_spaces_around_it(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("\ns3cr3t: ş\n", encoding="utf-8")
    assert VAULT.reveal("env:KEY") == "s3cr3t"
    assert VAULT.reveal(f"file:{file}") == "s3cr3t: ş"
    assert VAULT.reveal("https://hooks.example/x") == "https://hooks.example/x"


@pytest.mark.parametrize("rest", ["EMPTY", "NOBODY", "KEY:more", ""])
def test_a_variable_that_says_nothing_is_no_secret(rest: str) -> None:
    with pytest.raises(NoSecret, match="the environment variable"):
        VAULT.reveal(f"env:{rest}")


@pytest.mark.parametrize("said", [b"", b" \n", b"s3cr3t\xff"], ids=["empty", "blank", "no text"])
def test_a_file_that_says_nothing_is_no_secret_and_is_told_by_its_name(
    tmp_path: Path, said: bytes
) -> None:
    file = tmp_path / "key"
    file.write_bytes(said)
    with pytest.raises(NoSecret, match=str(file)) as told:
        VAULT.reveal(f"file:{file}")
    assert "s3cr3t" not in str(told.value)


@pytest.mark.parametrize("path", ["/none/such", "/", "\0"])
def test_what_cannot_be_read_is_no_secret(path: str) -> None:
    with pytest.raises(NoSecret, match="cannot be read"):
        VAULT.reveal(f"file:{path}")


def test_a_vault_shows_no_secret() -> None:
    assert "s3cr3t" not in repr(VAULT)
