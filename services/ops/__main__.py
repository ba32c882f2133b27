"""`newswatch`: one command, a file for each of its verbs, loaded only when called."""

import os
import sys

from cyclopts import App

app = App(
    name="newswatch",
    help="A monitor for news about relations between Iran and Türkiye.",
    help_format="plaintext",
    version_flags=["--version"],
)
# one line a command: app.command("services.ops.tag:tag", name="tag")
app.command("services.ops.topics:topics", name="topics")
app.command("services.ops.detect:detect", name="detect")
app.command("services.ops.dedup:dedup", name="dedup")
app.command("services.ops.stories:stories", name="stories")
app.command("services.ops.tag:tag", name="tag")
app.command("services.ops.explain:explain", name="explain")
app.command("services.ops.watch:watch", name="watch")
app.command("services.ops.parse:parse", name="parse")
app.command("services.ops.fetch:fetch", name="fetch")
app.command("services.ops.feeds:feeds", name="feeds")
app.command("services.ops.route:route", name="route")
app.command("services.ops.silence:silence", name="silence")
app.command("services.ops.receiver:receiver", name="receiver")
app.command("services.ops.dead:dead", name="dead")
app.command("services.ops.replay:replay", name="replay")


def main() -> None:
    """Run the command that the arguments name; its return value is the exit status."""
    try:
        sys.exit(app())
    except BrokenPipeError:  # `newswatch … | head`: who read has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
