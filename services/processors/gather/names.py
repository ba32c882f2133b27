"""Unknown names across scripts: the consonants of a word, the same for "Araghchi" and "عراقچی".

Vowels are mostly unwritten in Arabic script, so a name is compared by its consonants in eight-odd
classes that survive transliteration. Short skeletons mean nothing and are left out.
"""

import re
from functools import lru_cache

_CLASSES = {
    "b": "b p б п ب پ",
    "t": "t т ت ط ة ث",
    "d": "d д د ض",
    "j": "j ج дж",
    "c": "č چ ч",
    "x": "ḫ خ х",
    "h": "h ح ه",
    "r": "r р ر",
    "z": "z з ز ذ ظ",
    "J": "ž ж ژ",
    "s": "s с س ص ц",
    "S": "š ش ш щ",
    "g": "g г غ گ ğ",
    "k": "k q к ک ك ق c",
    "f": "f ф ف",
    "l": "l л ل",
    "m": "m м م",
    "n": "n н ن",
    "v": "v w в",
}
_CLASS = {letter: name for name, letters in _CLASSES.items() for letter in letters.split()}
_DIGRAPHS = (
    ("tsch", "č"),
    ("sch", "š"),
    ("tch", "č"),
    ("ch", "č"),
    ("sh", "š"),
    ("kh", "ḫ"),
    ("gh", "g"),
    ("zh", "ž"),
    ("ph", "f"),
    ("ck", "k"),
    ("ts", "s"),
    ("ç", "č"),
    ("ş", "š"),
    ("x", "ks"),
    ("дж", "j"),
)
_TURKISH = {"c": "j", "j": "ž"}
_CLITICS = re.compile(r"^(?:[وفبكکل]?ال|لل|[وب](?=\w{4}))")
_LATIN_NAME = re.compile(r"[^\W\d_]{4,}")
_ARABIC_NAME = re.compile(r"[\u0600-\u06ff]{4,}")
_LONG_ENOUGH = 3


def name(word: str, language: str) -> str:
    """The skeleton of what may be a name, else nothing.

    A capitalised word may be, and every longer word of a script without capitals.
    """
    may_be = _ARABIC_NAME.fullmatch(word) or (word[:1].isupper() and _LATIN_NAME.fullmatch(word))
    spelt = skeleton(word.casefold(), language) if may_be else ""
    return spelt if len(spelt) >= _LONG_ENOUGH else ""


@lru_cache(maxsize=1 << 15)
def skeleton(word: str, language: str = "") -> str:
    """The word's consonants by class, doubled ones once."""
    bare = strip_clitics(word) if language == "ar" else word
    if language in ("tr", "az", "ku"):
        bare = "".join(_TURKISH.get(letter, letter) for letter in bare)
    for written, letter in _DIGRAPHS:
        bare = bare.replace(written, letter)
    classes = (_CLASS.get(letter, "") for letter in bare)
    return re.sub(r"(.)\1+", r"\1", "".join(classes))


def strip_clitics(word: str) -> str:
    """An Arabic word without the article and the particles written onto it."""
    return _CLITICS.sub("", word)
