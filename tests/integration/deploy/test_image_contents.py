"""What the images would hold, without Docker: the Dockerfile's own install lines, then the module.

An extra that forgets a package, or code that leans on a file that is not copied, fails here.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from services.ops.__main__ import COMMANDS

ROOT = Path(__file__).resolve().parents[3]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
INSTALL = re.findall(r"^RUN (uv sync .+)$", DOCKERFILE, re.MULTILINE)
MISTAKEN = 2
"""How a service ends that was told a broken setting: it was found, imported and run."""


pytestmark = pytest.mark.skipif(
    not shutil.which("uv"), reason="the images are made with uv; there is none"
)


def installed(service: str, home: Path) -> Path:
    """The folder /app of this service's image."""
    app = home / "app"
    app.mkdir()
    for kept in re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE):
        source = ROOT / kept
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, app / kept)
    environ = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"} | {"SERVICE": service}
    subprocess.run(["sh", "-c", INSTALL[-1]], cwd=app, env=environ, check=True, capture_output=True)
    return app


@pytest.mark.parametrize("service", ["fetcher", "processors", "alerting"])
def test_the_service_runs_from_what_its_image_holds(service: str, tmp_path: Path) -> None:
    app = installed(service, tmp_path)

    said = subprocess.run(
        [app / ".venv/bin/python", "-m", f"services.{service}"],
        cwd=tmp_path,
        env={"NEWSWATCH_CONFIG_DIR": str(app / "deploy/config"), "NEWSWATCH_HTTP_PORT": "no port"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == MISTAKEN, said.stderr
    assert "NEWSWATCH_HTTP_PORT" in said.stderr


def test_every_command_is_there_in_the_image_of_the_command_line(tmp_path: Path) -> None:
    app = installed("ops", tmp_path)

    for _group, name, _line in COMMANDS:
        said = subprocess.run(
            [app / ".venv/bin/newswatch", name, "--help"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert said.returncode == 0, said.stderr


def test_both_install_lines_were_found() -> None:
    assert len(INSTALL) == 2
