"""The language of a text."""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.processors.detect import detect, detect_all
from services.processors.detect import memory as memory_module
from services.processors.detect.decide import AT_ONCE, FIRST
from services.processors.detect.fold import LONGEST, READ, words, words_of
from services.processors.detect.grams import grams
from services.processors.detect.lanes import Lanes, how_many, letters, only_script
from services.processors.detect.memory import Memory
from services.processors.detect.model import MANY, Weights, weights
from services.processors.detect.scripts import SCRIPTS

odd_texts = st.text(alphabet="ab c\n.@#:/w\u0301éﬁ", max_size=400)
DATA = Path(__file__).parents[3] / "data/language"
MAIN = ["ar", "fa", "tr", "en", "az", "ku", "ckb", "ur", "ps", "he", "ru", "de", "fr"]
OLD = str.maketrans("یک", "يك")

HEADLINES = [
    ("ar", "وزير الخارجية الإيراني يصل إلى أنقرة لبحث العلاقات الثنائية"),
    ("fa", "وزیر امور خارجه ایران برای گفتگو درباره روابط دوجانبه وارد آنکارا شد"),
    ("fa", "وزير امور خارجه ايران براي گفتگو درباره روابط دوجانبه وارد آنكارا شد"),
    ("tr", "İran Dışişleri Bakanı ikili ilişkileri görüşmek üzere Ankara'ya geldi"),
    ("tr", "İRAN DIŞİŞLERİ BAKANI İKİLİ İLİŞKİLERİ GÖRÜŞMEK ÜZERE ANKARA'YA GELDİ"),
    ("en", "Iranian foreign minister arrives in Ankara for talks on bilateral ties"),
    ("az", "İranın xarici işlər naziri ikitərəfli əlaqələri müzakirə etmək üçün Ankaraya gəlib"),
    ("ku", "Wezîrê derve yê Îranê ji bo hevdîtinan hat Enqereyê û li wir axivî"),
    ("ckb", "وەزیری دەرەوەی ئێران بۆ گفتوگۆ لەسەر پەیوەندییەکان گەیشتە ئەنقەرە"),
    ("ur", "ایرانی وزیر خارجہ دو طرفہ تعلقات پر بات چیت کے لیے انقرہ پہنچ گئے"),
    ("ps", "د ایران د بهرنیو چارو وزیر د دوه اړخیزو اړیکو په اړه خبرو ته انقرې ته ورسېد"),
    ("he", "שר החוץ האיראני הגיע לאנקרה לשיחות על היחסים בין שתי המדינות"),
    ("ru", "Министр иностранных дел Ирана прибыл в Анкару на переговоры"),
    ("de", "Der iranische Außenminister ist zu Gesprächen in Ankara eingetroffen"),
    ("fr", "Le ministre iranien des Affaires étrangères est arrivé à Ankara pour des entretiens"),
    ("el", "Ο Ιρανός υπουργός Εξωτερικών έφτασε στην Άγκυρα"),
    ("uk", "Міністр закордонних справ Ірану прибув до Анкари для переговорів"),
    ("ja", "イラン外相がアンカラに到着、二国間関係を協議"),
    ("zh", "伊朗外长抵达安卡拉讨论双边关系"),
    ("ko", "이란 외무장관 앙카라 도착해 양국 관계 논의"),
    ("es", "El ministro iraní de Exteriores llega a Ankara para hablar de las relaciones"),
]
NOTHING = [
    "",
    " ",
    "1404/05/31",
    "…!?",
    "🙂",
    "http://a.org/b",
    "a",
    "x@example.org",
    "\ud800",
    "\x00",
]


@pytest.mark.parametrize(("code", "text"), HEADLINES)
def test_a_headline_is_known_by_its_own_words(code: str, text: str) -> None:
    assert detect(text).code == code


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_to_read_is_undecided(text: str) -> None:
    assert detect(text, "fa").code == "und"
    assert detect(text).confidence == 0.0


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("fa", "رونمایی از Samsung Galaxy S24 Ultra و Apple Vision Pro در تهران"),
        ("ru", "Apple представила iPhone 17 Pro Max и новые часы Watch Ultra"),
        ("tr", "Steven Gerrard ve Michael Owen Liverpool taraftarlarıyla buluştu"),
        ("ar", "شركة Microsoft تستحوذ على Activision Blizzard مقابل مليارات"),
    ],
)
def test_names_in_other_letters_do_not_outvote_the_words(code: str, text: str) -> None:
    assert detect(text).code == code


def test_a_prior_settles_what_the_text_leaves_open() -> None:
    assert detect("Ankara", "tr").code == "tr"
    assert detect("Ankara", "az").code == "az"


