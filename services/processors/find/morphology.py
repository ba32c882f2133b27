"""What a language may put before and after a name and still mean it.

Tables by language: `heads` are proclitics joined on in front (Arabic و + ل + ال, Hebrew שב),
`tails` endings joined on behind (Turkish -lılar, Russian -ским), `cut` what the dictionary form
loses before other endings. All are matched on folded text, so accents and case are no matter.
Apostrophe, hyphen, ZWNJ, digit and punctuation end a word in every language: what follows them is
free ("İran'ın", "ایران‌ستیزی").
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from services.processors.find.turkic import OF, TURKIC, suffixes
from shared.text import fold

LONGEST_HEAD = 8
LONGEST_TAIL = 24
"""Characters looked at on either side of a name; a longer neighbour is another word."""

SHORT = 5
"""Letters of a short name."""

_TOGETHER = 4
"""Letters that a name has at least, where a word before it may be joined on without a space."""

UNSPACED = frozenset({"zh", "yue", "wuu", "nan", "ja", "th", "lo", "km", "my", "bo", "dz", "ii"})
"""Written without spaces: a name may stand anywhere."""

_HEADS = {
    "arabic": r"[وف]?(?:[بلك]?(?:ال)?|لل|س|له|به|بو)",
    "hebrew": r"[והשכלבמ]{0,4}",
}
_WRITTEN_TOGETHER = {
    "fa": "در از با",
    "ur": "اور نے کے سے کا پر کو",
    "ps": "د او له",
}
"""Words after which no space is seen, for their last letter joins nothing: many leave it out."""
ENDS_TOGETHER = frozenset(
    fold(word)[-1] for words in _WRITTEN_TOGETHER.values() for word in words.split()
)
"""Their last letters."""
_ARTICLE = "ال"
_HEADS_WITH_ARTICLE = r"[وف]?(?:[بك]?ال|لل)"
_HEADS_OF_SHORT = {"arabic": r"[وف]?[بل]?", "hebrew": r"[ולבמ]?"}

_GEORGIAN_CASES = """
    ს მ იმ ის მა ად ით ო ზე ში თან სთან ისთან იდან დან სთვის ისთვის ისგან სგან ისკენ სკენ ამდე მდე
    ას ამ აზე აში ასთან ადან ასთვის ასგან ასკენ
