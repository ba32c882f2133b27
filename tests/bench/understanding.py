"""`make bench-understanding`: how right and how fast, as JSON lines."""

import json
import sys
import time
from pathlib import Path

from services.processors.understand import Understanding
from tests.bench import commands, relation, speed

CONFIG = Path(__file__).parents[2] / "deploy" / "config"


def main() -> int:
    """Print every figure."""
    begun = time.perf_counter()
    understanding = Understanding.load(CONFIG)
    say({"bench": "load", "seconds": round(time.perf_counter() - begun, 3)})
    for line in relation.lines(understanding):
        say(line)
    for line in speed.lines(understanding):
        say(line)
    for line in commands.lines(understanding):
        say(line)
    return 0


def say(line: dict[str, object]) -> None:
    """One JSON line."""
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