@pytest.mark.parametrize("prior", ["tr", "ar", "fa", "tr-TR", "no such language", ""])
def test_a_prior_does_not_overrule_what_the_text_says(prior: str) -> None:
    assert detect("Iranian foreign minister arrives in Ankara for talks", prior).code == "en"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "Trump Warns Tehran"),
        ("en", "Russia, Iran, Turkey Hold Astana Summit"),
        ("tr", "Ankara'da Yeni Hükümet Kuruldu"),
        ("fr", "Les Présidents Français Et Allemand"),
    ],
)
def test_capitals_on_every_word_speak_for_english_where_the_words_leave_it_open(
    code: str, text: str
) -> None:
    assert detect(text).code == code


def test_a_letter_that_russian_has_not_speaks_against_it() -> None:
    assert detect("Том Браун показав асортимент моделей і сумок").code == "uk"


def test_indonesian_is_likelier_than_malay_where_the_words_leave_it_open() -> None:
    assert detect("Pria itu tidak bisa berkata apa-apa ketika dia").code == "id"
    assert detect("Beliau memaklumkan bahawa mesyuarat itu ditangguhkan kerana").code == "ms"


@pytest.mark.parametrize(
    "text",
    ["ا" * 1_000_000, "Iran " * 200_000, "1" * 1_000_000, "#" * 1_000_000, "a@" * 500_000],
    ids=["one word", "many words", "digits", "hashes", "addresses"],
)
def test_a_million_characters_are_read_no_further_than_the_first_ones(text: str) -> None:
    assert words(text) == words(text[:READ])
    assert sum(map(len, words(text))) <= READ
    assert detect(text) == detect(text[:READ])


@given(st.text(max_size=300), st.sampled_from([None, "fa", "tr", "no such language"]))
def test_any_text_has_an_answer(text: str, prior: str | None) -> None:
    found = detect(text, prior)
    assert 0.0 <= found.confidence <= 1.0
    assert (found.confidence == 0.0) == (found.code == "und")


@given(st.text(max_size=200))
def test_the_same_text_has_the_same_answer(text: str) -> None:
    assert detect(text) == detect(text)


def kept(name: str) -> dict[str, list[str]]:
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for line in (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        code, _, text = line.split("\t")
        texts[code].append(text)
    return texts


@pytest.mark.parametrize(("name", "mean"), [("headlines", 0.995), ("word-pairs", 0.95)])
def test_texts_that_nothing_was_tuned_on_are_told_apart(name: str, mean: float) -> None:
    texts = kept(name)
    right = {
        code: sum(detect(t).code == code for t in texts[code]) / len(texts[code]) for code in MAIN
    }
    assert sum(right.values()) / len(right) >= mean, right


def test_persian_typed_with_arabic_letters_is_persian() -> None:
    old = [detect(text.translate(OLD)).code for text in kept("headlines")["fa"]]
    assert old.count("fa") / len(old) >= 0.995


@given(st.text(max_size=400) | odd_texts)
def test_a_piece_has_the_same_words_in_company_as_alone(text: str) -> None:
    assert words(text) == [word for piece in text.split() for word in words(piece)]
    assert words_of(text.split() or [""]) == [words(piece) for piece in text.split() or [""]]


@given(st.text(max_size=60))
def test_every_letter_becomes_the_same_in_company_as_alone(text: str) -> None:
    alone = [word for letter in text for word in words(f"a {letter}")[1:]]
    together = words(" ".join(f"a {letter}" for letter in text))
    assert [word for word in together if word != "a"] == [word for word in alone if word != "a"]


@given(st.lists(st.text(min_size=1, max_size=12).filter(lambda w: " " not in w), min_size=1))
def test_words_are_hashed_in_company_as_alone(found: list[str]) -> None:
    buckets, counts = grams(found, 16)
    parts = [sorted(grams([word], 16)[0].tolist()) for word in found]
    ends = counts.cumsum().tolist()
    begins = [0, *ends[:-1]]
    assert [sorted(buckets[a:b].tolist()) for a, b in zip(begins, ends, strict=True)] == parts


def test_a_word_has_a_run_for_each_place_and_length_its_letters_thrice_and_itself() -> None:
    assert grams(["ab"], 16)[1].tolist() == [3 * 2 + 3 + 2 + 1 + 1]
    assert grams(["a", "abcdef"], 16)[1].tolist() == [3 + 2 + 1 + 1, 18 + 7 + 6 + 5 + 4 + 1]


class Counting:
    """A model that counts how often it is asked to read words, and which."""

    def __init__(self, model: Weights) -> None:
        self.asked: list[Sequence[str]] = []
        self.codes = model.codes
        self._model = model

    def sums(self, lower: Sequence[str]) -> object:
        self.asked.append(lower)
        return self._model.sums(lower)


def counted() -> tuple[Counting, Memory]:
    counting = Counting(weights()["latin"])
    return counting, Memory({"latin": counting})  # type: ignore[dict-item]  a fake


def test_words_that_were_met_are_not_read_again_and_new_ones_all_at_once() -> None:
    counting, memory = counted()
    memory.told([["der", "Minister", "der", "reist"]], READ)
    memory.told([["der", "Minister"], ["reist"]], READ)
    memory.told([["der", "Premier"], ["bleibt"]], READ)
    assert counting.asked == [["der", "minister", "reist"], ["premier", "bleibt"]]


def test_a_word_is_read_once_in_whatever_pieces_and_texts_it_stands() -> None:
    counting, memory = counted()
    told = memory.told([["der", "Minister,"], [], ["-", "der-Minister", "der"]], READ)
    der, minister = memory.told([["der"], ["Minister"]], READ)
    assert told == [der + minister, 0, der + minister + der]
    assert counting.asked == [["der", "minister"]]


@given(st.lists(st.sampled_from(["der", "Minister,", "-", "auf-und-ab", "l'Iran", "и"])))
def test_the_first_words_are_told_wherever_the_pieces_end(pieces: list[str]) -> None:
    memory = Memory(weights())
    single = [[word] for piece in pieces for word in words(piece)]
    for most in range(len(single) + 2):
        assert memory.told([pieces], most) == [sum(memory.told(single[:most], 1))]


def test_pieces_that_are_many_or_long_are_forgotten_and_tell_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory_module, "REMEMBERED", 3)
    _, memory = counted()
    text = ["der", "Minister", "-".join(["lang"] * 20)]
    first = memory.told([text], READ)
    memory.told([["reist", "heute"]], READ)
    assert memory.told([text], READ) == first


