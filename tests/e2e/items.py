"""Twenty-two invented events, each a story of its own, and four look-alikes."""
# ruff: noqa: E501  a sentence is not cut

from tests.e2e.world import Item

STORIES = (
    ("gas", "Iran raises natural gas exports to Turkey through the Tabriz-Ankara pipeline",
     "Tehran and Ankara signed an amendment that adds two billion cubic metres a year."),
    ("wall", "سپاه و ارتش ترکیه درباره دیوار مرزی ماکو گفت‌وگو کردند",
     "فرماندهان مرزبانی ایران و ترکیه در بازرگان دیدار کردند و بر گشت مشترک در نوار مرزی تأکید شد."),
    ("football", "Türkiye ile İran milli takımları hazırlık maçında karşılaştı",
     "İstanbul'daki dostluk karşılaşmasında Türkiye İran'ı 2-1 yendi; goller ikinci yarıda geldi."),
    ("flights", "استئناف الرحلات الجوية المباشرة بين إسطنبول وطهران",
     "أعلنت الخطوط الجوية التركية استئناف رحلاتها إلى إيران بعد توقف دام ثلاثة أشهر."),
    ("drugs", "Turkish and Iranian police seize 400 kilos of heroin at the Gurbulak crossing",
     "Officers of both countries said the joint operation against smugglers took five months."),
    ("students", "دانشگاه‌های ایران و ترکیه برنامه مشترک تبادل دانشجو آغاز می‌کنند",
     "دانشگاه تهران و دانشگاه آنکارا تفاهم‌نامه‌ای برای تبادل صد دانشجوی زبان‌شناسی امضا کردند."),
    ("trucks", "Kapıköy'de TIR kuyruğu: İran ile Türkiye geçişleri hızlandıracak",
     "İranlı ve Türk gümrük yetkilileri sürücülerin günlerce beklediği kapı için yeni peron açacak."),
    ("consulate", "تركيا تعيّن قنصلاً جديداً في تبريز وإيران ترحّب",
     "قدّم القنصل التركي أوراق اعتماده إلى وزارة الخارجية الإيرانية في احتفال قصير."),
    ("earthquake", "Iranian rescue teams fly to eastern Turkey after Malatya earthquake",
     "The Iranian Red Crescent sent 90 rescuers and search dogs at the request of Turkey."),
    ("bank", "ایران و ترکیه پیمان پولی دوجانبه امضا کردند",
     "رئیس کل بانک مرکزی ایران در آنکارا گفت سوآپ ارزی میان دو کشور از ماه آینده اجرا می‌شود."),
    ("film", "Tahran film festivalinde onur konuğu Türkiye sineması",
     "İran'ın en büyük festivali bu yıl on iki Türk filmini ve üç yönetmeni ağırlayacak."),
    ("water", "إيران تنتقد السدود التركية على نهر أراس وأنقرة ترد",
     "قال وزير الطاقة الإيراني إن مشاريع تركيا تقلل المياه، ورفضت أنقرة هذا الاتهام."),
    ("railway", "Van-Tabriz passenger train between Turkey and Iran returns after five years",
     "Railway chiefs of Turkey and Iran rode the first weekly service across Lake Van."),
    ("wheat", "واردات گندم ایران از ترکیه متوقف شد",
     "وزارت جهاد کشاورزی ایران صدور مجوز برای آرد و گندم ترکیه را به دلیل آفت تعلیق کرد."),
    ("spy", "MİT: İran adına casusluk yapan altı kişi Türkiye'de yakalandı",
     "Ankara, İran istihbaratının İstanbul'daki ağını çökerttiğini açıkladı; Tahran reddetti."),
    ("carpets", "معرض للسجاد الإيراني في أنقرة بحضور سفير إيران لدى تركيا",
     "افتتح السفير الإيراني معرضاً يضم مئتي قطعة في العاصمة التركية بمشاركة حرفيين من أصفهان."),
    ("tourists", "Iranian tourists to Turkey pass two million this year",
     "Hoteliers in Antalya and Van say visitors from Iran now come second only to Russians."),
    ("prisoners", "تبادل ۲۸ زندانی میان ایران و ترکیه در مرز رازی",
     "دادگستری ایران اعلام کرد محکومان بر پایه پیمان انتقال زندانیان به کشورشان بازگشتند."),
    ("electricity", "Türkiye İran'dan elektrik alımını kış boyunca durdurdu",
     "Bakanlık, İran'ın Hoy hattındaki arızalar yüzünden sözleşmenin askıya alındığını söyledi."),
    ("lake", "فريق إيراني تركي يدرس جفاف بحيرة أورمية وبحيرة وان",
     "اتفق علماء من إيران وتركيا على محطة رصد مشتركة وتبادل صور الأقمار الصناعية."),
    ("parliament", "Speakers of Iranian and Turkish parliaments meet in Baku",
     "Qalibaf and Kurtulmus agreed to revive the friendship group of Iran and Turkey."),
    ("volleyball", "والیبال ایران مقابل ترکیه شکست خورد",
     "تیم ملی والیبال ترکیه در آنکارا سه بر یک از ایران برد و به نیمه‌نهایی رفت."),
)  # fmt: skip

LOOK_ALIKES = (
    ("recipe", "How to roast a turkey for the holidays", "Baste the bird every half hour."),
    (
        "june",
        "Haziran ayında yurt genelinde yağış bekleniyor",
        "Meteoroloji sağanak uyarısı yaptı.",
    ),
    ("prince", "الأمير تركي الفيصل يلقي محاضرة في الرياض", "تحدث عن تاريخ الدبلوماسية السعودية."),
    ("shared", "پروژه مشترک تهران و دوشنبه", "دو شهر درباره حمل‌ونقل شهری همکاری می‌کنند."),
)


def stories() -> list[Item]:
    """Each opens a story of its own."""
    return [Item(*story) for story in STORIES]


def look_alikes() -> list[Item]:
    """None of these may be told."""
    return [Item(*item) for item in LOOK_ALIKES]
