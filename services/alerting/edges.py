"""Which edge carries out the requests of a receiver."""

from services.alerting.deliver import Deliverer
from services.alerting.lane import Edge
from services.alerting.receivers.log import Log
from services.alerting.receivers.receiver import Receiver
from services.alerting.speak import Speaker


def edge_of(receiver: Receiver) -> Edge:
    """A new edge for this receiver's lane."""
    if isinstance(receiver, Log):
        return Speaker()
    return Deliverer(allowed=receiver.allow_private, deadline=receiver.deadline)
