"""What somebody meets who calls the command for the first time."""

import sys
from pathlib import Path
from subprocess import run

import pytest

NEWSWATCH = Path(sys.executable).parent / "newswatch"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["tag", "news.jsonl"], "tag reads standard input: newswatch tag < news.jsonl"),
        (["stories", "news.jsonl"], "newswatch stories < news.jsonl"),
        (["parse", "/nowhere"], "/nowhere: No such file or directory"),
        (["feeds", "import", "/"], "/: Is a directory"),
        (["watch", "test", "/nowhere", "--on", "/"], "/nowhere: No such file"),
    ],
)
def test_a_mistake_is_told_in_a_line(arguments: list[str], told: str) -> None:
    said = run([NEWSWATCH, *arguments], input="", capture_output=True, text=True, check=False)
    assert told in said.stderr
    assert said.stderr.count("\n") == 1
    assert said.returncode in {1, 2}


def test_a_file_without_articles_has_no_precision() -> None:
    watch = Path(__file__).parents[3] / "deploy/config/watches/iran-turkiye.toml"
    told = run(
        [NEWSWATCH, "watch", "test", watch, "--on", "/dev/null"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "/dev/null: no labelled article in it\n"
