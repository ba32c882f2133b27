import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WRITER = runpy.run_path(str(ROOT / "deploy/gazetteer_from_cldr.py"))


@pytest.mark.slow  # Babel reads seven hundred locales
@pytest.mark.parametrize("side", ["iran", "turkiye"])
def test_the_kept_files_are_what_the_installed_cldr_gives(side: str) -> None:
    kept = (ROOT / f"deploy/config/gazetteer/{side}/cldr.toml").read_text(encoding="utf-8")
    assert WRITER["page"](side).splitlines()[4:] == kept.splitlines()[4:]  # but for the version
