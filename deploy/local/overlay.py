"""The configuration of one local run: deploy/config, with deploy/local/config added to it.

A file of the same name is appended to, so the live catalogue and the sample newswire are polled
side by side. `$name` in an added file is replaced by its value.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from string import Template


def overlaid(base: Path, added: Path, target: Path, values: Mapping[str, str]) -> Path:
    """Write the joined configuration to `target`, which is replaced; return `target`."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(base, target)
    for file in sorted(path for path in added.rglob("*") if path.is_file()):
        _append(target / file.relative_to(added), _filled(file, values))
    return target


def _filled(file: Path, values: Mapping[str, str]) -> str:
    return Template(file.read_text(encoding="utf-8")).substitute(values)


def _append(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.write("\n" + text)
