"""Where uv is missing pip installs deploy/requirements.txt: the same packages, the same hashes."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "deploy/requirements.txt").read_text("utf-8")
REFRESH = (
    "uv export --frozen --all-groups --no-emit-project --no-annotate --no-header "
    "--format requirements.txt --output-file deploy/requirements.txt"
)


def test_they_are_the_packages_of_the_lock_with_its_hashes() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    locked = {
        (package["name"], package["version"]): {
            file["hash"]
            for file in [*package.get("wheels", []), package.get("sdist")]
            if file and "hash" in file
        }
        for package in lock["package"]
        if package["name"] != "newswatch"
    }

    listed = {
        _name_version(entry): set(re.findall(r"sha256:\w+", entry))
        for entry in re.split(r"\n(?=\S)", TEXT)
    }

    assert listed == locked, f"refresh with: {REFRESH}"


def test_they_name_no_index() -> None:
    assert "://" not in TEXT
    assert "index" not in TEXT


def _name_version(entry: str) -> tuple[str, str]:
    found = re.match(r"([\w.-]+)==([^\s;]+)", entry)
    assert found, entry
    return found[1], found[2]
