"""The places that customers live in: names, streets, telephone numbers and company words, all invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A word as it is written, and the form of it that an e-mail address can hold."""

    text: str
    latin: str


@dataclass(frozen=True)
class City:
    """A town with its region and the pattern of its postal codes (`#` stands for a digit)."""

    name: str
    region: str
    postal_code: str


@dataclass(frozen=True)
class Locale:
    """What a country decides: language, money, tax, and how names and addresses are put together."""

    country: str
    language: str
    time_zone: str
    currency: str
    tax_bps: int
    person: str
    """How a person's name is written, from `{given}` and `{family}`."""
    line1: str
    """How a street address is written, from `{street}` and `{number}`."""
    address: str
    """How the whole address is written, from `{line1}`, `{postal_code}`, `{city}` and `{region}`."""
    given: tuple[Word, ...]
    family: tuple[Word, ...]
    cities: tuple[City, ...]
    streets: tuple[str, ...]
    dial: str
    """The country's calling code."""
    trunk: str
    """The digit dialled before a number at home, and left out abroad; empty where there is none."""
    phones: tuple[str, ...]
    """Telephone numbers as people write them; `#` stands for a digit.

    They come from the ranges that a country keeps for fiction; where it keeps none, the subscriber's part
    starts with a digit that is never assigned, so that nobody is ever rung up.
    """
    company: str
    """How a company's name is written, from `{stem}`, `{trade}` and `{form}`."""
    stems: tuple[Word, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]


def words(text: str) -> tuple[Word, ...]:
    """The words of `text`; a word may bring its latin form after a colon: `Jürgen:juergen`."""
    made = []
    for part in text.split():
        word, _, latin = part.partition(":")
        made.append(Word(word.replace("_", " "), latin or word.lower()))
    return tuple(made)


def cities(text: str) -> tuple[City, ...]:
    """The towns of `text`, one a line: `name | region | postal code`."""
    return tuple(City(*(part.strip() for part in line.split("|"))) for line in text.strip().splitlines())


def listed(text: str) -> tuple[str, ...]:
    """The entries of `text`, separated by `|`."""
    return tuple(part.strip() for part in text.split("|"))


