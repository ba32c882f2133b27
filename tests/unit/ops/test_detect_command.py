"""`newswatch detect`: a line in, a line out."""

import json
import subprocess
import sys

from tests.unit.ops.at_once import answers_at_once

COMMAND = (sys.executable, "-m", "services.ops", "detect")
PATIENCE = 60.0


def run(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        COMMAND,
        input=text, capture_output=True, text=True, timeout=PATIENCE, check=False,
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
    lines = {n: f'{{"id":{n},"text":"Iranian foreign minister"}}\n' for n in (1, 2)}
    answers_at_once(COMMAND, lines, PATIENCE)
