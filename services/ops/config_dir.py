"""Where the commands that understand articles read their tables from."""

from pathlib import Path

CONFIG_DIR = Path(__file__).parents[2] / "deploy" / "config"
CONFIG_DIR_VARIABLE = "NEWSWATCH_CONFIG_DIR"
"""The environment variable that names another directory."""
