"""`newswatch dedup`: a line in, a line out, in order, at once, in bounded memory."""

import json
import subprocess
import sys
import tracemalloc
from itertools import pairwise

from services.processors.gather.dedup import Dedup
from services.processors.gather.wording import wordings
from tests.unit.ops.at_once import answers_at_once

COMMAND = (sys.executable, "-m", "services.ops", "dedup")
TEXT = " ".join(f"word{number} of a wire report on the pipeline" for number in range(40))
PATIENCE = 60.0


def line(key: str, title: str, text: str = "", **more: str) -> str:
    return json.dumps({"id": key, "title": title, "text": text, **more}) + "\n"


def run(text: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options],
        input=text, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


def test_each_article_is_told_what_it_is_to_those_before_it_in_order() -> None:
    done = run(
        line("a", "Gas deal signed", TEXT, url="https://x.example/1?utm_source=rss")
        + line("b", "Gas deal signed", TEXT, url="https://x.example/1")
        + line(
            "c", "Gas deal is signed today", f"ANKARA (Wire) - {TEXT}", url="https://y.example/9"
        )
        + line("d", "Gas deal signed", f"{TEXT} Corrected.", url="https://x.example/1")
        + line("e", "Something else happened", "Nothing shared.", url="https://z.example/3")
    )
    answers = [json.loads(one) for one in done.stdout.splitlines()]
    assert [(one["id"], one["verdict"], one["of"]) for one in answers] == [
        ("a", "new", None),
        ("b", "duplicate", "a"),
        ("c", "near-duplicate", "a"),
        ("d", "revised", "a"),
        ("e", "new", None),
    ]
    assert done.returncode == 0


def test_a_counter_is_no_revision() -> None:
    done = run(
        line("a", "Gas deal", "Signed. 120 views", url="https://x.example/1")
        + line("b", "Gas deal", "Signed. 340 views", url="https://x.example/1")
    )
    assert json.loads(done.stdout.splitlines()[1])["verdict"] == "duplicate"


def test_a_bad_line_is_named_and_the_others_are_answered() -> None:
    done = run(line("a", "Gas deal signed") + "nonsense\n" + '{"title":"x"}\n' + line("b", "Other"))
    assert [json.loads(one)["id"] for one in done.stdout.splitlines()] == ["a", "b"]
    assert "line 2" in done.stderr
    assert "line 3" in done.stderr
    assert done.returncode == 2


def test_a_line_is_answered_before_the_next_one_comes() -> None:
    answers_at_once(COMMAND, {key: line(key, f"Report {key}") for key in ("a", "b")}, PATIENCE)


def test_what_fell_out_of_the_window_is_forgotten() -> None:
    articles = [line(f"n{number}", f"Report number {number}", "x" * number) for number in range(5)]
    again = line("again", "Report number 0", "")
    known = json.loads(run("".join(articles) + again).stdout.splitlines()[-1])
    forgotten = json.loads(run("".join(articles) + again, "--window", "3").stdout.splitlines()[-1])
    assert (known["verdict"], known["of"]) == ("duplicate", "n0")
    assert forgotten["of"] != "n0"


def test_memory_is_bounded_by_the_window() -> None:
    judge = Dedup(100)
    held = []
    tracemalloc.start()
    try:
        for number in range(1_500):
            words = " ".join(f"w{number * word % 9973}" for word in range(60))
            [wording] = wordings([(f"Title {number}", words)])
            judge.judge(str(number), f"address-{number}", wording)
            if number % 500 == 499:
                held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert all(after < before * 1.2 for before, after in pairwise(held))
