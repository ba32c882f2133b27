"""Where `newswatch` begins: as little as there can be before Ctrl-C is answered as it should be."""

import sys


def main() -> None:
    """The command line; see `services.ops.__main__`."""
    try:
        from services.ops.__main__ import main as command  # noqa: PLC0415  it takes its time
    except KeyboardInterrupt:
        sys.exit(130)
    command()
