"""Looks after the files that may change while alerting runs. An edge."""

import structlog

from services.alerting.configuration import Configuration, read_configuration, route_files
from services.alerting.metrics import Metrics
from services.alerting.settings import AlertingSettings
from shared.config import ConfigError
from shared.contents import Contents, Standing, contents
from shared.vault import Vault

log = structlog.get_logger("alerting.watch")


class Watched:
    """The files of receivers and routes. A bad change is told, once, and not taken over.

    Nor is one that is still being written: half a file may be right, and have half the routes.
    """

    def __init__(self, settings: AlertingSettings, vault: Vault) -> None:
        self._receivers, self._routes = settings.receivers_file, settings.routes_place
        self._vault = vault
        self._standing = Standing({})

    def first(self) -> Configuration:
        """What the files say at the start. Raises ConfigError.

        What changes from here on is a change, also before anybody asks for one.
        """
        self._standing = Standing(self._now())
        return read_configuration(self._receivers, self._routes, self._vault)

    def changed(self, metrics: Metrics) -> Configuration | None:
        """The new configuration, if the files changed, are as at the last look, and are right."""
        if not self._standing.changed(self._now()):
            return None
        try:
            new = read_configuration(self._receivers, self._routes, self._vault)
        except ConfigError as error:
            metrics.reloads.labels("refused").inc()
            metrics.refused.set(1)
            log.warning("changed files refused; the old ones stay in use", mistakes=error.mistakes)
            return None
        metrics.reloads.labels("taken").inc()
        metrics.refused.set(0)
        log.info("changed files taken over")
        return new

    def _now(self) -> Contents:
        return contents([self._receivers, *route_files(self._routes)])
