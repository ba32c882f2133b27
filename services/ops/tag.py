"""`newswatch tag`: what is understood of each article."""

from services.ops.config_dir import CONFIG_DIR
from services.ops.options import ConfigDir
from services.ops.tagging import tag_input


def tag(*, watch: str | None = None, config_dir: ConfigDir = CONFIG_DIR) -> int:
    """Read articles as JSON lines and print one line for each, in the same order.

    A line that is not an article is reported on standard error, by its number. The others are
    answered all the same, and the exit status is 2.

    Args:
        watch: The watch whose sides and relation to print, unless it is the default watch.
        config_dir: The folder of gazetteer, concepts, topics and watches.
    """
    return tag_input(watch, config_dir)
