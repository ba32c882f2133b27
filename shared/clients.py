"""kafka-python's clients, where version 3.0.12 stands still for ever and ours go on."""

from typing import Any

from kafka import KafkaConsumer, KafkaProducer
from kafka.producer.transaction_manager import TransactionState


class Producer(KafkaProducer):  # type: ignore[misc]  # kafka ships no types
    """A producer that goes on after a record was given up.

    After 120 s without an answer kafka-python 3.0.12 gives up a record that it had sent, and with
    it the id by which the broker knows the producer. It does not ask for another one, and sends
    nothing any more, for ever.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        manager = self._transaction_manager
        forget = manager.reset_producer_id

        def begin_again() -> None:
            forget()
            manager._current_state = TransactionState.UNINITIALIZED  # noqa: SLF001  it stays ready

        manager.reset_producer_id = begin_again


class Member(KafkaConsumer):  # type: ignore[misc]  # kafka ships no types
    """A consumer that ends every join that it begins.

    When a topic's partitions have changed, kafka-python 3.0.12 joins again, and forgets about it if
    the time of the poll is up after the leader's part of it: the member has no partitions then, no
    heartbeats, and no reason to join any more.
    """

    def poll(self, *args: Any, **kwargs: Any) -> Any:
        """As any consumer's."""
        group = self._coordinator
        if group is not None and group.rejoining and not group.need_rejoin():
            group.request_rejoin()
        return super().poll(*args, **kwargs)
