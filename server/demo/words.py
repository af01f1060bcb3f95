"""What is sold, asked and said: goods, campaigns, tickets, and the customers whose data is awkward."""

from __future__ import annotations

from dataclasses import dataclass

TEAMS = (
    "Europe North",
    "Europe South",
    "Americas",
    "Greater China 大中华区",
    "Japan 日本",
    "الشرق الأوسط",
    "Key accounts",
    "Inside sales",
    "Partners & alliances",
    "Public sector",
    "South Asia",
    "Türkiye",
    "New business",
    "Online shop",
    "Korea 한국",
    "Field service",
)
POSITIONS = (
    "Account executive",
    "Senior account executive",
    "Key account manager",
    "Inside sales representative",
    "Business development manager",
    "Field sales representative",
    "Customer success manager",
    "Sales engineer",
)
ROLES = (
    "Head of purchasing",
    "Managing director",
    "Office manager",
    "Accounts payable",
    "IT administrator",
    "Einkaufsleitung",
    "Directrice des achats",
    "Jefe de compras",
    "采购经理",
    "購買部長",
    "مدير المشتريات",
    "खरीद प्रबंधक",
    "Satın alma müdürü",
)
INDUSTRIES = (
    "Manufacturing",
    "Retail",
    "Wholesale",
    "Construction",
    "Healthcare",
    "Education",
    "Hospitality",
    "Logistics",
    "Software",
    "Finance",
    "Agriculture",
    "Public administration",
    "Media",
    "Energy",
)


WOODS = ("oak", "walnut", "black", "white", "ash, oiled", "XL", "mk_II")
STEELS = ("black", "white", "steel", "compact", "blue", "50 % recycled", "mk_II", "“Pro”")
PACKS = ("2-pack", "5-pack", "XL", "50 % recycled", "economy", "blue label")
LEVELS = ("basic", "plus", "“Pro”", "24/7", "small teams")


@dataclass(frozen=True)
class Goods:
    """A shelf of one kind of goods: what they are called, and the euro cents between which they cost."""

    category: str
    parent: str
    code: str
    nouns: tuple[str, ...]
    lowest: int
    highest: int
    unit: str
    variants: tuple[str, ...]
    bulk: bool = False
    """Whether people buy dozens of it at a time."""
    tax_bps: int = 1900


SHELVES = ("Furniture", "Technology", "Kitchen", "Workshop", "Services", "Paper & office")
"""The top shelves; `Retired lines` beside them is empty and removed."""

DEEPER = (("Seating", "Furniture"), ("Computers", "Technology"), ("Tea & coffee", "Kitchen"))
"""Shelves that stand in a top one and hold shelves themselves."""

GOODS = (
    Goods(
        "Desks",
        "Furniture",
        "DSK",
        ("Standing desk", "Writing desk", "Corner desk"),
        24900,
        129900,
        "piece",
        WOODS,
    ),
    Goods("Office chairs", "Seating", "CHR", ("Swivel chair", "Conference chair"), 8900, 74900, "piece", STEELS),
    Goods("Lounge", "Seating", "LNG", ("Sofa", "Armchair", "Stool"), 12900, 219900, "piece", WOODS),
    Goods("Lighting", "Furniture", "LGT", ("Desk lamp", "Floor lamp", "Pendant"), 1990, 39900, "piece", STEELS),
    Goods("Laptops", "Computers", "LAP", ("Laptop 13″", "Laptop 15″"), 69900, 289900, "piece", STEELS),
    Goods("Monitors", "Computers", "MON", ("Monitor 24″", "Monitor 32″"), 14900, 99900, "piece", STEELS),
    Goods(
        "Accessories",
        "Technology",
        "ACC",
        ("Keyboard", "Mouse", "Headset", "USB-C cable"),
        890,
        19900,
        "piece",
        STEELS,
        True,
    ),
    Goods(
        "Coffee",
        "Tea & coffee",
        "COF",
        ("Espresso beans", "Filter coffee"),
        690,
        3490,
        "kg",
        PACKS,
        True,
        700,
    ),
    Goods(
        "Tea",
        "Tea & coffee",
        "TEA",
        ("Sencha 煎茶", "龙井茶", "Darjeeling", "Rooibos"),
        490,
        5990,
        "100 g",
        PACKS,
        True,
        700,
    ),
    Goods("Crockery", "Kitchen", "CRK", ("Cup", "Bowl 茶碗", "Carafe"), 350, 7990, "piece", STEELS, True),
    Goods(
        "Hand tools",
        "Workshop",
        "HND",
        ("Hammer", "Screwdriver set", "Spirit level"),
        590,
        14900,
        "piece",
        STEELS,
    ),
    Goods("Machines", "Workshop", "MCH", ("Lathe", "CNC mill", "Laser cutter"), 349900, 4890000, "piece", STEELS),
    Goods(
        "Fasteners",
        "Workshop",
        "FST",
        ("Screws M4×20", "Dowels 8 mm", "Washers A2"),
        9,
        1290,
        "100 pcs",
        PACKS,
        True,
    ),
    Goods(
        "Subscriptions",
        "Services",
        "SUB",
        ("Care plan", "Cloud backup", "Support plan"),
        900,
        49900,
        "month",
        LEVELS,
    ),
    Goods("Training", "Services", "TRN", ("Workshop day", "Online course"), 19900, 189000, "day", LEVELS),
    Goods(
        "Paper",
        "Paper & office",
        "PAP",
        ("Copy paper A4", "Notebook", "Envelopes C5"),
        199,
        4990,
        "pack",
        PACKS,
        True,
    ),
    Goods(
        "Writing",
        "Paper & office",
        "WRT",
        ("Fountain pen", "Pencil 2B", "Marker"),
        79,
        24900,
        "piece",
        STEELS,
        True,
    ),
)

