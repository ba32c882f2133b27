"""Names of months and days, and words for «ago», as feeds write them, folded by `fold`."""

import re
import unicodedata

GREGORIAN, JALALI, HIJRI = "gregorian", "jalali", "hijri"

_FOLD = str.maketrans(
    {
        **dict.fromkeys("يىئێ", "ی"),
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ةۀە", "ه"),
        **dict.fromkeys("ؤۆ", "و"),
        "ك": "ک",
        "ڵ": "ل",
        "ı": "i",
        "،": ",",
        "٫": ".",
        "’": "'",
        "\u200c": " ",  # zero-width non-joiner
        **dict.fromkeys("\u0640\u200d\u200e\u200f\u061c", ""),  # tatweel, joiner, marks
    }
)


def fold(text: str) -> str:
    """Letters and digits that are written in several ways, written in one; lower case."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).translate(_FOLD))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_FOLD)
    return "".join(_digit(c) for c in bare.lower().translate(_FOLD))


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


# A row a language or region, ended by `;`; months in order; `/` between spellings of one month.
_GREGORIAN_ROWS = """
january/jan february/feb march/mar april/apr may june/jun july/jul august/aug
september/sep/sept october/oct november/nov december/dec ;
ocak/oca şubat/şub mart nisan/nis mayıs haziran/haz temmuz/tem ağustos/ağu eylül/eyl
ekim/eki kasım/kas aralık/ara ;
yanvar/yan fevral/fev mart aprel may iyun/iyn iyul/iyl avqust/avq sentyabr/sen oktyabr/okt
noyabr/noy dekabr/dek ;
ژانویه/ژانویهٔ فوریه مارس آوریل/اوریل مه/می ژوئن ژوئیه/جولای/ژوییه اوت/آگوست سپتامبر اکتبر
نوامبر دسامبر ;
كانون_الثاني شباط آذار نيسان أيار/ايار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني
كانون_الأول ;
يناير فبراير مارس أبريل/ابريل/إبريل مايو يونيو/يونيه يوليو/يوليه أغسطس سبتمبر أكتوبر نوفمبر
ديسمبر ;
جانفي فيفري مارس أفريل ماي جوان جويلية أوت/غشت شتنبر أكتوبر/اكتوبر نونبر دجنبر ;
کانوونی_دووەم شوبات ئازار نیسان ئایار حوزەیران تەمموز/تەممووز ئاب ئەیلوول تشرینی_یەکەم
تشرینی_دووەم کانوونی_یەکەم ;
çile/rêbendan sibat/reşemî adar/avdar nîsan/avrêl gulan hezîran/pûşper tîrmeh tebax/gelawêj
îlon/rezber cotmeh/kewçêr mijdar/sermawez kanûn/berfanbar ;
января/январь/янв февраля/февраль/фев марта/март/мар апреля/апрель/апр мая/май июня/июнь/июн
июля/июль/июл августа/август/авг сентября/сентябрь/сен октября/октябрь/окт ноября/ноябрь/ноя
декабря/декабрь/дек ;
ינואר/בינואר פברואר/בפברואר מרץ/במרץ אפריל/באפריל מאי/במאי יוני/ביוני יולי/ביולי
אוגוסט/באוגוסט ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר ;
januar/jänner februar märz/maerz april mai juni juli august september oktober november
dezember/dez ;
janvier/janv février/févr mars avril/avr mai juin juillet/juil août septembre octobre
novembre décembre/déc
"""
_JALALI_ROWS = """
فروردین اردیبهشت خرداد تیر مرداد/امرداد شهریور مهر آبان آذر دی بهمن اسفند ;
farvardin ordibehesht khordad tir mordad/amordad shahrivar mehr aban azar dey bahman esfand ;
حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت
"""
_HIJRI_ROWS = """
محرم/المحرم صفر ربيع_الأول ربيع_الثاني/ربيع_الآخر جمادى_الأولى/جمادی_الاول
جمادى_الآخرة/جمادى_الثانية/جمادی_الثانی رجب شعبان رمضان شوال
ذو_القعدة/ذي_القعدة/ذی_القعده/ذیقعده ذو_الحجة/ذي_الحجة/ذی_الحجه/ذیحجه ;
muharram/muharrem safar/safer rabi_al-awwal/rebiülevvel rabi_al-thani/rebiülahir jumada_al-
awwal/cemaziyelevvel jumada_al-thani/cemaziyelahir rajab/recep shaban/şaban ramadan/ramazan
shawwal/şevval dhu_al-qadah/zilkade dhu_al-hijjah/zilhicce
"""


def _names(calendar: str, rows: str) -> dict[str, tuple[str, int]]:
    return {
        fold(name).replace("_", " "): (calendar, month)
        for row in rows.split(";")
        for month, names in enumerate(row.split(), start=1)
        for name in names.split("/")
    }


MONTHS = {
    **_names(HIJRI, _HIJRI_ROWS),
    **_names(JALALI, _JALALI_ROWS),
    **_names(GREGORIAN, _GREGORIAN_ROWS),
}
"""Folded name → (calendar, number of the month)."""

MONTH = re.compile(
    r"(?<!\w)(" + "|".join(re.escape(n) for n in sorted(MONTHS, key=len, reverse=True)) + r")(?!\w)"
)

_UNITS = {
    1: "second seconds sec saniye sn ثانیه ثواني ثوان секунд секунды secondes sekunden",
    60: """minute minutes min dakika dk دقیقه دقائق دقیقتین minut minuten minuta минут минуты
        минуту""",
    3600: """hour hours saat ساعت ساعه ساعات ساعتین heure heures stunde stunden часов часа час
        שעות שעה""",
    86400: "day days gün روز یوم ایام يومين jour jours tag tagen tage дней дня день ימים יום",
    604800: "week weeks hafta هفته اسبوع اسابیع semaine semaines woche wochen недели неделя",
}
_AGO = "ago,önce,پیش,قبل,منذ,مضت,назад,vor,əvvəl,evvel,לפני,berê,il y a"
_BACK = (
    "today,bugün,bu gün,امروز,اليوم,сегодня,heute,aujourd'hui,היום",
    "yesterday,dün,dünən,دیروز,أمس,вчера,gestern,hier,אתמול",
    "evvelsi gün,پریروز,أول أمس,позавчера,vorgestern",
)

UNITS = {fold(name): seconds for seconds, names in _UNITS.items() for name in names.split()}
"""Folded name of a span of time → seconds."""
AGO = tuple(map(fold, _AGO.split(",")))
"""Words that put a span of time into the past."""
DAYS_BACK = {fold(word): back for back, words in enumerate(_BACK) for word in words.split(",")}
"""Folded word → days before today."""
AFTERNOON = tuple(map(fold, ["pm", "p.m.", "öös", "ös", "ب.ظ", "بعدازظهر", "بعد از ظهر", "مساء"]))
MORNING = tuple(map(fold, ["am", "a.m.", "öö", "ق.ظ", "قبل از ظهر", "صباحا"]))
