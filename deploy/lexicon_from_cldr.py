"""Writes the states' names to deploy/config/lexicon, as stems in many languages.

    python -m deploy.lexicon_from_cldr

A name is cut where adjectives may begin ("Croati-a", "Kroati-en", "Хорват-ия"). Of a name of
several words the longest that no other state's name has stands for it.
"""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from babel import Locale

from services.processors.gather.lexicon import COUNTRY, spelling

LANGUAGES = re.findall(
    r"\w+", "en tr fa ar ru de fr he ur az ku ckb ps uk es it pt pl nl ro bg el hy ka"
)
PAGE = Path(__file__).parent / "config" / "lexicon" / "countries.toml"
_LEFT_OUT = frozenset(
    re.findall(
        "..",
        "ACAIAQASAWAXBLBMBQBVCCCKCPCQCWCXDGEAEHEUEZFKFOGFGGGIGLGPGSGUHMICIMIOJEKYMFMOMPMQMSNCNFNUPF"
        "PMPNPRQORESHSJSXTATCTFTKUMUNVGVIWFXAXBYTZZ"  # no states
        "IRTR"  # the sides of our watch, which the gazetteer knows
        "AEAGCDCFCGCRCVDMGBGEGNGQGWKNKPKRLCLKLRMHMTPGSASBSLSMSSSTTDTOTTUSVAVCXKZA"  # by hand
        "DOKMMKMLNZPSPWTGTL",  # their names begin or stand for other words, by hand if at all
    )
)
_STATE = re.compile("[A-Z]{2}")
_ENDING = re.compile(r"(?:[aeiouyàéèêîαειουаеиіїуюяьաեիոյიაეუოىہهيا]|i?en|יה)+$")
_SHORTEST, _LONG = 4, 5
_CUT, _CUT_SEMITIC = 6, 5
"""What is left of a name is at least so long: fewer letters begin other words, too."""
_HEAD = """\
# The states by their names, as stems: see news.toml. Made by deploy/lexicon_from_cldr.py from
# CLDR (Unicode License v3, https://www.unicode.org/license.txt).
"""


def page() -> str:
    """The file as it ought to be."""
    names = {language: _names(language) for language in LANGUAGES}
    lines = [_HEAD]
    for code in sorted(names["en"]):
        lines.append(f"\n[{COUNTRY}{code.lower()}]\n")
        lines += [f'{lang} = "{_stem(of[code])}"\n' for lang, of in names.items() if code in of]
    return "".join(lines)


def _names(language: str) -> dict[str, str]:
    """Code → the word that stands for the state."""
    known = Locale(language).territories
    words = {
        code: [spelling(word, language) for word in re.findall(r"\w+", _joined(known[code]))]
        for code in sorted(known)
        if _STATE.fullmatch(code) and code not in _LEFT_OUT
    }
    counted = Counter(word for name in words.values() for word in set(name))
    return {code: word for code, name in words.items() if (word := _telling(name, counted))}


def _joined(name: str) -> str:
    return name.replace("\u200c", "")


def _telling(name: list[str], counted: Mapping[str, int]) -> str:
    if len(name) == 1:
        return name[0] if len(name[0]) >= _SHORTEST else ""
    own = [word for word in name if counted[word] == 1 and len(word) >= _LONG]
    return max(own, key=len, default="")


def _stem(word: str) -> str:
    kept = _CUT_SEMITIC if "\u0590" <= word[0] <= "\u06ff" else _CUT
    return word[:kept] + _ENDING.sub("", word[kept:])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
