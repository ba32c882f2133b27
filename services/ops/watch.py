"""`newswatch watch`: check a watch's file, and test it on labelled articles."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from services.alerting.bidi import clean
from services.ops.config_dir import CONFIG_DIR
from services.ops.options import ConfigDir
from services.ops.watch_check import mistakes
from services.ops.watch_test import Labelled, Outcome, compare, read_labelled
from services.processors.understand import Understanding
from services.processors.watches import Watch
from shared.config import ConfigError, read_toml

MISTAKEN = 2

watch = App(name="watch", help="Check the file of a watch, or test it on labelled articles.")


@watch.command
def check(file: Path, *, config_dir: ConfigDir = CONFIG_DIR) -> int:
    """List the mistakes in the file of a watch, each with its line.

    The exit status is 2 if there are any.

    Args:
        file: The watch.
        config_dir: The folder of the gazetteer and topics that the watch may name.
    """
    found = mistakes(file, config_dir)
    print("\n".join(found) if found else f"{file}: no mistakes")
    return MISTAKEN if found else 0


@watch.command(name="test")
def measure(
    file: Path,
    *,
    on: Annotated[Path, Parameter(name="--on")],
    config_dir: ConfigDir = CONFIG_DIR,
) -> int:
    """Match labelled articles; print precision, recall, F1 and the articles it gets wrong.

    Args:
        file: The watch.
        on: Articles as for `newswatch tag`, each with a label: "level" (bilateral, co-mention,
            none) or "match" (true, false).
        config_dir: The folder of gazetteer, concepts and topics.
    """
    try:
        tested = read_toml(file, Watch).model_copy(update={"enabled": True})
        understanding = Understanding.load(config_dir, watches=(tested,))
        items = list(read_labelled(on))
    except OSError as error:
        print(f"{on}: {error.strerror}", file=sys.stderr)
        return MISTAKEN
    except (ConfigError, ValueError) as error:
        print(error, file=sys.stderr)
        return MISTAKEN
    if not items:
        print(f"{on}: no labelled article in it", file=sys.stderr)
        return MISTAKEN
    print(report([compare(item, understanding, tested) for item in items], items))
    return 0


def report(outcomes: list[Outcome], items: list[Labelled]) -> str:
    """The figures, then a line for each item that differs."""
    right = sum(outcome.expected and outcome.matched for outcome in outcomes)
    expected = sum(outcome.expected for outcome in outcomes)
    matched = sum(outcome.matched for outcome in outcomes)
    precision = right / matched if matched else 1.0
    recall = right / expected if expected else 1.0
    f1 = 2 * right / (matched + expected) if matched + expected else 1.0
    differing = [
        f"  {'missed' if outcome.expected else 'extra ':6} {item.id}  {outcome.why}  "
        f"{clean(item.title or '')}"
        for outcome, item in zip(outcomes, items, strict=True)
        if outcome.expected != outcome.matched
    ]
    head = [
        f"articles  {len(items)}, of which {expected} should match and {matched} do",
        f"precision {precision:.3f}",
        f"recall    {recall:.3f}",
        f"f1        {f1:.3f}",
        f"differing {len(differing)}",
    ]
    return "\n".join(head + differing)
