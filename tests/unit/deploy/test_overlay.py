from pathlib import Path

from deploy.local.overlay import overlaid


def test_a_file_of_the_same_name_is_appended_to_and_its_values_filled_in(tmp_path: Path) -> None:
    (tmp_path / "base/routes").mkdir(parents=True)
    (tmp_path / "base/feeds.toml").write_text("live")
    (tmp_path / "base/routes/a.toml").write_text("a")
    (tmp_path / "added").mkdir()
    (tmp_path / "added/feeds.toml").write_text("sample $newswire")

    target = overlaid(tmp_path / "base", tmp_path / "added", tmp_path / "run", {"newswire": "N"})

    assert (target / "feeds.toml").read_text() == "live\nsample N"
    assert (target / "routes/a.toml").read_text() == "a"


def test_nothing_of_an_earlier_run_is_left(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "added").mkdir()
    (tmp_path / "run").mkdir()
    (tmp_path / "run/old.toml").write_text("old")

    target = overlaid(tmp_path / "base", tmp_path / "added", tmp_path / "run", {})

    assert list(target.iterdir()) == []
