"""Apache Kafka's jars, by Maven, once: later starts need no network."""

import fcntl
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.places import ROOT, VAR

POM = ROOT / "deploy" / "kafka" / "pom.xml"
JAVA_AT_LEAST = 17


class Unavailable(RuntimeError):  # noqa: N818  it is a state of this machine, not a mistake
    """Apache Kafka cannot run here; the message says why and the way out."""


def fetched_jars() -> Path:
    """The folder with the jars, fetched if it is not there. Raises Unavailable."""
    _need_java()
    folder = VAR / "kafka" / version()
    if not folder.exists():
        with _one_at_a_time(folder.parent):  # Maven's own folder, too, is no place for two
            if not folder.exists():
                _fetch(folder)
    return folder


def version() -> str:
    """The version of Apache Kafka that deploy/kafka/pom.xml pins."""
    found = re.search(r"<kafka\.version>([^<]+)<", POM.read_text(encoding="utf-8"))
    assert found, f"{POM} names no kafka.version"  # noqa: S101  a broken checkout
    return found[1]


def _need_java() -> None:
    if not shutil.which("java"):
        raise Unavailable("no Java here (Debian: apt-get install openjdk-17-jre-headless)")
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False)  # noqa: S607  whichever Java the user has
    found = re.search(r'version "(\d+)', said.stderr)
    if not found or int(found[1]) < JAVA_AT_LEAST:
        raise Unavailable(
            f"Java {JAVA_AT_LEAST} or newer is needed, this one is {found[1] if found else '?'} "
            "(Debian: apt-get install openjdk-17-jre-headless)"
        )


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "fetching").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(folder: Path) -> None:
    if not shutil.which("mvn"):
        raise Unavailable("no Maven here to fetch it with (Debian: apt-get install maven)")
    print(f"fetching Apache Kafka {version()} by Maven (once) …", flush=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
        done = subprocess.run(  # noqa: S603  fixed words and our own paths
            _maven(Path(unfinished) / "jars"), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Unavailable(f"Maven could not fetch it: {_first_error(done.stdout)}")
        (Path(unfinished) / "jars").rename(folder)  # whole or not at all


def _maven(target: Path) -> list[str]:
    copy = "dependency:copy-dependencies"
    return ["mvn", "-B", "-q", "-f", str(POM), copy, f"-DoutputDirectory={target}"]


def _first_error(output: str) -> str:
    errors = [line for line in output.splitlines() if "ERROR" in line]
    return errors[0] if errors else output.strip() or "it said nothing"
