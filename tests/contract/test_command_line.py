"""The command line as a person meets it."""

import os
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from services.ops.__main__ import BARE, COMMANDS

NEWSWATCH = Path(sys.executable).parent / "newswatch"
NAMES = [name for _group, name, _line in COMMANDS]


def said(*arguments: str) -> str:
    return subprocess.run(
        [NEWSWATCH, *arguments], capture_output=True, text=True, check=True, timeout=60
    ).stdout


def test_the_help_says_of_every_command_what_it_is_for() -> None:
    listed = said("--help")

    for _group, name, line in COMMANDS:
        assert f"│ {name} " in listed
        assert line in " ".join(listed.replace("│", " ").split())


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(name: str) -> None:
    explained = said(name, "--help")

    assert explained.startswith(f"Usage: newswatch {name}")
    assert len(explained.splitlines()) > 3


FEED = b"""<rss version="2.0"><channel><title>t</title><item><title>An item</title>
<link>http://example.org/1</link></item></channel></rss>"""


def test_a_document_may_come_on_standard_input() -> None:
    done = subprocess.run(
        [NEWSWATCH, "parse", "-"], input=FEED, capture_output=True, check=True, timeout=60
    )

    assert b"An item" in done.stdout


def test_the_catalogue_is_the_one_of_the_configuration_that_the_environment_names(
    tmp_path: Path,
) -> None:
    feed = '[[feed]]\nid = "own"\nurl = "https://a.example/feed"\noutlet = "A"\n'
    (tmp_path / "feeds.toml").write_text(feed, encoding="utf-8")

    done = subprocess.run(
        [NEWSWATCH, "feeds", "list"],
        env=os.environ | {"NEWSWATCH_CONFIG_DIR": str(tmp_path)},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip

    assert done.stdout == "own\t-\tunverified\tA\thttps://a.example/feed\n"


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        ("feeds list --catalogue /not/there", "/not/there: No such file"),
        ("feeds remove x --catalogue /not/there", "/not/there: No such file"),
        ("feeds export /not/there", "/not/there: No such file"),
        ("feeds import /not/there", "/not/there: "),
        ("parse /not/there", "/not/there: "),
        ("fetch", "--once"),
        ("silence add --for 1h", "--outlet or --receiver"),
        ("dead list --topic articles", "there are: articles.raw.dead, "),
        ("dead list --since yesterday --bootstrap 127.0.0.1:1", "no broker answers at 127.0.0.1:1"),
        (
            "silence add --for 1h --watch iran",
            "no watch 'iran'; there are: armenia-azer",
        ),
        ("replay --deliver log --since 1h --watch iran", "no watch 'iran'; there are: armenia-"),
        ("silence add --for 99999999d --story x", "longer than a hundred years"),
        ("replay --deliver log --since yesterday", "'yesterday' is not a time"),
    ],
)
def test_a_mistake_is_told_in_words_and_without_a_traceback(mistake: str, told: str) -> None:
    done = subprocess.run(
        [NEWSWATCH, *mistake.split()], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode in {1, 2, 69}
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("audit --bootstrap 127.0.0.1:1", 69),
        ("audit --since soon", 2),
        ("dead list --topic articles.raw", 2),
        ("story list --zone Mars", 2),
    ],
)
def test_only_an_audit_that_found_a_fault_ends_with_1(command: str, status: int) -> None:
    done = subprocess.run([NEWSWATCH, *command.split()], capture_output=True, check=False)

    assert done.returncode == status


LINES = (
    b'{"id":1,"title":"Iran and Turkey sign"}',
    b"\xff\xfe",
    b"",
    b"null",
    b'{"id":2,"x":' + b"[" * 100_000,
    b'{"id":3,"title":"\\ud800"}',
    b'{"id":1e400}',
    b'{"id":4,"title":"\\u0000Iran","published":"0001-01-01T00:00:00+14:00"}',
    b'{"id":5,"title":"Iran","published":"9999-12-31T23:59:59-12:00"}',
    b'{"id":6,"title":"Turkey","published":1e300}',
)
BAD, GOOD = [2, 4, 5, 7], 5


