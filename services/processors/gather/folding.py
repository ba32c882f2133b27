"""Text as gather compares it, until the project's normaliser (`shared.text`) is there."""

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670\u0640\u200b\u200e\u200f\u2066-\u2069]")
_ONE_LETTER = str.maketrans("ىیکةۀأإآٱı", "ييكههاااا" + "i")


def fold(text: str) -> str:
    """Compatibility forms, case, marks and look-alike letters folded; digits in ASCII."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_ONE_LETTER)
    if plain.isascii():
        return plain
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in plain)