MAKES = (
    "Lund", "Aurora", "Kōyō", "Mistral", "Nordlys", "Çınar", "Étoile", "Ondina", "Sakura", "Velho",
    "Brisa", "Tinta",
    "Faro", "Granit", "Zephyr", "Ñandú", "Øre", "Pico", "Quartz", "Rāga", "Solstice", "Tundra", "Umbra",
    "Vesta",
)  # fmt: skip
CAMPAIGNS = (
    "Spring refresh", "Back to the office", "Singles’ Day 光棍节", "Autumn fair", "Rentrée",
    "Frühjahrsputz", "Buen Fin",
    "Diwali lights दीवाली", "Ramadan evenings رمضان", "Golden week ゴールデンウィーク",
    "Clear the warehouse", "Partner days",
    "Tea season 新茶", "Year-end thanks", "100% recycled", "Win_back", "Newsletter №", "Open house",
    "Hello Kuwait", "Bahar fırsatları",
)  # fmt: skip
OBJECTIVES = (
    "Win back customers who have not ordered for a year.",
    "Make the new range known before the fair.",
    "Two hundred enquiries from companies with more than 50 people.",
    "Sell what is left of last year's range.",
    "Thank our best customers; ask them for a reference.",
)
CANCEL_CAMPAIGN = (
    "The budget was cut.",
    "The supplier cannot deliver in time.",
    "Merged into another campaign.",
)
EXCLUDED = ("No consent to be written to", "Address bounced before", "Asked to be left alone", "Competitor")
RETURNED = (
    "Damaged in transit.",
    "Wrong size ordered",
    "Not as described: “smaller than it looks”",
    "The customer needs fewer than ordered.",
    "Doppelt geliefert",
    "Falsche Farbe",
    "质量问题,客户退货",
    "No era lo que esperaba",
    "Sent back within 14 days",
)
CANCEL_ORDER = (
    "The customer changed their mind.",
    "Ordered twice by mistake.",
    "Price agreed elsewhere: “30 % cheaper”",
    "Credit limit reached",
    "Produkt nicht mehr lieferbar",
    "客户预算被取消",
    "Cliente desistió",
    "تم الإلغاء بناءً على طلب العميل",
)

TICKET_CATEGORIES = ("Delivery", "Invoice", "Defect", "Question", "Return", "Complaint", "Access", "Other")


@dataclass(frozen=True)
class Talk:
    """What is written in tickets, in one language. `{product}` is the product the ticket is about."""

    issues: tuple[str, ...]
    customer: tuple[str, ...]
    agent: tuple[str, ...]


