"""The yardstick: the least that Faust can do with a record. `python -m tests.bench.passthrough`."""

import os

import faust
from mode import Worker

NAMESPACE = os.environ["NEWSWATCH_NAMESPACE"]

app = faust.App(
    f"{NAMESPACE}passthrough",
    env={},
    broker=f"kafka://{os.environ['KAFKA_BOOTSTRAP_SERVERS']}",
    web_enabled=False,
    topic_allow_declare=False,
    topic_disable_leader=True,
    value_serializer="raw",
    consumer_auto_offset_reset="earliest",
)
source = app.topic(f"{NAMESPACE}articles.raw", value_type=bytes, value_serializer="raw")
target = app.topic(f"{NAMESPACE}passed", value_type=bytes, value_serializer="raw")


@app.agent(source)
async def passed(stream: faust.StreamT[bytes]) -> None:
    async for event in stream.events():
        await target.send(key=event.key, value=event.value)


if __name__ == "__main__":
    Worker(app, loglevel="WARNING", redirect_stdouts=False).execute_from_commandline()
