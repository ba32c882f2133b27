"""What the commands that understand articles begin with."""

import sys
from pathlib import Path

from services.ops.kept import BESIDE_BYTECODE
from services.processors.understand import Understanding
from services.processors.watches import Watch, chosen
from shared.config import ConfigError

BAD_INPUT = 2
"""The exit status after a mistake in the configuration, or a line that is no article."""


def ready(config_dir: Path, watch: str | None) -> tuple[Understanding, Watch] | None:
    """What understands articles, and the watch of this name or the default one.

    None where either cannot be had, for reasons that are then told on standard error.
    """
    try:
        understanding = Understanding.load(config_dir, keep=BESIDE_BYTECODE)
        return understanding, chosen(understanding.watches, watch)
    except (ConfigError, LookupError) as error:
        print(error, file=sys.stderr)
        return None
