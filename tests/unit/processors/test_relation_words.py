"""The words that tell how two sides meet, as news of each language says them: nobody's own news."""

import pytest

from tests.shipped import concepts

SAID = [
    ("zh", "两国总统通电话", {"call", "reciprocal"}),
    ("zh", "外長抵達首都與對方會談", {"visit", "meet"}),
    ("zh", "签署天然气出口协议", {"agreement", "energy", "trade"}),
    ("zh", "在边境逮捕偷渡难民", {"border", "custody", "people"}),
    ("zh", "国家队在决赛中击败对手", {"sport"}),
    ("zh", "召见大使抗议导弹袭击", {"envoy", "conflict"}),
    ("ja", "両国の国境で会談", {"reciprocal", "border", "meet"}),
    ("ko", "양국 외무장관이 회담을 가졌다", {"reciprocal", "meet"}),
    ("id", "kedua menteri bertemu dan menandatangani kesepakatan", {"meet", "agreement"}),
    ("id", "ekspor gas lewat perbatasan dihentikan", {"trade", "energy", "border"}),
    ("id", "timnas voli mengalahkan tuan rumah", {"sport"}),
    ("ps", "ولسمشر ټلیفوني خبرې وکړې", {"call", "meet"}),
    ("ps", "سفیر یې ور وغوښت او اعتراض یې وکړ", {"envoy", "conflict"}),
    ("ps", "په پوله کې کډوال ونیول شول", {"border", "people", "custody"}),
    ("ps", "دواړو هېوادونو د ګازو تړون لاسلیک کړ", {"reciprocal", "energy", "agreement"}),
    ("az", "Nazirlər telefonla danışıb", {"call", "meet"}),
    ("az", "Sərhədçilər qaçaqmalçıları yaxaladı", {"border", "custody"}),
    ("az", "Hər iki qonşu ölkənin ticarət dövriyyəsi artıb", {"trade", "relations"}),
    ("az", "Millimiz finalda qalib gəldi", {"sport"}),
    ("ur", "دونوں صدور نے ٹیلیفونک رابطے میں تبادلۂ خیال کیا", {"reciprocal", "call", "meet"}),
    ("ur", "سفارتخانے نے زائرین کو ویزے جاری کیے", {"envoy", "people"}),
    ("ur", "پہلوانوں نے چار تمغے جیتے", {"sport"}),
    ("ur", "پروازیں معطل اور راستے بند", {"transport"}),
    ("ku", "Herdu wezîr civiyan û peyman îmze kirin", {"meet", "agreement"}),
    ("ku", "Kolber li ser sînor hatin girtin", {"people", "border", "custody"}),
    ("ku", "Dergehê sînor ji bo bazirganiyê vekirî ye", {"border", "trade"}),
    ("ckb", "پەناخوازان دیپۆرت کرانەوە", {"people"}),
    ("ckb", "هەردوو سەرۆک کۆبوونەوە", {"reciprocal", "meet"}),
    ("ckb", "ڕێککەوتنی گاز واژوو کرا", {"agreement", "energy"}),
    ("he", "שני הנשיאים שוחחו על נורמליזציה", {"reciprocal", "call", "relations"}),
    ("he", "צינור הגז והיצוא בין השכנות", {"energy", "trade", "relations"}),
    ("kk", "Президент ресми сапарын бастап, келісімге қол қойды", {"visit", "agreement"}),
    ("uz", "Vazirlar uchrashuvda savdo va chegarani muhokama qildi", {"meet", "trade", "border"}),
    ("pl", "Ministrowie podpisali umowę o granicy", {"agreement", "border"}),
    ("pt", "Os dois países assinaram um acordo sobre o gás", {"reciprocal", "agreement", "energy"}),
    ("nl", "Beide landen bespreken de handel", {"reciprocal", "meet", "trade"}),
]
UNSAID = [
    ("en", "The conference will be held on Monday", "custody"),
    ("ur", "دونوں ممالک کے صدور", "list"),
    ("he", "שתי המדינות", "list"),
    ("ku", "Ew teqez rast e", "conflict"),
    ("zh", "国家元首", "list"),
    ("zh", "加沙走廊", "transport"),
    ("pl", "w centrum miasta", "market"),
    ("pt", "na cidade", "people"),
]


@pytest.mark.parametrize(("language", "text", "concepts"), SAID)
def test_news_says_how_two_sides_meet(language: str, text: str, concepts: set[str]) -> None:
    assert {f"relation:{concept}" for concept in concepts} <= set(_said(text, language))


@pytest.mark.parametrize(("language", "text", "concept"), UNSAID)
def test_a_word_that_only_looks_like_one_says_nothing(
    language: str, text: str, concept: str
) -> None:
    assert f"relation:{concept}" not in _said(text, language)


def _said(text: str, language: str) -> set[str]:
    return set(concepts().counts([text], language)[0])
