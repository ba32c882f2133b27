"""`newswatch detect`: a line in, a line out."""

import json
import subprocess
import sys


def run(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.ops", "detect"],
        input=text, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_texts_and_titles_are_answered_in_order() -> None:
    done = run(
        '{"id":1,"text":"Tirkiye û Îran li Enqereyê civiyan"}\n\n'
        '{"id":"b","title":"وزير الخارجية الإيراني يصل إلى أنقرة"}\n'
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(answer["id"], answer["code"]) for answer in answers] == [(1, "ku"), ("b", "ar")]
    assert all(0 < answer["confidence"] <= 1 for answer in answers)
    assert done.returncode == 0


def test_a_bad_line_is_named_and_the_others_are_answered() -> None:
    done = run(
        '{"id":1,"text":"Iranian foreign minister"}\nnonsense\n{"id":3,"text":7}\n{"id":4}\n'
    )
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 4]
    assert "line 2:" in done.stderr
    assert "line 3:" in done.stderr
    assert done.returncode == 2


def test_a_line_is_answered_before_the_next_one_comes() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "services.ops", "detect"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    ) as command:  # fmt: skip
        assert command.stdin is not None
        assert command.stdout is not None
        for number in (1, 2):
            command.stdin.write(f'{{"id":{number},"text":"Iranian foreign minister"}}\n')
            assert json.loads(command.stdout.readline())["id"] == number
