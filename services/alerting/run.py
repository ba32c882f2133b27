"""Wiring: the environment and the files read, the service run until told to stop."""

import os
import sys

from services.alerting.app import Alerting
from services.alerting.settings import AlertingSettings
from services.alerting.watch import Watched
from shared.config import ConfigError
from shared.log import configure_logging
from shared.served import served
from shared.settings import SettingsError, read_settings
from shared.told import Told
from shared.vault import Vault


def main(told: Told) -> int:
    """The exit status: 0 after being told, 1 after a failure, 2 where something is set wrong.

    shared.kafka.NO_BROKER without one.
    """
    vault = Vault(os.environ)
    try:
        settings = read_settings(AlertingSettings, os.environ)
        files = Watched(settings, vault)
        first = files.first()
    except (SettingsError, ConfigError) as error:
        print(error, file=sys.stderr)  # noqa: T201  there is no log before there are settings
        return 2
    configure_logging("alerting", settings.log_level)
    return served(lambda: Alerting(settings, vault, files, first).run(told))
