"""A stage that takes only what lies where its key belongs.

Another client may choose partitions in another way (librdkafka does by itself). What then follows
from its records would be remembered apart from what is known of the same key.
"""

from services.processors.partitions import partition_of
from services.processors.stages import Effects, Incoming, Stage
from shared.codec import Undecodable


class Placed:
    """The stage, of a topic with so many partitions."""

    def __init__(self, stage: Stage, partitions: int) -> None:
        self._stage, self._partitions = stage, partitions

    def __call__(self, incoming: Incoming) -> Effects:
        """As the stage's. Raises Undecodable for a record in another key's partition."""
        key = incoming.key or b""
        if incoming.partition != (belongs := partition_of(key, self._partitions)):
            raise Undecodable(
                f"the key {key.decode(errors='replace')!r} belongs in partition {belongs}: whoever "
                "sent it does not choose by murmur2, as Kafka's own clients do"
            )
        return self._stage(incoming)

    def recovered(self) -> None:
        """Passed on."""
        self._stage.recovered()
