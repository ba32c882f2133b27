"""A small preview of Block Kit: blocks to a page as Slack's desktop client shows them.

`python -m tests.unit.alerting.preview FOLDER` draws the golden alerts with headless Chromium.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path
from typing import Any

from services.alerting.message import Alert, Message
from services.alerting.receivers.blocks import body
from services.alerting.view import Reader
from tests.unit.alerting.golden import message, reader
from tests.unit.alerting.stories import T0, story_event

Block = dict[str, Any]

STYLE = """
body{font:15px/1.47 Lato,'Noto Sans','Noto Sans Arabic','Noto Sans Hebrew','DejaVu Sans',sans-serif;
color:#1d1c1d;margin:0;padding:18px 20px;width:620px;background:#fff}
.who{font-weight:900}
.app{background:#ddd;font-size:10px;padding:1px 3px;border-radius:2px}
.header{font-size:18px;font-weight:900;margin:6px 0}
.context{font-size:12px;color:#616061;margin:4px 0}
.rich{margin:6px 0}
blockquote{border-inline-start:4px solid #ddd;margin:6px 0;padding-inline-start:12px}
a{color:#1264a3;text-decoration:none}
button{font:700 13px 'Noto Sans','Noto Sans Arabic',sans-serif;border:1px solid #bbb;
background:#fff;border-radius:4px;padding:6px 12px;margin:4px 8px 4px 0}
ul{margin:4px 0;padding-inline-start:24px}
"""


def page(blocks: list[Block]) -> str:
    """The page. Each paragraph takes its direction from its own text, as in Slack."""
    body = "".join(_block(block) for block in blocks)
    who = '<div><span class="who">Newswatch</span> <span class="app">APP</span></div>'
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{who}{body}'


def _block(block: Block) -> str:
    match block["type"]:
        case "header":
            return f'<div class="header" dir="auto">{escape(block["text"]["text"])}</div>'
        case "context":
            lines = (escape(element["text"]) for element in block["elements"])
            return "".join(f'<div class="context" dir="auto">{line}</div>' for line in lines)
        case "actions":
            texts = (escape(element["text"]["text"]) for element in block["elements"])
            return "".join(f"<button>{text}</button>" for text in texts)
        case _:
            return f'<div class="rich">{"".join(_rich(part) for part in block["elements"])}</div>'


def _rich(part: Block) -> str:
    match part["type"]:
        case "rich_text_quote":
            return f'<blockquote dir="auto">{_inline(part["elements"])}</blockquote>'
        case "rich_text_list":
            items = (
                f'<li dir="auto">{_inline(item["elements"])}</li>' for item in part["elements"]
            )
            return f"<ul>{''.join(items)}</ul>"
        case _:
            return f'<div dir="auto">{_inline(part["elements"])}</div>'


def _inline(elements: list[Block]) -> str:
    return "".join(_element(element) for element in elements)


def _element(element: Block) -> str:
    text = escape(element["text"])
    if element["type"] == "link":
        return f'<a href="{escape(element["url"])}">{text}</a>'
    return f"<b>{text}</b>" if element.get("style", {}).get("bold") else text


def draw(blocks: list[Block], picture: Path, height: int = 420) -> None:
    """Take the page's picture."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        sys.exit("no browser: apt-get install chromium fonts-noto-core")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page(blocks), encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        shot = [f"--screenshot={picture}", f"--window-size=660,{height}"]
        subprocess.run([browser, *options, *shot, file.as_uri()], check=True, capture_output=True)


def pictures() -> dict[str, list[Block]]:
    """By name, the blocks that are drawn."""
    drawn: dict[str, Any] = {
        f"slack-{language}": body(message(language), reader(language))["blocks"]
        for language in ("ar", "en", "fa", "he", "tr")
    }
    events = [story_event(lang, n) for n, lang in enumerate(("ar", "fa", "tr", "en", "he"))]
    alerts = tuple(Alert(id=f"{n:032x}", event=event) for n, event in enumerate(events))
    mixed = Message(id="m", at=T0, alerts=alerts)
    abroad = reader("tr")
    drawn["slack-digest"] = body(mixed, Reader())["blocks"]
    drawn["slack-ar-read-in-turkish"] = body(message("ar"), abroad)["blocks"]
    return drawn


if __name__ == "__main__":
    for name, blocks in pictures().items():
        draw(json.loads(json.dumps(blocks)), Path(sys.argv[1]).resolve() / f"{name}.png")
