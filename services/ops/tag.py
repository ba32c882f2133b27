"""`newswatch tag`: what is understood of each article."""

from services.ops.config_dir import CONFIG_DIR
from services.ops.options import ConfigDir
from services.ops.tagging import tag_input


def tag(*, watch: str | None = None, config_dir: ConfigDir = CONFIG_DIR) -> int:
    """Tag articles: JSON lines on standard input, one line out for each, in the same order.

    A line that is no article is reported on standard error with its number; the others are
    answered all the same, and the exit status is 2.

    Args:
        watch: Whose sides and relation to print; the default watch if not given.
        config_dir: Where gazetteer, concepts, topics and watches are read from.
    """
    return tag_input(watch, config_dir)
