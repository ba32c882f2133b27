"""What Turkish and its sisters join on behind a name, in the vowels that harmony asks for."""

from functools import cache

TURKIC = frozenset({"tr", "az", "tk", "crh", "gag", "uz"})
OF = "(?:l[iu](?:l[ae]r)?)?"
"""Somebody of a place, which short names take, too."""
_EASTERN = frozenset({"uz", "crh"})
_BACK = frozenset("aıouаоуы")
_VOWELS = _BACK | frozenset("eəiöüäéñ")
_ROUND = frozenset("oöuü")


def suffixes(name: str, language: str) -> str:
    """Up to five suffixes in the vowels that harmony asks for: back or front, round or not."""
    lower = name.replace("İ", "i").replace("I", "ı").lower()
    last = next((char for char in reversed(lower) if char in _VOWELS), "a")
    return _harmonic(
        "a" if last in _BACK else "[eəa]" if last == "i" else "[eə]",
        "u" if last in _ROUND else "i",
        eastern=language in _EASTERN,
    )


@cache
def _harmonic(a: str, i: str, *, eastern: bool) -> str:
    items = (
        f"l{a}r", f"n?{i}n", f"y?{i}", f"s{i}", f"y?{a}", f"n{a}", f"[dt]{a}[nk]?", f"nd{a}n?",
        f"y?l{a}", f"l{i}", f"s{i}z", f"l{i}[kg]", "k[iu]", f"y?{i}[mz]", f"m{i}z", f"d{i}r",
        "ni", *(("ning", "g[ae]", "dagi") if eastern else ()),
    )  # fmt: skip
    after_plural = f"l{a}r(?:[iu]n|[iu]|{a}|d{a}n?|l{a}|k[iu]|[iu]m)*"
    return f"(?:{'|'.join(items)}){{0,5}}(?:{after_plural})?"