def test_added_words_are_as_many_features_and_as_far_apart_as_one_by_one() -> None:
    found = ["Çok", "güzel", "hava", "bugün", "x" * LONGEST]
    model = weights()["latin"]
    lanes = Lanes({"latin": model})
    together = sum(lanes.of_words(found))
    sums, counts = model.sums([word.lower() for word in found])
    weight = np.array([1, 3, 3, 3, 3])
    said = lanes.sums(together, "latin")
    assert said.features == (counts * weight).sum()
    assert (np.diff(said.by_language) == np.diff((sums * weight[:, None]).sum(axis=0))).all()
    assert said.telling == (0, 0, 0, 1)  # ə, q, w, x
    assert how_many(together) == len(found)


def test_the_lanes_of_the_longest_text_do_not_run_over() -> None:
    lanes = Lanes(weights())
    [word] = lanes.of_words(["x" * LONGEST])
    sums, _ = weights()["latin"].sums(["x" * LONGEST])
    together = word * READ
    said = lanes.sums(together, "latin")
    assert (np.diff(said.by_language) == np.diff(sums[0]) * 3 * READ).all()
    assert letters(together)[SCRIPTS.index("latin")] == LONGEST * READ
    assert only_script(together) == ("latin", LONGEST * READ)


def test_what_the_first_words_leave_open_is_read_on() -> None:
    opening = " ".join(["Ankara"] * FIRST)
    assert detect(opening).confidence < AT_ONCE
    assert detect(f"{opening} görüşmesinde bakanlar sınır güvenliğini de ele aldı").code == "tr"


def test_a_text_of_two_scripts_is_read_on() -> None:
    title = "iPhone 17 Pro Max and Apple Watch Ultra: review, price"
    assert detect(f"{title}\nنقد و بررسی آیفون جدید اپل که در بازار تهران عرضه شد").code == "fa"


@given(st.lists(st.tuples(st.text() | odd_texts, st.sampled_from([None, "fa", "tr"]))))
def test_texts_are_told_in_company_as_alone(asked: list[tuple[str, str | None]]) -> None:
    assert detect_all(asked) == [detect(text, prior) for text, prior in asked]


def test_a_word_without_end_is_read_as_far_as_its_first_letters() -> None:
    assert words("x" * 1_000) == ["x" * LONGEST]


@pytest.mark.parametrize("script", ["latin", "arabic", "cyrillic"])
def test_many_words_read_together_tell_what_each_tells_alone(script: str) -> None:
    chance, model = Random(11), weights()[script]
    letters = {"latin": "abcçıöşzə", "arabic": "ابتپچکگیه", "cyrillic": "абвгдежзщ"}[script]
    words = ["".join(chance.choices(letters, k=chance.randint(1, 40))) for _ in range(MANY)]
    alone = [model.sums([word]) for word in words]
    sums, counts = model.sums(words)
    assert (sums == np.concatenate([one for one, _ in alone])).all()
    assert (counts == np.concatenate([many for _, many in alone])).all()


@pytest.mark.parametrize(
    "text",
    [
        "Türkiye ile İran görüştü",
        "Dışişleri Bakanı Ankara'ya geldi",
        "Bộ trưởng Ngoại giao đến thăm",
        "مؤتمر آسيا",
        "ქ",
        "ü",
    ],
)
def test_how_a_letter_is_composed_changes_no_answer_and_one_alone_has_none(text: str) -> None:
    composed = detect(unicodedata.normalize("NFC", text))
    assert detect(unicodedata.normalize("NFD", text)) == composed
    assert (composed.code == "und") == (len(text) == 1)