"""
_GEORGIAN = " ".join(
    f"{of}{case}{also}"
    for of in ("", "ებ", "ელ", "ელებ", "ულ", "ურ")
    for case in (*_GEORGIAN_CASES.split(), *(("ი", "") if of else ()))
    for also in ("", "ა", "აც", "ც")
)
"""The ending of a people or an adjective, a case, and "and" or "too"."""

_ENDINGS = {
    "ar": "ا ه ان ين ون ات تان تين يا",
    "fa": """ي يي ها هاي هايي هاست ان اني م ت ش مان تان شان ام ات اش يم يد ند اند
             ست يان ياني يها يهاي يه يش را اي ه ك كي تر گرا گرايي گرايان""",
    "ur": "ي وں يوں ے ياں ا ئ ئي",
    "ps": "ي يان يانو انو ان ه و ۍ ې يه يو يانه",
    "ckb": """ي يش اش دا هوه وه ه يه كان هكان يهكان يهكاني هكاني كاني يي ييه يهكه ان
             اني يان ياني يهتي ييهكان ييهكاني هكه هكهي هكهش هكهدا ش وه ي يهكهي شدا هو مان
             تان يشي شي""",
    "he": "ת ים ות י יים יות ית",
    "ku": "e a an en i ye ya yen yan yi de da ra re iyan iyen iye iya ek eke eki in ine ane o no",
    "en": "s",
    "de": "s es en er e em n in innen ern isch",
    "nl": "s se e er ers en",
    "sv": "s ska a n en er ar na erna arna ens",
    "fr": "s e es ne nes",
    "es": "s a as es o os",
    "pt": "s a as es o os",
    "it": "i a e o",
    "ro": "ul ului i a ei ilor e esc easca iei",
    "ru": """а у ом е ы и я ю й ей ею ой ою ам ами ах ям ями ях ов ев ий ый ая яя
             ое ее ие ые ого его ому ему им ым ую юю их ых ими ыми ец ца цу цем це
             цы цев цам цами цах ка ки ке ку кой ок кам ками ках о""",
    "uk": """а у ом ові и і ї я ю єю ею ой ою ам ами ах ям ями ях ів їв ий ій е є
             их іх ого його ому йому им ім ими іми ця цем ці ців цям цями цях ець
             ка ки ку кою""",
    "pl": """ego ej im ich imi mu u em ie y i a e ow om ami ach ski ska skie skiego skiej
             skim skich ja ji je jo""",
    "cs": "u em e y a ci ech um ska sky ske skeho skych skym ou ovi ove ovych",
    "fi": """in ia issa ista iin illa ilta ille n a ssa sta an lla lta lle ksi na
             lainen laiset laisen""",
    "hu": "ban ben bol rol ra re ba be nal nel tol nak nek ot et val vel i ok ek hoz hez on en",
    "el": "ς ν υ ο οι ου ων ους α ας ες η ης",
    "hy": """ը ի ն ին ից ով ում ու ուց այի այից յան յի յին յից յով յում եր երը երի երին երից երով
             ներ ները ների ներին ներից ական ականը ականի ականների ականները ցի ցին ցու ցուն ցիներ
             ցիները ցիների ցիներին ցիներից""",
    "ka": _GEORGIAN,
    "id": "",
    "sw": "",
    "sq": "i it in e es ise se ut",
    "bs": "a u om i e em ski ska sko skog skoj skom skih skim",
    "ko": """은 는 이 가 을 를 의 에 에서 에게 와 과 도 로 으로 만 까지 부터 보다
             처럼 라고 이라고 라는 이나 나 측 산 군 인 인들 계 어 식 내 외 간 발 제
             형 전 남 북부 동부 서부 대통령 정부 외무장관 정부가 정부는 총리 국민 에도
             에는 에서는 에선 에서도 과의 와의 과는 와는 이라는 으로부터 로부터""",
    "lt": "a os je ai oje os u us ai is ui",
    "lv": "a as ai u ija ijas ijai",
    "eu": "k n ko ra tik rekin ren ri",
    "cy": "",
    "kk": """ның нің дың дің тың тің ға ге қа ке да де та те дан ден тан тен нан нен мен
             бен пен ны ні ды ді ты ті лық лік дық дік тар тер лар лер дар дер тары тері
             лары лері тардың тердің""",
    "ky": """нын нин дын дин тын тин нун дун га ге ка ке да де та те до дон дан ден тан тен
             ны ни ды ди лык лик дык дик менен""",
    "tt": "ның нең гә га дә да тә та дән дан тән тан не ны лек лык",
    "ba": "ның нең ға гә ҡа кә ла лә нан нән ны не лыҡ лек дың",
    "mn": "ийн ын д т аас тай ыг руу",
    "mt": "",
    "hi": "",
}

_DERIVED = {
    "sr": "bs", "hr": "bs", "sl": "bs", "mk": "ru", "bg": "ru", "be": "ru", "tg": "ru", "sk": "cs",
    "da": "sv", "nb": "sv", "no": "sv", "nn": "sv", "et": "fi", "ca": "es", "gl": "pt", "mzn": "fa",
    "lrc": "fa", "sd": "ur", "ug": "ckb", "prs": "fa", "kmr": "ku", "arz": "ar", "ary": "ar",
    "yi": "he", "lb": "de", "gsw": "de",
    "af": "nl", "ms": "id",
}  # fmt: skip

_COMPOUNDS = {
    "de": """konflikt krieg kriege kriegs politik abkommen deal krise sanktionen besuch reise urlaub
             experte experten geschaft handel grenze frage feldzug atomabkommen botschaft strategie
             stammig stammige stammigen stammiger freundlich feindlich weit""",
}

_CUTS = {
    "ru": ("ий", "ый", "ая", "ое", "а", "я", "ь", "й", "е", "и", "ы"),
    "uk": ("ий", "ій", "а", "я", "ь", "й", "е", "і", "и"),
    "pl": ("a", "y", "e"),
    "cs": ("o", "a", "e", "y"),
    "bs": ("a", "o", "i"),
    "el": ("ια", "α", "ας", "ος", "η", "ο"),
    "ka": ("ი", "ა"),
    "ro": ("a",),
    "sq": ("a", "i", "e"),
    "it": ("o", "a", "e"),
    "lt": ("a", "as"),
    "lv": ("a",),
}
_CROWDED = "\u0900"
_ANY, _AMHARIC = ".{0,10}", ".{0,2}"
"""In alphabets of their own, a name is too rare a run of letters to be anything else."""
_KATAKANA = frozenset(map(chr, range(0x30A1, 0x30FD)))
_EVERYTHING = ("(?s:.*)", "(?s:.*)")
_NO_KATAKANA = ("(?s:.*[^\u30a1-\u30fc])?", "(?s:[^\u30a1-\u30fc].*)?")
"""A word in katakana ends where the katakana ends."""


class Joining(NamedTuple):
    """How a name's folded form joins with its neighbours: what may precede and follow it."""

    stem: str
    head: str
    tail: str
    spaced: bool = True  # False: letters may stand on either side, and are none of its own
    together: bool = False  # True: a word may be written together with it, in front

    def accepts(self, head: str, tail: str) -> bool:
        """Whether these letters, joined on in front and behind, leave the name what it is."""
        if self.spaced and (len(head) > LONGEST_HEAD or len(tail) > LONGEST_TAIL):
            return False
        return _matches(self.head, head) and _matches(self.tail, tail)


