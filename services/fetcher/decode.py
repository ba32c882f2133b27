"""Feed bytes to text: what they are beats what they say they are.

    BOM ▸ UTF-16/32 by zeros ▸ valid UTF-8 ▸ declared (XML, then HTTP) ▸ the language's code page

Feeds of Turkish and Arabic outlets often declare ISO-8859-1 or Windows-1252, or nothing, and mean
Windows-1254 or -1256. So where the bytes are not UTF-8 and the declared encoding is Western or
none, the language that the feed gives itself decides (`<language>tr</language>`, `xml:lang`), then
the catalogue's hint. Labels follow the WHATWG Encoding Standard: iso-8859-1 is windows-1252,
iso-8859-9 is windows-1254.
"""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ZEROS = (
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
)
_WESTERN = frozenset({"cp1252", "iso8859-1", "ascii", "latin-1", ""})
_ALIASES = {
    "iso8859-9": "cp1254",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "iso8859-8": "cp1255",
}
_CODE_PAGES = {
    **dict.fromkeys(("tr", "az", "ku"), "cp1254"),
    **dict.fromkeys(("ar", "fa", "ur", "ckb", "ps"), "cp1256"),
    **dict.fromkeys(("ru", "uk", "bg", "sr", "be"), "cp1251"),
    "he": "cp1255",
    "el": "cp1253",
}
_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>", re.ASCII)  # only ever matched at the start
_DECLARED = re.compile(rb"<\?xml\b[^>]{0,200}?encoding\s*=\s*['\"]([\w.:-]{1,40})['\"]")
_CHARSET = re.compile(r"charset\s*=\s*['\"]?([\w.:-]{1,40})", re.IGNORECASE)
_LANGUAGE = re.compile(
    rb"<(?:dc:)?language>\s{0,99}(?:<!\[CDATA\[\s{0,99})?([A-Za-z]{2,3})|xml:lang\s*=\s*['\"]([A-Za-z]{2,3})"
)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_PROBE = b"a.\xff\x80"
_HEAD = 4096
_FEW = 0.01  # a share of broken bytes that a UTF-8 document may have and still be one


def decode(body: bytes, content_type: str = "", language: str = "") -> tuple[str, str]:
    """The text, ready for an XML parser, and the encoding it was read in. Never fails.

    Without its XML declaration and without characters that XML forbids.
    """
    text, encoding = _read(body, content_type, language)
    text = text.lstrip("\ufeff \t\r\n")
    declaration = _DECLARATION.match(text)
    return _NOT_XML.sub("", text[declaration.end() :] if declaration else text), encoding


def _read(body: bytes, content_type: str, language: str) -> tuple[str, str]:
    if encoding := _by_shape(body):
        return body.decode(encoding, "replace"), encoding
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        encoding = _legacy(body, content_type, language)
    return body.decode(encoding, "replace"), encoding


def _by_shape(body: bytes) -> str | None:
    pairs = (*_BOMS, *_ZEROS)
    return next((encoding for start, encoding in pairs if body.startswith(start)), None)


def _legacy(body: bytes, content_type: str, language: str) -> str:
    for label in (_xml_label(body), _http_label(content_type)):
        encoding = _known(label)
        if encoding == "utf-8" and _mostly_utf8(body):
            return encoding
        if encoding not in {*_WESTERN, "utf-8", "utf-16", "utf-32"}:
            return encoding
    if _mostly_utf8(body):
        return "utf-8"
    return _CODE_PAGES.get(_own_language(body) or language.lower()[:3], "cp1252")


def _known(label: str) -> str:
    try:
        name = codecs.lookup(label).name
        _PROBE.decode(name, "replace")
    except (LookupError, ValueError):
        return ""  # unknown, or a codec that is no encoding: rot13, base64, idna
    return _ALIASES.get(name, name)


def _xml_label(body: bytes) -> str:
    found = _DECLARED.search(body[:_HEAD])
    return found[1].decode("ascii") if found else ""


def _http_label(content_type: str) -> str:
    found = _CHARSET.search(content_type[:_HEAD])
    return found[1] if found else ""


def _own_language(body: bytes) -> str:
    found = _LANGUAGE.search(body[: 4 * _HEAD])
    return (found[1] or found[2]).decode("ascii").lower() if found else ""


def _mostly_utf8(body: bytes) -> bool:
    text = body.decode("utf-8", "replace")
    beyond = sum(1 for character in text if character > "\x7f")
    broken = text.count("\ufffd")
    return broken <= max(1, beyond * _FEW) and beyond > broken
