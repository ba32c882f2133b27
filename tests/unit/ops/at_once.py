"""A command that answers each line before the next one comes."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any


def answers_at_once(command: Sequence[str], lines: Mapping[Any, str], patience: float) -> None:
    """Write each line, and only once it is answered the next. Keyed by the id to be answered."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        for key, line in lines.items():
            process.stdin.write(line)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == key
        process.stdin.close()
        assert process.wait(patience) == 0
