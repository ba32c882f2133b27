"""Which edge carries out the requests of a receiver."""

from services.alerting.deliver import Deliverer
from services.alerting.mail import Mailer
from services.alerting.receivers.apprise import Apprise
from services.alerting.receivers.email import Email
from services.alerting.receivers.log import Log
from services.alerting.receivers.receiver import Receiver
from services.alerting.speak import Speaker
from services.alerting.tell import Edge
from services.alerting.through_apprise import ThroughApprise


def edge_of(receiver: Receiver) -> Edge:
    """A new edge for this receiver's lane."""
    match receiver:
        case Log():
            return Speaker()
        case Email():
            return Mailer(allowed=receiver.allow_private, deadline=receiver.deadline)
        case Apprise():
            return ThroughApprise(allowed=receiver.allow_private, deadline=receiver.deadline)
        case _:
            return Deliverer(allowed=receiver.allow_private, deadline=receiver.deadline)
