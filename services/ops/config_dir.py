"""Where the commands that understand articles read their tables from."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

CONFIG_DIR = Path(__file__).parents[2] / "deploy" / "config"

ConfigDir = Annotated[Path, Parameter(env_var="NEWSWATCH_CONFIG_DIR")]
"""Where gazetteer, concepts, topics and watches are read from."""
