"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from services.ops.config_dir import CONFIG_DIR_VARIABLE

ConfigDir = Annotated[Path, Parameter(env_var=CONFIG_DIR_VARIABLE)]
"""The folder of gazetteer, concepts, topics and watches."""
