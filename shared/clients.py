"""kafka-python's clients, where version 3.0.12 stands still for ever and ours go on.

Nor do ours have the broker make a topic that they ask about. Many a broker does by itself, also one
that was just deleted, and not with the partitions and the policy that it must have.
"""

from typing import Any

from kafka import KafkaConsumer, KafkaProducer
from kafka.producer.transaction_manager import TransactionState


class Producer(KafkaProducer):  # type: ignore[misc]  # kafka ships no types
    """A producer that goes on after a record was given up, or was refused by the broker.

    After 120 s without an answer kafka-python 3.0.12 gives up a record that it had sent, and with
    it the id by which the broker knows the producer. It does not ask for another one, and sends
    nothing any more, for ever. Nor does it after one that the broker refused (for its time or its
    size): it fails whatever follows with the error of that one.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        _makes_nothing(self._metadata)
        manager = self._transaction_manager
        forget = manager.reset_producer_id

        def begin_again() -> None:
            forget()
            manager._current_state = TransactionState.UNINITIALIZED  # noqa: SLF001  it stays ready

        manager.reset_producer_id = begin_again
        classify = manager.classify_batch_error

        def not_for_ever(error: Any, *about: Any, **more: Any) -> Any:
            found = classify(error, *about, **more)
            kind = error if isinstance(error, type) else type(error)
            if found == manager.ERROR_CLASS_FATAL and kind not in manager._FATAL_ERRORS:  # noqa: SLF001  those are of who may write
                return manager.ERROR_CLASS_NEEDS_PRODUCER_ID_RESET
            return found

        manager.classify_batch_error = not_for_ever


class Consumer(KafkaConsumer):  # type: ignore[misc]  # kafka ships no types
    """A consumer."""

    def __init__(self, *topics: str, **options: Any) -> None:
        super().__init__(*topics, **options)
        _makes_nothing(self._cluster)


class Member(Consumer):
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


def _makes_nothing(cluster: Any) -> None:
    """What is asked about topics makes none: the client has an option for it and does not heed it.

    `cluster` is where a client keeps what it knows of them.
    """
    cluster.config["allow_auto_create_topics"] = False
