"""`python -m services.processors`: from its first moment to its last it may be told to stop."""

import sys

from shared.told import Told


def main() -> int:
    """The exit status: 0 after being told, whenever that is."""
    told = Told()
    from services.processors.run import main as begin  # noqa: PLC0415  it takes a second to load

    return told.last(begin(told))


if __name__ == "__main__":
    sys.exit(main())
