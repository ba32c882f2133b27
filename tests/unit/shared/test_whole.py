from pathlib import Path

import pytest

from shared.whole import write_whole


def test_a_file_holds_the_new_whole_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "state"
    for data, mode in ((b"one", None), (b"two", 0o600)):
        write_whole(file, data, mode=mode)
        assert file.read_bytes() == data
        assert list(tmp_path.iterdir()) == [file]
    assert file.stat().st_mode & 0o777 == 0o600


def test_where_writing_fails_it_holds_what_it_held(tmp_path: Path) -> None:
    file, folder = tmp_path / "state", tmp_path / "folder"
    file.write_bytes(b"old")
    folder.mkdir()
    (folder / "kept").write_bytes(b"")
    with pytest.raises(TypeError):
        write_whole(file, None)  # type: ignore[arg-type]
    with pytest.raises(OSError, match="folder"):
        write_whole(folder, b"new")
    assert file.read_bytes() == b"old"
    assert set(tmp_path.iterdir()) == {file, folder}