@pytest.mark.parametrize("name", ["detect", "tag", "explain", "dedup", "stories"])
def test_a_bad_line_costs_no_other_whatever_it_is(name: str) -> None:
    done = subprocess.run(
        [NEWSWATCH, name], input=b"\n".join(LINES), capture_output=True, check=False, timeout=120
    )
    told = [line.partition(b":")[0] for line in done.stderr.splitlines()]
    assert told == [f"line {number}".encode() for number in BAD]
    assert name == "explain" or len(done.stdout.splitlines()) == GOOD
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("shell", "status", "told"),
    [
        ("detect > /dev/full", 1, "standard output: No space left on device\n"),
        ("detect >&-", 0, ""),
        ("detect | head -c 1 > /dev/null", 0, ""),
    ],
)
def test_an_output_that_takes_nothing_is_no_traceback(shell: str, status: int, told: str) -> None:
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"'{NEWSWATCH}' {shell}"],
        input=(LINES[0] + b"\n") * 5_000, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr.decode()) == (status, told)


def test_an_input_that_is_closed_is_empty() -> None:
    done = subprocess.run(
        ["bash", "-c", f"'{NEWSWATCH}' detect <&-"], capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_ctrl_c_ends_it_without_a_traceback() -> None:
    heeded = ["env", "--default-signal=INT"]  # whoever runs the tests in the background ignores it
    with subprocess.Popen(
        [*heeded, NEWSWATCH, "detect"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        process.stdin.write(LINES[0] + b"\n")
        process.stdin.flush()
        process.stdout.readline()  # it has begun
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_the_version_is_the_installed_one() -> None:
    assert said("--version").strip() == version("newswatch")


@pytest.mark.parametrize("name", sorted(BARE))
def test_a_command_without_options_loads_nothing_that_reads_them(name: str) -> None:
    call = f"""
import os, sys
from services.ops.__main__ import main
sys.argv = ["newswatch", "{name}"]
os._exit = lambda status: sys.exit(f"{{status}} {{'cyclopts' in sys.modules}}")
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", call],
        input="", capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.stderr == "0 False\n"


def test_an_option_is_read_behind_such_a_command_all_the_same() -> None:
    lines = "".join(f'{{"id": {number}, "text": "one text"}}\n' for number in (1, 2))
    done = subprocess.run(
        [NEWSWATCH, "dedup", "--window", "1"],
        input=lines, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip

    assert [line.count("duplicate") for line in done.stdout.splitlines()] == [0, 1]


def test_what_the_locale_cannot_write_is_written_as_escapes() -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [NEWSWATCH, "explain"], input='{"id":1,"title":"İran"}'.encode(),
        env=os.environ | ascii_only, capture_output=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == 0
    assert b"\\u0130ran" in done.stdout


def test_ctrl_c_before_anything_is_loaded_is_told_by_the_status_alone() -> None:
    code = """
import sys
class CtrlC:
    def find_spec(self, name, path=None, target=None):
        if name == "services.ops.__main__":
            raise KeyboardInterrupt
sys.meta_path.insert(0, CtrlC())
from services.ops.start import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.parametrize("error", ["shared.kafka.NoBroker", "kafka.errors.KafkaTimeoutError"])
def test_a_broker_that_goes_away_meanwhile_is_told_in_a_line(error: str) -> None:
    module, _, name = error.rpartition(".")
    code = f"""
import services.ops.__main__ as command
from {module} import {name}
def gone(_):
    raise {name}("it went away while it was read")
command._answer = gone
command.main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 69
    assert done.stderr.endswith("it went away while it was read\n")
    assert len(done.stderr.splitlines()) == 1


def test_an_input_that_does_not_wait_is_read_to_its_end() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with os.fdopen(reading, "rb") as stdin, os.fdopen(writing, "wb", buffering=0) as pipe:
        command = subprocess.Popen([NEWSWATCH, "detect"], stdin=stdin, stdout=subprocess.PIPE)
        assert command.stdout
        for number in range(3):
            pipe.write(b'{"id":%d,"text":"Iran"}\n' % number)
            assert command.stdout.readline().startswith(b'{"id":%d,' % number)
        pipe.close()
        assert command.stdout.read() == b""
        assert command.wait(60) == 0


def test_an_input_that_cannot_be_read_is_told_in_a_line(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as writing:
        done = subprocess.run(
            [NEWSWATCH, "tag"], stdin=writing, capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (1, "standard input: Bad file descriptor\n")
