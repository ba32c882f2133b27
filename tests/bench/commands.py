"""How fast `newswatch detect` and `newswatch tag` are on headlines, and one thing in a row is read.

The commands run as processes: CPU seconds of all that they do, once for all headlines and once for
one line, which is their start; the first time, after a change, they also make what they keep, and
that is not counted. The megabytes are read in this process.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from services.processors.understand import Understanding

HEADLINES = Path(__file__).parents[1] / "data" / "language" / "headlines.tsv"
COMMANDS = {"detect": "text", "tag": "title"}
"""Each with the field that it reads a headline from."""
IN_A_ROW = ("ا", "Iran ", "ایران و ترکیه ", "土耳其")
LONG = 1_000_000


def lines(understanding: Understanding) -> Iterator[dict[str, object]]:
    """A line for each command, then for each thing in a row."""
    read = HEADLINES.read_text(encoding="utf-8").splitlines()
    headlines = [line.rpartition("\t")[2] for line in read]
    for command, field in COMMANDS.items():
        given = [json.dumps({"id": n, field: text}) for n, text in enumerate(headlines)]
        _seconds(command, given[:1])
        start, whole = _seconds(command, given[:1]), _seconds(command, given)
        yield {
            "bench": "command",
            "command": command,
            "lines": len(given),
            "lines_a_second": round(len(given) / whole),
            "without_start": round(len(given) / (whole - start)),
            "start_seconds": round(start, 2),
        }
    for thing in IN_A_ROW:
        text = (thing * (LONG // len(thing) + 1))[:LONG]
        begun = time.process_time()
        understanding.understand({"text": text})
        seconds = round(time.process_time() - begun, 2)
        yield {"bench": "in a row", "of": thing, "characters": LONG, "seconds": seconds}


def _seconds(command: str, given: Sequence[str]) -> float:
    """CPU seconds of the command, its start included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "services.ops", command],
        input="\n".join(given).encode(), stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