def joining(name: str, folded: str, language: str, *, free: bool) -> Joining:
    """How this name of this language, and its fold, joins with what stands around it.

    A short name takes all its language's forms only if it is `free` to (a country's does): an
    ending on few letters is more often another word ("Kilis", "kilise"; "رشت", "رشته").
    """
    if language in UNSPACED:
        edge = _NO_KATAKANA if folded[0] in _KATAKANA else _EVERYTHING
        return Joining(folded, *edge, spaced=False)
    base = _DERIVED.get(language, language)
    if folded[0] > _CROWDED and base not in _ENDINGS:
        return Joining(folded, _AMHARIC if "\u1200" <= folded[0] <= "\u137f" else "", _ANY)
    if folded.startswith(_ARTICLE):
        return Joining(folded.removeprefix(_ARTICLE), _HEADS_WITH_ARTICLE, _tail(base, cut=False))
    if not free and len(folded) <= SHORT:
        return Joining(folded, _head(folded, _HEADS_OF_SHORT), OF if base in TURKIC else "")
    if base in TURKIC:
        return Joining(folded, _head(folded, _HEADS), suffixes(name, base))
    stem = _stem(folded, base)
    together = _together(base) if free and len(folded) >= _TOGETHER else ""
    return Joining(
        stem,
        _head(folded, _HEADS) + together,
        _tail(base, cut=stem != folded),
        together=bool(together),
    )


_compiled = cache(re.compile)


@lru_cache(maxsize=1 << 16)
def _matches(pattern: str, joined: str) -> bool:
    return _compiled(pattern).fullmatch(joined) is not None


def _head(folded: str, heads: Mapping[str, str]) -> str:
    """Proclitics go by script: Arabic waw is joined to Persian names too."""
    first = folded[:1]
    if "\u0600" <= first <= "\u06ff":
        return heads["arabic"]
    return heads["hebrew"] if "\u05d0" <= first <= "\u05ea" else ""


@cache
def _together(language: str) -> str:
    words = [fold(word) for word in _WRITTEN_TOGETHER.get(language, "").split()]
    return f"|{'|'.join(words)}" if words else ""


def _stem(folded: str, language: str) -> str:
    for cut in _cuts(language):
        if folded.endswith(cut) and len(folded) - len(cut) > 2:  # noqa: PLR2004  a stem has 3
            return folded[: -len(cut)]
    return folded


@cache
def _cuts(language: str) -> tuple[str, ...]:
    return tuple(fold(ending) for ending in _CUTS.get(language, ()))


@cache
def _tail(language: str, *, cut: bool) -> str:
    """A cut stem alone is no word: one of its endings must follow."""
    endings = [fold(ending) for ending in _ENDINGS.get(language, "s").split()]
    endings += _cuts(language) if cut else ()
    endings += [fold(head) for head in _COMPOUNDS.get(language, "").split()]
    return f"(?:{'|'.join(sorted(set(endings)))}){'' if cut else '?'}"
