"""`python -m services.fetcher`: the environment read, all its mistakes told at once, then run."""

import asyncio
import os
import sys

from services.fetcher.load import loaded
from services.fetcher.run import run
from services.fetcher.settings import FetcherSettings
from shared.config import ConfigError
from shared.log import configure_logging
from shared.settings import SettingsError, read_settings


def main() -> int:
    """The exit status: 0 after a signal, 2 for mistakes in the settings or the catalogue."""
    try:
        settings = read_settings(FetcherSettings, os.environ)
        first = loaded(settings.catalogues)
    except (SettingsError, ConfigError) as error:
        print(error, file=sys.stderr)  # noqa: T201  before there is a log
        return 2
    configure_logging("fetcher", settings.log_level)
    asyncio.run(run(settings, first))
    return 0


if __name__ == "__main__":
    sys.exit(main())
