"""What several tests of the processors' shell begin with."""

import pytest

from services.processors.application import Application, application
from services.processors.settings import ProcessorsSettings


@pytest.fixture
async def app() -> Application:
    """The Faust application, connected to nothing."""
    return application(ProcessorsSettings(KAFKA_BOOTSTRAP_SERVERS="localhost:1"), {})
