"""The Faust application, as it is set up."""

import aiokafka.client
from aiokafka.protocol.metadata import MetadataRequest_v5

from services.processors.application import application
from services.processors.settings import ProcessorsSettings


def test_its_clients_do_not_have_the_broker_make_a_topic_that_they_ask_about() -> None:
    application(ProcessorsSettings(KAFKA_BOOTSTRAP_SERVERS="localhost:1"), {})

    asked = aiokafka.client.MetadataRequest(["articles.raw"]).build(MetadataRequest_v5)

    assert asked.allow_auto_topic_creation is False
