"""A catalogue that a command changes is whole whatever happens."""

import errno
from pathlib import Path
from typing import NoReturn

import pytest

from services.ops.rewrite import rewrite


def test_a_file_that_the_disk_has_no_room_for_says_what_it_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = tmp_path / "feeds.toml"
    file.write_text("before", encoding="utf-8")
    monkeypatch.setattr(Path, "write_bytes", full)

    with pytest.raises(OSError, match="No space left on device") as told:
        rewrite(file, "after")

    assert told.value.filename == str(file)
    assert file.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_one_and_the_file_keeps_its_mode(tmp_path: Path) -> None:
    file, link = tmp_path / "real.toml", tmp_path / "feeds.toml"
    file.write_text("before", encoding="utf-8")
    file.chmod(0o640)
    link.symlink_to(file)

    rewrite(link, "after")

    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == "after"
    assert file.stat().st_mode & 0o777 == 0o640
