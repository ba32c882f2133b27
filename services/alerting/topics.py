"""The topics of `deploy/config/topics.toml` in the readers' languages."""

from services.alerting.words import Reading

_ORDER: tuple[Reading, ...] = ("en", "tr", "fa", "ar", "he")

_TOPICS: dict[str, tuple[str, str, str, str, str]] = {
    "diplomacy": ("Diplomacy", "Diplomasi", "دیپلماسی", "الدبلوماسية", "דיפלומטיה"),
    "security-border": (
        "Security and border",
        "Güvenlik ve sınır",
        "امنیت و مرز",
        "الأمن والحدود",
        "ביטחון וגבול",
    ),
    "terrorism": ("Terrorism", "Terör", "تروریسم", "الإرهاب", "טרור"),
    "military": ("Military", "Askeriye", "امور نظامی", "الشؤون العسكرية", "צבא"),
    "energy": ("Energy", "Enerji", "انرژی", "الطاقة", "אנרגיה"),
    "trade-economy": (
        "Trade and economy",
        "Ticaret ve ekonomi",
        "بازرگانی و اقتصاد",
        "التجارة والاقتصاد",
        "סחר וכלכלה",
    ),
    "migration": ("Migration", "Göç", "مهاجرت", "الهجرة", "הגירה"),
    "crime-trafficking": (
        "Crime and trafficking",
        "Suç ve kaçakçılık",
        "جرم و قاچاق",
        "الجريمة والتهريب",
        "פשע והברחות",
    ),
    "transport-flights": (
        "Transport and flights",
        "Ulaşım ve uçuşlar",
        "حمل‌ونقل و پروازها",
        "النقل والرحلات الجوية",
        "תחבורה וטיסות",
    ),
    "culture-tourism": (
        "Culture and tourism",
        "Kültür ve turizm",
        "فرهنگ و گردشگری",
        "الثقافة والسياحة",
        "תרבות ותיירות",
    ),
    "sport": ("Sport", "Spor", "ورزش", "الرياضة", "ספורט"),
    "syria-iraq": (
        "Syria and Iraq",
        "Suriye ve Irak",
        "سوریه و عراق",
        "سوريا والعراق",
        "סוריה ועיראק",
    ),
    "nuclear": ("Nuclear", "Nükleer", "هسته‌ای", "الملف النووي", "גרעין"),
    "domestic-politics": (
        "Domestic politics",
        "İç siyaset",
        "سیاست داخلی",
        "السياسة الداخلية",
        "פוליטיקה פנימית",
    ),
    "disaster-health": (
        "Disasters and health",
        "Afet ve sağlık",
        "بلایا و سلامت",
        "الكوارث والصحة",
        "אסונות ובריאות",
    ),
}

TOPICS: dict[Reading, dict[str, str]] = {
    language: {topic: names[place] for topic, names in _TOPICS.items()}
    for place, language in enumerate(_ORDER)
}
