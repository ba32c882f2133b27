"""The Faust application, set up for what we promise."""

from collections.abc import Mapping
from functools import partial
from shutil import rmtree
from typing import Any

import aiokafka.client
import faust
from aiokafka.protocol.metadata import MetadataRequest

from services.processors.buffer import Buffer
from services.processors.consumer import Consumer
from services.processors.on_disk import folder
from services.processors.producer import Producer
from services.processors.recovery import Tables
from services.processors.settings import ProcessorsSettings
from services.processors.table import AckedTable
from shared.kafka import METADATA_AGE_MS
from shared.topics import MAX_RECORD, PROCESSORS_ID, SEEN_CHANGELOG, STORIES_CHANGELOG

CHANGELOGS = (SEEN_CHANGELOG, STORIES_CHANGELOG)

COMMIT_EVERY = 0.5
"""Seconds between commits; what a crash makes us read again is at most about this much."""

LINGER = 0.01
"""Seconds that a record waits for others to go out with; else most requests carry one record."""

BATCH = 256_000
"""Bytes of one partition's records in a request; Faust's 16 kB are two articles."""

BUFFERED = 2_000
"""Weight (see `Buffer`) of what is read ahead of a stage, 32 MB at most."""

FETCHED = 64_000
"""Bytes of a partition, packed as they are, in one request; a record that is larger comes alone.
What a backlog on one topic has in hand, the news that follows from it has to wait for."""

NOWHERE = "newswatch-keeps-nothing-here"
"""A folder that is never made: Faust wants a name of one, also where tables are in memory."""

SEND_PATIENCE = 600.0
"""Seconds the producer goes on trying while the broker is away, before the process gives up."""


class Application(faust.App):  # type: ignore[misc]
    """Faust's, with our `Buffer` before each stage.

    `ids` are those of the topics, by name (`shared/remade.py`).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._buffers: list[Buffer] = []
        self.ids: Mapping[str, str] = {}

    def FlowControlQueue(  # noqa: N802  Faust's name
        self, maxsize: int | None = None, *, clear_on_resume: bool = False
    ) -> Buffer:
        """The buffer of one channel."""
        buffer = Buffer(maxsize, flow_control=self.flow_control, clear_on_resume=clear_on_resume)
        self._buffers.append(buffer)
        return buffer

    def _create_directories(self) -> None:
        """Folders, where tables are kept on disk: in memory they need none."""
        if self.conf.store.scheme != "memory":
            self.conf.datadir.mkdir(parents=True, exist_ok=True)
            super()._create_directories()

    def discard_tables(self) -> None:
        """Remove the folders of tables on disk: whoever starts next reads all from the broker."""
        if self.conf.store.scheme != "memory":
            rmtree(self.conf.appdir, ignore_errors=True)

    def has_room(self) -> bool:
        """Could every stage take another record without waiting?"""
        return not any(buffer.full() for buffer in self._buffers)


def application(settings: ProcessorsSettings, ids: Mapping[str, str]) -> Application:
    """An application that reads and writes as ours do: `Consumer`, `Producer`, `AckedTable`."""
    app = _configured(settings, ids)
    app.ids = ids
    # aiokafka has no option for it: a broker by itself makes a topic that somebody asks about, also
    # one that was just deleted, and not with the partitions and the policy that it must have.
    aiokafka.client.MetadataRequest = partial(MetadataRequest, allow_auto_topic_creation=False)
    app.transport.Consumer, app.transport.Producer = Consumer, Producer
    return app


def _configured(settings: ProcessorsSettings, ids: Mapping[str, str]) -> Application:
    changelogs = [ids.get(settings.namespace + topic.name, "") for topic in CHANGELOGS]
    return Application(
        settings.namespace + PROCESSORS_ID,
        env={},  # Faust would let unprefixed variables such as BROKER_URL override what stands here
        broker=[f"kafka://{server}" for server in settings.bootstrap.split(",")],
        autodiscover=False,
        web_enabled=False,
        Table=AckedTable,
        TableManager=Tables,
        store="rocksdb://?driver=rocksdict" if settings.table_dir else "memory://",
        datadir=folder(settings.table_dir, changelogs) if settings.table_dir else NOWHERE,
        topic_partitions=settings.partitions,
        topic_replication_factor=settings.replication,
        topic_disable_leader=True,
        topic_allow_declare=False,  # shared.topics declares every topic
        consumer_auto_offset_reset="earliest",
        consumer_metadata_max_age_ms=METADATA_AGE_MS,
        stream_buffer_maxsize=BUFFERED,
        stream_wait_empty=False,  # the shell waits for what was begun
        broker_commit_interval=COMMIT_EVERY,
        broker_session_timeout=settings.session_timeout,
        broker_heartbeat_interval=settings.session_timeout / 3,
        producer_acks=-1,
        producer_linger=LINGER,
        producer_max_batch_size=BATCH,
        producer_request_timeout=SEND_PATIENCE,
        producer_max_request_size=MAX_RECORD,
        consumer_max_fetch_size=FETCHED,
    )