LOCALES: tuple[Locale, ...] = (
    Locale(
        country="DE",
        language="de",
        time_zone="Europe/Berlin",
        currency="EUR",
        tax_bps=1900,
        person="{given} {family}",
        line1="{street} {number}",
        address="{line1}, {postal_code} {city}",
        given=words(
            "Jürgen:juergen Sabine Käthe:kaethe Bernd Anke Sören:soeren Ulrike Holger Miriam Götz:goetz"
            " Frauke Lennart"
            " Birgit Malte Wiebke Jörg:joerg Henrike Torsten"
        ),
        family=words(
            "Brinkmöller:brinkmoeller Köster:koester Weiß:weiss Ahrendt Großkopf:grosskopf"
            " Hübschmann:huebschmann"
            " Lütgens:luetgens Petersen Rademacher Schöttler:schoettler Tiedemann Vogelsang Zieglhuber"
            " Oßwald:osswald"
            " Dröscher:droescher Möhring:moehring"
        ),
        cities=cities("""
            Berlin | Berlin | 10###
            München | Bayern | 80###
            Köln | Nordrhein-Westfalen | 50###
            Düsseldorf | Nordrhein-Westfalen | 40###
            Görlitz | Sachsen | 02826
            Hamburg | Hamburg | 20###
            Würzburg | Bayern | 97###
            Saarbrücken | Saarland | 66###
        """),
        streets=listed(
            "Lindenstraße|Am Alten Güterbahnhof|Schlüterweg|Mühlengasse|Große Bleiche|Fährhausufer|Königsallee|Torweg"
        ),
        dial="49",
        trunk="0",
        phones=(
            "030 23125 ###",
            "069 90009-###",
            "(040) 66969 ###",
            "0221 4710 ###",
            "+49 89 99998 ###",
        ),
        company="{stem} {trade} {form}",
        stems=words(
            "Nordwall Silberthal Eichenbrück:eichenbrueck Falkenrode Grünhagen:gruenhagen Hellweger"
            " Isenfurt Kranichfeld"
            " Lindauer Morgenröte:morgenroete Ostermark Quellgrund Rothenstein Süderkamp:suederkamp"
            " Überblick:ueberblick"
        ),
        trades=listed(
            "Maschinenbau|Großhandel|Büromöbel|Logistik|Gebäudetechnik|Feinkost|Werkzeuge|Druckerei|Energie|Spedition"
        ),
        forms=listed("GmbH|GmbH & Co. KG|AG|e. K.|OHG|eG"),
    ),
    Locale(
        country="CH",
        language="de-CH",
        time_zone="Europe/Zurich",
        currency="CHF",
        tax_bps=810,
        person="{given} {family}",
        line1="{street} {number}",
        address="{line1}, CH-{postal_code} {city}",
        given=words("Urs Reto Regula Beat Ursina Flurin Corinne Jürg:juerg Seraina Luca Noémie:noemie Andri"),
        family=words(
            "Zollinger Bächtold:baechtold Caduff Gmür:gmuer Hürlimann:huerlimann Imboden Käser:kaeser Rochat Zgraggen"
        ),
        cities=cities("""
            Zürich | Zürich | 80##
            Genève | Genève | 120#
            Bern | Bern | 30##
            Lugano | Ticino | 69##
            Chur | Graubünden | 70##
        """),
        streets=listed("Seefeldquai|Rue du Vieux-Port|Via al Lago|Bärengasse|Obere Halde|Chemin des Vergers"),
        dial="41",
        trunk="0",
        phones=("044 055 01 ##", "+41 22 055 01 ##"),
        company="{stem} {trade} {form}",
        stems=words("Alpstein Bergnorden Gletscherblick Lac_d’Azur:lacdazur Rätikon:raetikon Sonnmatt Tessera Uferhof"),
        trades=listed("Uhren|Präzision|Treuhand|Pharma|Käserei|Holzbau|Informatik"),
        forms=listed("AG|GmbH|SA|Sàrl|Sagl"),
    ),
    Locale(
        country="FR",
        language="fr",
        time_zone="Europe/Paris",
        currency="EUR",
        tax_bps=2000,
        person="{given} {family}",
        line1="{number} {street}",
        address="{line1}, {postal_code} {city}",
        given=words(
            "Amélie:amelie Benoît:benoit Céline:celine Didier Éloïse:eloise François:francois"
            " Gaëlle:gaelle Hugo Inès:ines"
            " Jean-Noël:jean-noel Maëlys:maelys Thérèse:therese Zoé:zoe Rémi:remi"
        ),
        family=words(
            "Aubertin Beaulieux Chênevert:chenevert Delacourt Estève:esteve Fontanel Garrigue"
            " Lefèvre:lefevre Mésange:mesange"
            " N’Diaye:ndiaye Œuvrard:oeuvrard Roussillon Valcourt"
        ),
        cities=cities("""
            Paris | Île-de-France | 750##
            Lyon | Auvergne-Rhône-Alpes | 690##
            Marseille | Provence-Alpes-Côte d’Azur | 130##
            Besançon | Bourgogne-Franche-Comté | 25000
            L’Haÿ-les-Roses | Île-de-France | 94240
            Orléans | Centre-Val de Loire | 45###
        """),
        streets=listed(
            "rue des Mésanges|avenue de l’Étang|boulevard du Maréchal-Ferrant|place de l’Église|quai"
            " des Brumes"
            "|impasse du Chêne"
        ),
        dial="33",
        trunk="0",
        phones=(
            "01 99 00 ## ##",
            "02 61 91 ## ##",
            "+33 4 65 71 ## ##",
            "06 39 98 ## ##",
        ),
        company="{trade} {stem} {form}",
        stems=words(
            "Clairval Belle-Étoile:belleetoile Montrivière:montriviere Hautecombe"
            " Sablonnière:sablonniere Vent-Debout:ventdebout"
            " Trois-Chênes:troischenes L’Aubépine:laubepine Rougemer"
        ),
        trades=listed("Ateliers|Établissements|Transports|Imprimerie|Boulangerie|Cabinet|Société|Maison|Domaine"),
        forms=listed("SARL|SAS|SA|et Fils|& Cie"),
    ),
    Locale(
        country="ES",
        language="es",
        time_zone="Europe/Madrid",
        currency="EUR",
        tax_bps=2100,
        person="{given} {family}",
        line1="{street}, {number}",
        address="{line1}, {postal_code} {city} ({region})",
        given=words(
            "Begoña:begona Íñigo:inigo José:jose Lucía:lucia Martín:martin Nuria Óscar:oscar Pilar"
            " Ramón:ramon Sofía:sofia"
            " Xabier Ángela:angela Joaquín:joaquin Carmen"
        ),
        family=words(
            "Muñoz_Arce:munoz Ibáñez_Roldán:ibanez Peña_Cuesta:pena Zúñiga_Vela:zuniga Cañada_Ríos:canada"
            " Echevarría:echevarria Gómez_Llano:gomez Quiñones:quinones Núñez_Olmo:nunez"
        ),
        cities=cities("""
            Madrid | Madrid | 280##
            Barcelona | Barcelona | 080##
            A Coruña | A Coruña | 150##
            Logroño | La Rioja | 26###
            Málaga | Málaga | 29###
            Donostia | Gipuzkoa | 200##
        """),
        streets=listed("Calle del Olmo|Avenida de la Ñora|Paseo Marítimo|Plaza Mayor|Ronda Sur|Carrer del Forn"),
        dial="34",
        trunk="",
        phones=("055 501 ###", "+34 055 50 2# ##"),
        company="{trade} {stem}, {form}",
        stems=words(
            "Peñablanca:penablanca Ríolargo:riolargo Sol_y_Viento:solyviento Castañar:castanar"
            " Montenegral Aguamarga"
            " Tres_Olivos:tresolivos Ñandú:nandu"
        ),
        trades=listed("Talleres|Distribuciones|Construcciones|Viñedos|Panadería|Suministros|Cerámicas|Editorial"),
        forms=listed("S.L.|S.A.|S. Coop.|S.L.U."),
    ),
    Locale(
        country="MX",
        language="es-MX",
        time_zone="America/Mexico_City",
        currency="USD",
        tax_bps=1600,
        person="{given} {family}",
        line1="{street} {number}",
        address="{line1}, {postal_code} {city}, {region}",
        given=words(
            "Guadalupe Jesús:jesus Ximena Ignacio Fátima:fatima Héctor:hector Renata Efraín:efrain Itzel Rubén:ruben"
        ),
        family=words(
            "Villaseñor:villasenor Cárdenas_Luna:cardenas Ordóñez:ordonez Tecuapetla Zepeda_Ruiz:zepeda"
            " Bañuelos:banuelos"
            " Hernández_Paz:hernandez"
        ),
        cities=cities("""
            Ciudad de México | CDMX | 06###
            Mérida | Yucatán | 97###
            San Luis Potosí | San Luis Potosí | 78###
            Querétaro | Querétaro | 76###
            Tijuana | Baja California | 22###
        """),
        streets=listed("Calle Jacarandas|Avenida Revolución|Callejón del Ángel|Calzada del Valle|Privada Nogal"),
        dial="52",
        trunk="",
        phones=("55 0555 01##", "+52 999 055 01##"),
        company="{stem} {trade} {form}",
        stems=words("Quetzalli Nopalera Sierra_Azul:sierraazul Xochitlán:xochitlan Cenote_Real:cenotereal Maguey"),
        trades=listed("Exportadora|Comercializadora|Agrícola|Textiles|Logística|Refacciones"),
        forms=listed("S.A. de C.V.|S. de R.L.|S.A.P.I."),
    ),
    Locale(
        country="BR",
        language="pt-BR",
        time_zone="America/Sao_Paulo",
        currency="USD",
        tax_bps=1700,
        person="{given} {family}",
        line1="{street}, {number}",
        address="{line1} - {city}/{region}, {postal_code}",
        given=words(
            "João:joao Conceição:conceicao Antônio:antonio Luíza:luiza Flávia:flavia Tomás:tomas"
            " Ângelo:angelo Débora:debora"
            " Iuri Simone Caetano Yasmin"
        ),
        family=words(
            "Guimarães:guimaraes Assunção:assuncao Magalhães:magalhaes Falcão:falcao Araújo_Lima:araujo"
            " Simões:simoes"
            " Queirós:queiros da_Conceição:daconceicao Brandão:brandao"
        ),
        cities=cities("""
            São Paulo | SP | 01###-0##
            Florianópolis | SC | 880##-###
            Belém | PA | 660##-###
            Goiânia | GO | 740##-###
            Maceió | AL | 570##-###
        """),
        streets=listed("Rua das Palmeiras|Avenida Atlântica|Travessa São João|Alameda dos Ipês|Rua do Sertão"),
        dial="55",
        trunk="",
        phones=("(11) 0555-01##", "+55 48 0555-01##"),
        company="{stem} {trade} {form}",
        stems=words(
            "Jequitibá:jequitiba Maresia Ipê-Roxo:iperoxo Sabiá:sabia Pão_Dourado:paodourado Serra_Clara:serraclara"
        ),
        trades=listed("Alimentos|Comércio|Engenharia|Confecções|Transportes|Soluções|Laticínios"),
        forms=listed("Ltda.|S.A.|ME|EIRELI"),
    ),
    Locale(
        country="GB",
        language="en-GB",
        time_zone="Europe/London",
        currency="GBP",
        tax_bps=2000,
        person="{given} {family}",
        line1="{number} {street}",
        address="{line1}, {city}, {postal_code}",
        given=words(
            "Alastair Bronwen Callum Delyth Edwina Fergus Gemma Hamish Imogen Jasper Keira Nkechi Owain"
            " Priya Rhiannon Siân:sian"
        ),
        family=words(
            "Ashcombe Birtwhistle Cholmondley D’Arcy-Poole:darcypoole Featherby Glenister Hathersage"
            " Inchbald MacAskillen"
            " O’Hanrahan:ohanrahan Pennyfather Smythe-Okafor:smytheokafor Thistlewood Wrexley"
        ),
        cities=cities("""
            London | Greater London | EC9X #ZZ
            Leeds | West Yorkshire | LS99 #ZZ
            Cardiff | De Caerdydd | CF99 #ZZ
            Edinburgh | Midlothian | EH99 #ZZ
            Stow-on-the-Wold | Gloucestershire | GL99 #ZZ
        """),
        streets=listed("Foxglove Lane|The Shambles|Old Mill Road|St Swithin’s Row|Station Approach|Kingfisher Wharf"),
        dial="44",
        trunk="0",
        phones=(
            "020 7946 0###",
            "0113 496 0###",
            "+44 7700 900###",
        ),
        company="{stem} {trade} {form}",
        stems=words(
            "Thornbury Gullwing Marrowbone Pebblecroft Quillfeather Ravensmere Saltmarsh Tanglewick Underhay Wychbrook"
        ),
        trades=listed("Engineering|Stationers|Provisions|& Daughters|Marine|Textiles|Consulting|Brewing|Joinery"),
        forms=listed("Ltd|PLC|LLP|CIC"),
    ),
    Locale(
        country="US",
        language="en-US",
        time_zone="America/New_York",
        currency="USD",
        tax_bps=0,
        person="{given} {family}",
        line1="{number} {street}",
        address="{line1}, {city}, {region} {postal_code}",
        given=words(
            "Aaliyah Brandon Carmela Darnell Esperanza Floyd Grace Hank Isaiah Jolene Kiana Lamar Misty"
            " Nolan Opal Trent"
        ),
        family=words(
            "Abernethy-Cruz:abernethycruz Boudreau Castellanos Dunleavy Eastwick Fitzroy Gunderson"
            " Hollowell Jablonsky Kekoa"
            " Littlefeather McAllenby Nakamura-Reed:nakamurareed Okonkwo Tran-Wells:tranwells"
        ),
        cities=cities("""
            Springfield | OH | 4550#
            Portland | OR | 9720#
            Brooklyn | NY | 1120#
            Baton Rouge | LA | 7080#
            Honolulu | HI | 9681#
            Winston-Salem | NC | 2710#
        """),
        streets=listed(
            "Maple Avenue|Cedar Creek Road|N 12th Street|Old Quarry Drive|Sunset Blvd|Harbor View Ct, Suite B"
        ),
        dial="1",
        trunk="",
        phones=(
            "(212) 555-01##",
            "503-555-01##",
            "+1 808 555 01##",
            "225.555.01##",
        ),
        company="{stem} {trade} {form}",
        stems=words(
            "Bluebonnet Copperline Driftless Evergale Fairhollow Granite_Fork:granitefork"
            " Juniper_Bay:juniperbay Lodestar"
            " Mesa_Verano:mesaverano Northpine Oxbow Prairie_Lark:prairielark"
        ),
        trades=listed("Industries|Supply|Foods|Medical|Analytics|Outfitters|Builders|Media|Robotics|Credit Union"),
        forms=listed("Inc.|LLC|Corp.|Co."),
    ),
    Locale(
        country="TR",
        language="tr",
        time_zone="Europe/Istanbul",
        currency="USD",
        tax_bps=2000,
        person="{given} {family}",
        line1="{street} No: {number}",
        address="{line1}, {postal_code} {city}",
        given=words(
            "Işıl:isil İbrahim:ibrahim Çağla:cagla Şükrü:sukru Gülşen:gulsen Oğuz:oguz Ümit:umit Zeynep"
            " Yiğit:yigit"
            " İrem:irem Tuğba:tugba Kadir"
        ),
        family=words(
            "Yıldırımoğlu:yildirimoglu Çelikbaş:celikbas Işıkçı:isikci Şahinkaya:sahinkaya"
            " Gündoğan:gundogan Özkaymak:ozkaymak"
            " İnceler:inceler Ağaçlı:agacli Karabıyık:karabiyik"
        ),
        cities=cities("""
            İstanbul | Kadıköy | 347##
            İzmir | Karşıyaka | 355##
            Iğdır | Iğdır | 760##
            Eskişehir | Odunpazarı | 260##
            Diyarbakır | Sur | 212##
        """),
        streets=listed("Çınarlı Sokak|İnönü Caddesi|Gül Bahçesi Sokağı|Işıklar Caddesi|Değirmen Yolu"),
        dial="90",
        trunk="0",
        phones=("0212 055 01 ##", "+90 (232) 055 01 ##"),
        company="{stem} {trade} {form}",
        stems=words(
            "Işıksu:isiksu Gökçınar:gokcinar Yeşilırmak:yesilirmak Şafaktepe:safaktepe İpekova:ipekova"
            " Çamlıbel:camlibel"
        ),
        trades=listed("Tekstil|İnşaat|Gıda|Otomotiv|Seramik|Yazılım|Ambalaj"),
        forms=listed("A.Ş.|Ltd. Şti.|Koll. Şti."),
    ),
    Locale(
        country="EG",
        language="ar",
        time_zone="Africa/Cairo",
        currency="USD",
        tax_bps=1400,
        person="{given} {family}",
        line1="{number} {street}",
        address="{line1}، {city} {postal_code}",
        given=words(
            "محمود:mahmoud ليلى:layla أحمد:ahmed نور:nour ياسمين:yasmine طارق:tarek هالة:hala عمر:omar"
            " سلمى:salma إبراهيم:ibrahim"
        ),
        family=words(
            "الدمنهوري:damanhoury الشرقاوي:sharkawy حسنين:hassanein البحيري:beheiry"
            " عبد_الغني:abdelghany المنياوي:minyawy"
        ),
        cities=cities("""
            القاهرة | محافظة القاهرة | 115##
            الإسكندرية | محافظة الإسكندرية | 215##
            أسوان | محافظة أسوان | 815##
            المنصورة | الدقهلية | 355##
        """),
        streets=listed("شارع النخيل|شارع الأزهار|ميدان الساعة|طريق الكورنيش|حارة النحاسين"),
        dial="20",
        trunk="0",
        phones=("02 0555 01##", "+20 3 055 01##"),
        company="{form} {stem} {trade}",
        stems=words(
            "النيل_الأزرق:nilazraq الواحة:waha الفجر_الجديد:fagr نسيم:naseem الهرم_الذهبي:haram زهرة_اللوتس:lotus"
        ),
        trades=listed("للتجارة|للمقاولات|للأغذية|للنسيج|للنقل|للبرمجيات"),
        forms=listed("شركة|مؤسسة|مجموعة"),
    ),
    Locale(
        country="KW",
        language="ar-KW",
        time_zone="Asia/Kuwait",
        currency="KWD",
        tax_bps=0,
        person="{given} {family}",
        line1="{street}، مبنى {number}",
        address="{line1}، {city} {postal_code}",
        given=words("فهد:fahad نورة:noura عبدالله:abdullah دلال:dalal مشاري:mishari شيخة:shaikha بدر:badr حصة:hessa"),
        family=words("العنزي_الساحلي:sahli المطوع_البري:barri الرشيد_النجدي:najdi الصباحي:sabahi القلاف_البحري:bahri"),
        cities=cities("""
            مدينة الكويت | العاصمة | 130##
            السالمية | حولي | 220##
            الفحيحيل | الأحمدي | 510##
        """),
        streets=listed("شارع الخليج|شارع اللؤلؤ|قطعة ٣ شارع السفن|شارع الصيادين"),
        dial="965",
        trunk="",
        phones=("+965 0555 01##",),
        company="{form} {stem} {trade}",
        stems=words("لؤلؤة_الخليج:lulua الدانة_الزرقاء:dana السفينة:safina رمال:rimal برج_الشرق:burj"),
        trades=listed("التجارية|للمقاولات العامة|للضيافة|للتقنية|للشحن"),
        forms=listed("شركة|مجموعة|مؤسسة"),
    ),
    Locale(
        country="IN",
        language="hi",
        time_zone="Asia/Kolkata",
        currency="USD",
        tax_bps=1800,
        person="{given} {family}",
        line1="{number}, {street}",
        address="{line1}, {city}, {region} {postal_code}",
        given=words(
            "प्रिया:priya राहुल:rahul श्रुति:shruti कृष्ण:krishna ज्योति:jyoti अर्जुन:arjun"
            " संध्या:sandhya विक्रम:vikram Ananya Rohan"
            " Lakshmi Harpreet"
        ),
        family=words(
            "श्रीवास्तव:srivastava चतुर्वेदी:chaturvedi मिश्रा:mishra त्रिपाठी:tripathi"
            " Banerjee-Rao:banerjeerao Deshmukhi"
            " Iyengaran Kaur_Gill:kaurgill"
        ),
        cities=cities("""
            दिल्ली | दिल्ली | 1100##
            मुंबई | महाराष्ट्र | 4000##
            Bengaluru | Karnataka | 5600##
            Kochi | Kerala | 6820##
            लखनऊ | उत्तर प्रदेश | 2260##
        """),
        streets=listed("गांधी मार्ग|कमल चौक|Lotus Pond Road|2nd Main, 4th Cross|नीम वाली गली|Temple Tank Street"),
        dial="91",
        trunk="0",
        phones=("011 0555 01##", "+91 80 0555 01##"),
        company="{stem} {trade} {form}",
        stems=words("सूर्योदय:suryoday नीलकमल:neelkamal हिमगिरि:himgiri Chandanvan Meghdoot Triveni_Star:trivenistar"),
        trades=listed("उद्योग|ट्रेडर्स|Textiles|Infotech|Spices|औषधि|Engineering Works"),
        forms=listed("Pvt. Ltd.|प्रा. लि.|LLP|& Sons"),
    ),
    Locale(
        country="CN",
        language="zh",
        time_zone="Asia/Shanghai",
        currency="CNY",
        tax_bps=1300,
        person="{family}{given}",
        line1="{street}{number}号",
        address="{region}{city}{line1}，邮编{postal_code}",
        given=words(
            "伟:wei 芳:fang 秀英:xiuying 敏:min 静怡:jingyi 子涵:zihan 国栋:guodong 思远:siyuan"
            " 雪梅:xuemei 浩然:haoran 欣:xin 志强:zhiqiang"
        ),
        family=words(
            "王:wang 李:li 张:zhang 刘:liu 陈:chen 赵:zhao 欧阳:ouyang 司马:sima 吕:lyu 钱:qian 龚:gong 夏侯:xiahou"
        ),
        cities=cities("""
            上海市 | 上海市 | 2000##
            成都市 | 四川省 | 6100##
            杭州市 | 浙江省 | 3100##
            哈尔滨市 | 黑龙江省 | 1500##
            深圳市 | 广东省 | 5180##
        """),
        streets=listed("青竹路|望江东街|桂花巷|南山大道|胜利北路|柳荫街"),
        dial="86",
        trunk="0",
        phones=("021-0555 01##", "+86 28 0555 01##"),
        company="{city}{stem}{trade}{form}",
        stems=words(
            "云岭:yunling 青禾:qinghe 星澜:xinglan 瑞松:ruisong 汉月:hanyue 海棠红:haitanghong"
            " 千帆渡:qianfandu 墨白:mobai"
            " 金穗田:jinsuitian"
        ),
        trades=listed("科技|贸易|食品|机械|物流|文化传播|医疗器械|电子"),
        forms=listed("有限公司|股份有限公司|集团"),
    ),
    Locale(
        country="JP",
        language="ja",
        time_zone="Asia/Tokyo",
        currency="JPY",
        tax_bps=1000,
        person="{family} {given}",
        line1="{street}{number}-2",
        address="〒{postal_code} {region}{city}{line1}",
        given=words(
            "さくら:sakura 健太:kenta 美咲:misaki 翔太:shota 陽子:yoko 大輔:daisuke 結衣:yui 隆:takashi"
            " エミ:emi 直樹:naoki"
        ),
        family=words(
            "青柳橋:aoyagibashi 小笠原:ogasawara 渡邊:watanabe 髙梨:takanashi 五十嵐:igarashi"
            " 一ノ瀬:ichinose 桜庭:sakuraba"
            " 神楽坂:kagurazaka 早乙女:saotome"
        ),
        cities=cities("""
            千代田区 | 東京都 | 100-00##
            大阪市 | 大阪府 | 530-00##
            札幌市 | 北海道 | 060-00##
            福岡市 | 福岡県 | 810-00##
            京都市 | 京都府 | 600-80##
        """),
        streets=listed("桜台3丁目|港町1-|中央通り5-|緑が丘2-|寺町12-"),
        dial="81",
        trunk="0",
        phones=("03-0555-01##", "+81 6-0555-01##"),
        company="{form}{stem}{trade}",
        stems=words(
            "月見草:tsukimisou 白鷺:shirasagi アオゾラ:aozora 若葉山:wakabayama 七海:nanami"
            " 銀杏堂:ichodo ひかり野:hikarino"
        ),
        trades=listed("製作所|商事|電機|食品工業|印刷|システム|運輸|"),
        forms=listed("株式会社|有限会社|合同会社"),
    ),
    Locale(
        country="KR",
        language="ko",
        time_zone="Asia/Seoul",
        currency="USD",
        tax_bps=1000,
        person="{family}{given}",
        line1="{street} {number}",
        address="{region} {city} {line1} ({postal_code})",
        given=words("민준:minjun 서연:seoyeon 지훈:jihoon 하은:haeun 도윤:doyun 수빈:subin 예린:yerin 현우:hyunwoo"),
        family=words("김:kim 이:lee 박:park 최:choi 남궁:namgung 황보:hwangbo 제갈:jegal 선우:sunwoo"),
        cities=cities("""
            강남구 | 서울특별시 | 061##
            해운대구 | 부산광역시 | 480##
            제주시 | 제주특별자치도 | 631##
        """),
        streets=listed("은행나무로|달빛길|솔밭로|한가람대로|별내길"),
        dial="82",
        trunk="0",
        phones=("02-055-01##", "+82 51-055-01##"),
        company="{form} {stem}{trade}",
        stems=words("한빛나루:hanbitnaru 푸른솔:pureunsol 새벽별:saebyeokbyeol 가온누리:gaonnuri 달무리:dalmuri"),
        trades=listed("전자|상사|테크|식품|건설|미디어"),
        forms=listed("주식회사|(주)|유한회사"),
    ),
    Locale(
        country="PL",
        language="pl",
        time_zone="Europe/Warsaw",
        currency="EUR",
        tax_bps=2300,
        person="{given} {family}",
        line1="ul. {street} {number}",
        address="{line1}, {postal_code} {city}",
        given=words(
            "Łukasz:lukasz Małgorzata:malgorzata Żaneta:zaneta Stanisław:stanislaw Agnieszka"
            " Bożena:bozena Michał:michal Zofia"
            " Grażyna:grazyna Sławomir:slawomir"
        ),
        family=words(
            "Wiśniowiecki:wisniowiecki Źródlak:zrodlak Dąbek:dabek Świętoń:swieton Krzyżak:krzyzak"
            " Łąkowa:lakowa"
            " Gąsienicki:gasienicki Żurawski:zurawski"
        ),
        cities=cities("""
            Łódź | łódzkie | 90-0##
            Kraków | małopolskie | 30-0##
            Gdańsk | pomorskie | 80-0##
            Żyrardów | mazowieckie | 96-300
            Wrocław | dolnośląskie | 50-0##
        """),
        streets=listed("Świętojańska|Źródlana|Długa|Ogrodowa|Żeglarska|Wąska"),
        dial="48",
        trunk="",
        phones=("055 501 0##", "+48 055 502 0##"),
        company="{stem} {trade} {form}",
        stems=words("Brzezina Źródło:zrodlo Złota_Gęś:zlotages Jaskółka:jaskolka Świerk:swierk Łabędź:labedz"),
        trades=listed("Meble|Transport|Piekarnia|Elektronika|Budownictwo|Szkło"),
        forms=listed("sp. z o.o.|S.A.|sp. j."),
    ),
)