ENGLISH = Talk(
    issues=(
        "{product} arrived damaged",
        "Invoice shows the wrong VAT number",
        "Where is my parcel?",
        "{product}: spare part wanted",
        "Cannot log in to the shop any more",
        "Wrong colour delivered ({product})",
        "Please send the delivery note again",
        "Charged twice for one order!!",
        "How do I return {product}?",
        "{product} makes a strange noise",
        "Discount of 10% missing on the invoice",
        "Delivery date slipped for the third time",
        "Question about the warranty of {product}",
        "Change of address from next month",
        "URGENT: production stands still, {product} broken",
    ),
    customer=(
        "Hello,\n\nplease look into this soon. We need it by Friday at the latest.\n\nKind regards",
        "I already wrote last week and nobody answered. What is going on?",
        "Photos are attached. The box was fine, what was inside was not.",
        "Thanks, that helped! One more thing: can you send the invoice to accounting@example.com as well?",
        "It says \"error 0x80\\2F\" and then nothing happens. See https://shop.example/help?q=50%25&x=_1",
        "Still the same 😕",
    ),
    agent=(
        "Thank you for your message. I have passed it to our warehouse and will come back to you tomorrow.",
        "I am sorry about that. A replacement leaves us today; you need not send the old one back.",
        "Could you tell me the serial number? It is on the sticker underneath.",
        "The corrected invoice is on its way to you.",
        "Have you tried to set a new password under “My account”?",
    ),
)
TALK = {
    "en": ENGLISH,
    "de": Talk(
        issues=(
            "{product} beschädigt angekommen",
            "Rechnung enthält falsche USt-IdNr.",
            "Lieferung überfällig – größere Mengen fehlen",
            "Rückgabe: {product}",
            "Maßangaben stimmen nicht",
        ),
        customer=(
            "Guten Tag,\n\nbitte prüfen Sie das umgehend.\n\nMit freundlichen Grüßen",
            "Danke für die schnelle Rückmeldung, das hat geholfen.",
            "Leider immer noch dasselbe Problem.",
        ),
        agent=(
            "Vielen Dank für Ihre Nachricht. Wir kümmern uns darum und melden uns morgen.",
            "Das tut uns leid. Ersatz ist unterwegs.",
        ),
    ),
    "fr": Talk(
        issues=(
            "{product} reçu cassé",
            "Erreur sur la facture n° 2",
            "Où en est ma commande ?",
            "Échange souhaité : {product}",
        ),
        customer=(
            "Bonjour,\n\nmerci de traiter ma demande rapidement.\n\nCordialement",
            "Ça ne fonctionne toujours pas…",
        ),
        agent=(
            "Bonjour, nous revenons vers vous dès demain.",
            "Toutes nos excuses, un nouvel envoi est parti.",
        ),
    ),
    "es": Talk(
        issues=(
            "{product} llegó dañado",
            "¿Dónde está mi pedido?",
            "Factura con el año equivocado",
            "Devolución de {product}",
        ),
        customer=(
            "Buenos días:\n\nnecesito una solución cuanto antes.\n\nUn saludo",
            "¡Gracias! Ya funciona.",
        ),
        agent=("Gracias por escribirnos; mañana le damos una respuesta.", "Le enviamos otro hoy mismo."),
    ),
    "pt": Talk(
        issues=(
            "{product} chegou com defeito",
            "Nota fiscal não recebida",
            "Atraso na entrega",
            "Devolução: {product}",
        ),
        customer=("Olá,\n\npodem verificar, por favor?\n\nObrigado", "Continua sem funcionar."),
        agent=("Obrigado pelo contato. Já estamos verificando.", "Enviamos um novo hoje."),
    ),
    "tr": Talk(
        issues=(
            "{product} kırık geldi",
            "Fatura bilgileri yanlış",
            "Siparişim nerede? İLGİLENİN",
            "İade: {product}",
        ),
        customer=(
            "Merhaba,\n\nlütfen en kısa sürede ilgilenin.\n\nTeşekkürler",
            "Hâlâ çalışmıyor, ışığı yanmıyor.",
        ),
        agent=("Mesajınız için teşekkürler, yarın dönüş yapacağız.", "Yenisini bugün gönderiyoruz."),
    ),
    "ar": Talk(
        issues=("وصل المنتج تالفًا: {product}", "خطأ في الفاتورة", "أين طلبي؟", "أرغب في إرجاع {product}"),
        customer=("السلام عليكم،\n\nأرجو حل المشكلة في أقرب وقت.\n\nمع التحية", "شكرًا، تم الحل."),
        agent=("شكرًا لتواصلكم معنا، سنرد عليكم غدًا.", "نعتذر عن ذلك، وسنرسل بديلًا اليوم."),
    ),
    "hi": Talk(
        issues=("{product} टूटा हुआ मिला", "बिल में गलती है", "मेरा ऑर्डर कहाँ है?", "{product} वापस करना है"),
        customer=("नमस्ते,\n\nकृपया जल्दी देखें।\n\nधन्यवाद", "अभी भी वही समस्या है।"),
        agent=("आपके संदेश के लिए धन्यवाद। हम कल उत्तर देंगे।", "क्षमा करें, नया सामान आज भेजा जा रहा है।"),
    ),
    "zh": Talk(
        issues=(
            "{product} 收到时已损坏",
            "发票抬头有误",
            "快递三天没有更新",
            "申请退货：{product}",
            "账号无法登录",
        ),
        customer=("您好，\n\n请尽快处理，谢谢。", "问题依旧，请再看一下。", "已经解决，辛苦了！👍"),
        agent=("您好，已收到您的反馈，我们会在一个工作日内答复。", "非常抱歉，今天为您补发。"),
    ),
    "ja": Talk(
        issues=(
            "{product} が破損して届きました",
            "請求書の宛名が違います",
            "配送状況を教えてください",
            "返品希望：{product}",
        ),
        customer=("お世話になっております。\n\nご確認をお願いいたします。", "まだ直っていません。"),
        agent=(
            "お問い合わせありがとうございます。明日までにご連絡いたします。",
            "代替品を本日発送いたします。",
        ),
    ),
    "ko": Talk(
        issues=(
            "{product} 파손되어 도착했습니다",
            "세금계산서 오류",
            "배송이 너무 늦어요",
            "반품 문의: {product}",
        ),
        customer=("안녕하세요.\n\n빠른 확인 부탁드립니다.", "여전히 안 됩니다."),
        agent=("문의 감사합니다. 내일까지 답변드리겠습니다.", "오늘 새 제품을 보내 드리겠습니다."),
    ),
    "pl": Talk(
        issues=(
            "{product} dotarł uszkodzony",
            "Błąd na fakturze",
            "Gdzie jest moja przesyłka?",
            "Zwrot: {product}",
        ),
        customer=("Dzień dobry,\n\nproszę o pilną odpowiedź.\n\nPozdrawiam", "Dziękuję, już działa."),
        agent=("Dziękujemy za wiadomość, odpowiemy jutro.", "Przepraszamy, wysyłamy nowy egzemplarz."),
    ),
}
"""By the language of the customer; the others write English."""

