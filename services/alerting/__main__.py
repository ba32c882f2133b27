"""`python -m services.alerting`: the environment read, the service wired and run."""

import os
import signal
import sys

from services.alerting.app import Alerting
from services.alerting.settings import AlertingSettings
from services.alerting.vault import Vault
from services.alerting.watch import Watched
from shared.config import ConfigError
from shared.log import configure_logging
from shared.settings import SettingsError, read_settings


def main() -> int:
    """The exit status: 0 after a clean stop, 1 after a failure, 2 where something is set wrong."""
    vault = Vault(os.environ)
    try:
        settings = read_settings(AlertingSettings, os.environ)
        files = Watched(settings, vault)
        first = files.first()
    except (SettingsError, ConfigError) as error:
        print(error, file=sys.stderr)  # noqa: T201  there is no log before there are settings
        return 2
    configure_logging("alerting", settings.log_level)
    alerting = Alerting(settings, vault, files, first)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: alerting.stop())
    return alerting.run()


if __name__ == "__main__":
    sys.exit(main())
