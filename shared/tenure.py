"""A consumer group that one member holds whole, while the others stand by.

For work that cannot be shared out by partition because its state is one: budgets, rates, groups.
The holder keeps every partition for as long as it is a member; when it is gone the broker asks the
others to join again, and one of them is the next. Which one is drawn by lot from the group's
subject and the members' ids, so that many such groups spread over the processes.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from kafka.coordinator.assignors.abstract import (
    AbstractPartitionAssignor,
    ConsumerProtocolAssignment,
    ConsumerProtocolSubscription,
)

NEVER = -1


class Tenure(AbstractPartitionAssignor):  # type: ignore[misc]  # kafka ships no types
    """The assignor of one member. `joined`: whether the group has answered it.

    `holds`: whether it is the holder, also of a topic that is gone and has no partitions now.
    `term` changes whenever somebody else may have held the group since: what is in memory is then
    to be read again.
    """

    name = "one-holder"

    def __init__(self, subject: str) -> None:
        """`subject` is what the group is about; it only goes into the lot."""
        self._subject = subject
        self._held_in = NEVER
        self.joined = False
        self.term = 0

    @property
    def holds(self) -> bool:
        """Whether the group is this member's."""
        return self._held_in != NEVER

    def metadata(self, topics: Iterable[str]) -> Any:
        """What this member tells the group: in which generation it last was the holder."""
        return ConsumerProtocolSubscription(0, list(topics), str(self._held_in).encode())

    def assign(self, cluster: Any, members: Iterable[Any]) -> dict[str, Any]:
        """Everything to the holder, nothing to the others."""
        asked = list(members)
        holder = max(asked, key=lambda member: (_held_in(member), self._lot(member.member_id)))
        whole = [
            (topic, sorted(cluster.partitions_for_topic(topic) or ()))
            for topic in sorted(holder.metadata.topics)
        ]
        return {
            member.member_id: ConsumerProtocolAssignment(0, whole if member is holder else [], b"")
            for member in asked
        }

    def on_assignment(self, assignment: Any, generation: int) -> None:
        """Called by the client each time the group has been shared out."""
        continued = self._held_in != NEVER and generation == self._held_in + 1
        self.term += not continued
        self._held_in = generation if assignment.assigned_partitions else NEVER
        self.joined = True

    def _lot(self, member: str) -> bytes:
        return blake2b(f"{self._subject}\x1f{member}".encode()).digest()


def _held_in(member: Any) -> int:
    return int(member.metadata.user_data or NEVER)