NOTES = (
    "Called back, nobody there.",
    "Warehouse says: stock count differs by 3.",
    "Customer is a key account – handle with care!",
    "Siehe auch Ticket von letzter Woche (gleiche Charge).",
)
ON_HOLD = (
    "Waits for the warehouse.",
    "Spare part ordered, due next week.",
    "Waits for accounting – invoice in question",
    "Rückfrage beim Hersteller",
    "等待供应商回复",
)
REOPENED = (
    "It happened again the next morning.",
    "The customer called: still not working!",
    "Der Fehler ist wieder da.",
    "Closed by mistake.",
    "问题仍未解决",
)
CLOSING = ("Closed automatically after seven days without an answer.", "Marked as solved.")


@dataclass(frozen=True)
class Awkward:
    """A customer as real data has them. What is None is taken from an ordinary customer."""

    name: str
    phone: str | None = None
    email: str | None = None
    address: str | None = None


AWKWARD = (
    Awkward("O'Brien & \"Sons\" Ltd"),
    Awkward("100% Organic GmbH"),
    Awkward("100 Prozent Organic GmbH", phone="030 / 23125-00 oder -01 (Zentrale)"),
    Awkward("data_works_ltd"),
    Awkward("dataXworksXltd", email="info(at)dataxworks.example"),
    Awkward("Back\\slash & Co \\% \\_"),
    Awkward("🚀 Rocket Bakery 🥐"),
    Awkward("👩‍💻 Família Dev 👨‍👩‍👧", phone="ask for Inês after 5 pm"),
    Awkward("İZMİR IŞIK A.Ş."),
    Awkward("izmir ışık a.ş."),
    Awkward("STRASSE 9 KG"),
    Awkward("Straße 9 KG", email="einkauf@strasse9,example"),
    Awkward("Robert'); DROP TABLE customers;--"),
    Awkward("<script>alert(\"hello\")</script> Web Design"),
    Awkward("null", phone="", email="n/a"),
    Awkward("李"),
    Awkward("0", phone="0", email="0"),
    Awkward("شركة ABC للتجارة (Trading) 2000"),
    Awkward("\u200fمؤسسة النور\u200f — Al-Noor Est."),
    Awkward("Sunrise Trading"),
    Awkward("Sunrise Trading"),
    Awkward("SUNRISE TRADING"),
    Awkward("sunrise trading", phone="12345"),
    Awkward(
        "Gesellschaft zur Förderung der grenzüberschreitenden Zusammenarbeit mittelständischer"
        " Hersteller von "
        "Präzisionswerkzeug, Messgeräten und Büromöbeln im Dreiländereck am Oberrhein und am Bodensee e. V."
    ),
    Awkward(
        ("国际丝绸之路沿线中小企业跨境贸易合作促进与文化交流发展基金会" * 7)[:200],
        address="上海市\n浦东新区\n青竹路1号",
    ),
    Awkward("Æther & Œuvre – naïve café ñ Ø ß ẞ ﬁ"),
    Awkward("कृष्णा & ಕನ್ನಡ & தமிழ் Traders"),
    Awkward("A", phone="+1 (202) 555-0100 ext. 7", email="a@example.com"),
    Awkward("{name: \"x\", id: ${1}} #{comment} $1 :p1 ?1"),
    Awkward("Łódź—Žďár–Győr Kft."),
    Awkward("NO CONTACT ROUTE", phone="", email="", address=""),
    Awkward("Tab\tand\u2028line separator Inc."),
    Awkward("ﷺ Calligraphy حروف"),
    Awkward("1,000.00 Euro-Laden"),
)  # fmt: skip
