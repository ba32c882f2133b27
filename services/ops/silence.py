"""`newswatch silence`: what not to tell for a while. Kept in Kafka, heard within seconds."""

import sys
from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter
from msgspec.structs import replace

from services.alerting.bidi import clean
from services.alerting.duration import duration
from services.alerting.silence import Silence, silence_id
from services.ops.broker import BOOTSTRAP, Bootstrap, Namespace, broker, readable, send
from services.ops.config_dir import CONFIG_DIR
from services.ops.known import need_receiver, need_watch
from services.ops.listing import print_lines
from services.ops.options import ConfigDir
from shared.codec import Undecodable, decode, encode
from shared.kafka import Kafka
from shared.topics import SILENCES

MISTAKEN = 2

silence = App(name="silence", help="Add, list and lift silences.")


@silence.command
def add(
    *,
    length: Annotated[str, Parameter(name="--for")],
    story: str | None = None,
    watch: str | None = None,
    topic: str | None = None,
    outlet: str | None = None,
    receiver: str | None = None,
    by: Annotated[str, Parameter(env_var="USER")] = "",
    why: str = "",
    config_dir: ConfigDir = CONFIG_DIR,
    bootstrap: Bootstrap = BOOTSTRAP,
    namespace: Namespace = "",
) -> int:
    """Silence whatever meets all the conditions you give, and print the silence's id.

    Args:
        length: How long: 30m, 2h, 1d.
        story: A story's id.
        watch: A watch's id.
        topic: Stories of this topic.
        outlet: Stories that only this outlet reports.
        receiver: For this receiver only. Given alone, it silences all that the receiver would get.
        by: Who asks for this.
        why: The reason, for whoever reads the list next.
        config_dir: The configuration folder with the watches.
        bootstrap: The broker's address.
        namespace: The prefix of every topic's name.
    """
    fits = {"story": story, "watch": watch, "topic": topic, "outlet": outlet}
    if not any((*fits.values(), receiver)):
        print(
            "what should be silent? Give --story, --watch, --topic, --outlet or --receiver",
            file=sys.stderr,
        )
        return MISTAKEN
    now = datetime.now(UTC)
    try:
        until = now + duration(length)
    except ValueError as error:
        print(f"--for: {error}", file=sys.stderr)
        return MISTAKEN
    if watch:
        need_watch(config_dir, watch)
    kafka = broker(bootstrap, namespace, SILENCES)
    if receiver:
        need_receiver(kafka, receiver)
    own = silence_id(until, receiver, **fits)
    made = Silence(id=own, until=until, made=now, by=by, why=why, receiver=receiver, **fits)
    _write(kafka, own, encode(made))
    print(own)
    return 0


@silence.command(name="list")
def listed(
    *, everything: bool = False, bootstrap: Bootstrap = BOOTSTRAP, namespace: Namespace = ""
) -> int:
    """List the silences in force.

    Args:
        everything: Include those that are over.
        bootstrap: The broker's address.
        namespace: The prefix of every topic's name.
    """
    now = datetime.now(UTC)
    made = readable(broker(bootstrap, namespace, SILENCES), SILENCES, Silence)
    wanted = [found for found in made if everything or found.until > now]
    wanted.sort(key=lambda silence: silence.until)
    print_lines(
        map(_line, wanted), nothing="no silence" if everything else "no silence is in force"
    )
    return 0


@silence.command
def lift(id_: str, *, bootstrap: Bootstrap = BOOTSTRAP, namespace: Namespace = "") -> int:
    """End a silence now.

    Args:
        id_: The silence's id, as `add` and `list` print it.
        bootstrap: The broker's address.
        namespace: The prefix of every topic's name.
    """
    kafka, now = broker(bootstrap, namespace, SILENCES), datetime.now(UTC)
    made = kafka.read_compacted(SILENCES).get(id_.encode())
    if made is None or (ended := lifted(made, now)) == made:
        print(f"no silence {id_} is in force; see newswatch silence list", file=sys.stderr)
        return MISTAKEN
    _write(kafka, id_, ended)
    return 0


def lifted(made: bytes, now: datetime) -> bytes | None:
    """The silence, over now: not taken away, for what it covered stays untold if it is read again.

    One that is over stays as it is; None, which takes it away, where it cannot be read.
    """
    try:
        found = decode(made, Silence)
    except Undecodable:
        return None
    return encode(replace(found, until=now)) if found.until > now else made


def _write(kafka: Kafka, own: str, value: bytes | None) -> None:
    send(kafka, SILENCES, [(own.encode(), value, [])])


def _line(found: Silence) -> str:
    fits = {name: getattr(found, name) for name in ("story", "watch", "topic", "outlet")}
    said = " ".join(f"{name}={value}" for name, value in fits.items() if value)
    about = f" for {found.receiver}" if found.receiver else ""
    until = found.until.isoformat(timespec="minutes")
    return clean(f"{found.id}  until {until}  {said}{about}  {found.by} {found.why}")
