"""The sentences of the corpora that `sources.toml` names, each with its part and its language."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile
from zlib import crc32

Part = str  # train, tune or test

ALIASES = {"nb": "no", "nn": "no", "bs": "hr"}  # one class each: see DESIGN.md
_NTREX = {
    "ar": "arb", "az": "aze-Latn", "ba": "bak", "be": "bel", "bg": "bul", "bs": "bos", "ca": "cat",
    "ckb": "ckb-Arab", "cs": "ces", "cy": "cym", "da": "dan", "de": "deu", "en": "eng-GB eng-US",
    "es": "spa spa-MX", "et": "est", "eu": "eus", "fa": "fas prs", "fi": "fin", "fr": "fra fra-CA",
    "ga": "gle", "gl": "glg", "ha": "hau", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun",
    "id": "ind", "it": "ita", "kk": "kaz", "ku": "kmr", "ky": "kir", "lt": "lit", "lv": "lav",
    "mk": "mkd", "mn": "mon", "mr": "mar", "ms": "msa", "mt": "mlt", "ne": "nep", "nl": "nld",
    "no": "nob nno", "pl": "pol", "ps": "pus", "pt": "por por-BR", "ro": "ron", "ru": "rus",
    "sd": "snd-Arab", "sk": "slk", "sl": "slv", "so": "som", "sq": "sqi", "sr": "srp-Cyrl srp-Latn",
    "sv": "swe", "sw": "swa", "tg": "tgk-Cyrl", "tk": "tuk", "tl": "fil", "tr": "tur", "tt": "tat",
    "ug": "uig", "uk": "ukr", "ur": "urd", "uz": "uzb", "vi": "vie", "yo": "yor", "zu": "zul",
}  # fmt: skip
_TICO = "ar ckb fa fr ha hi id ku mr ms ne prs ps ru so sw tl ur zu"
_KLID = {
    "CentralKurdish-arab": "ckb", "NorthernKurdish-arab": "ku", "NorthernKurdish-latn": "ku",
    "Turkish-latn": "tr", "Persian-arab": "fa", "Arabic-arab": "ar", "Zazaki-latn": "zza",
    "Zazaki-latn-wiki": "zza",
}  # fmt: skip
_PALID = {"Arabic_arb": "ar", "Persian_fas": "fa", "Urdu_urd": "ur", "Balochi_bal": "bal",
          "Kashmiri_ks-wiki-20221201": "ks"}  # fmt: skip
_UNIT = re.compile(r'<tu tuid="([^":]*):[^>]*>(.*?)</tu>', re.DOTALL)
_SEGMENT = re.compile(r"<seg>(.*?)</seg>", re.DOTALL)


class Sentence(NamedTuple):
    """A sentence or headline with its label."""

    source: str
    part: Part
    code: str
    text: str


def sentences(root: Path) -> Iterator[Sentence]:
    """All of them, from the folders below `root` that `sources.toml` names."""
    for reader in (_ntrex, _tico, _klid, _palid, _ud, _lingua, _farsi_news, _tgcontest):
        for part, code, text in reader(root):
            source = reader.__name__.strip("_").replace("_", "-")
            yield Sentence(source, part, ALIASES.get(code, code), text.strip())


Rows = Iterator[tuple[Part, str, str]]


def _ntrex(root: Path) -> Rows:
    documents = (root / "ntrex/DOCUMENT_IDS.tsv").read_text().split()
    order = {document: place for place, document in enumerate(dict.fromkeys(documents))}
    parts = [("train", "train", "tune", "test")[order[document] % 4] for document in documents]
    for code, names in _NTREX.items():
        for name in names.split():
            path = root / f"ntrex/NTREX-128/newstest2019-ref.{name}.txt"
            for part, line in zip(parts, path.open(encoding="utf-8"), strict=True):
                yield part, code, line


def _tico(root: Path) -> Rows:
    for code in _TICO.split():
        with ZipFile(root / f"tico/data/TM/all.en-{code}.tmx.zip") as packed:
            memory = packed.read(packed.namelist()[0]).decode()
        for document, unit in _UNIT.findall(memory):
            test = "news" in document.lower() or crc32(document.encode()) % 4 == 3  # noqa: PLR2004
            segment = html.unescape(_SEGMENT.findall(unit)[-1])
            yield "test" if test else "train", "fa" if code == "prs" else code, segment


def _klid(root: Path) -> Rows:
    for name, code in _KLID.items():
        for line in (root / f"klid/datasets/{name}_train.txt").open(encoding="utf-8"):
            yield "train", code, line


def _palid(root: Path) -> Rows:
    for name, code in _PALID.items():
        lines = (root / f"palid/corpora/{name}.txt").read_text(encoding="utf-8").splitlines()
        for line in lines[::4]:
            yield "train", code, line


def _ud(root: Path) -> Rows:
    for path in sorted((root / "ud").glob("*/*-ud-*.conllu")):
        code = {"kmr": "ku"}.get(path.name.split("_")[0], path.name.split("_")[0])
        part = "test" if path.stem.endswith("test") else "train"
        for line in path.open(encoding="utf-8"):
            if line.startswith("# text ="):
                yield part, code, line[8:]


def _lingua(root: Path) -> Rows:
    for path in sorted((root / "lingua-tests/sentences").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for place, line in enumerate(lines):
            yield ("tune", "test")[place % 2], path.stem, line


def _farsi_news(root: Path) -> Rows:
    for name in ("hamshahri", "radiofarda"):
        for article in json.loads((root / f"farsi-news/farsi_news/{name}.json").read_text()):
            yield "test", "fa", article["title"]


def _tgcontest(root: Path) -> Rows:
    for code in ("en", "ru"):
        for name in ("honey", "exam"):
            path = root / f"tgcontest/toloka/categories/{code}_cat_{name}.tsv"
            for line in path.read_text(encoding="utf-8").splitlines()[1:]:
                yield "test", code, line.split("\t")[1]
