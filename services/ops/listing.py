"""What a command that lists shows: a line each, or that there is nothing."""

import sys
from collections.abc import Iterable


def print_lines(lines: Iterable[str], *, nothing: str) -> None:
    """Print them as they come. Where none does a person is told `nothing`, on standard error."""
    empty = True
    for line in lines:
        print(line)
        empty = False
    if empty:
        print(nothing, file=sys.stderr)
