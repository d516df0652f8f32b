"""Questions in other languages become English words; English ones come back untouched."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.languages import Rewriting, to_english
from bot.answering.phrasebook import FOLDER, fold, load, marks, plain

NAMES = (
    "galaxy xr pixel watch 4 snap specs fitbit air quark s1 g1 steam frame oura ring ringconn "
    "ultrahuman meta ray ban display apple series 11 even realities g2 luca de meo google "
    "samsung strava garmin masimo whoop li auto livis xiaomi huawei alibaba airpods pro 3 smart "
    "glasses the of in is wear elite usa gucci kering openai bee vanguard oakley stelo "
    "essilorluxottica vision rokid reality labs apple mark zuckerberg quest amazfit helio tim cook "
    "livis limitless "
)
CORPUS = frozenset(NAMES.split())
BOOKS = sorted(path.stem for path in FOLDER.glob("??.toml"))
SECTIONS = {"questions", "words", "phrases", "names"}


def ask(question: str) -> Rewriting:
    return to_english(question, CORPUS.__contains__)


TABLE = [
    ("de", "was kostet die galaxy xr", "how much is galaxy xr"),
    ("de", "Wie lange hält der Akku der Pixel Watch 4?", "how long does the battery last Pixel Watch 4?"),
    ("de", "Preis Galaxy XR", "price Galaxy XR"),
    ("de", "was kostet die Ray-Ban Meta", "how much is Ray-Ban Meta"),
    ("de", "akkulaufzeit apple watch series 11", "battery life apple watch series 11"),
    ("de", "Wer ist Chef von Oura?", "who is boss of Oura?"),
    ("fr", "combien de montres Oura en 2025 ?", "how many watches Oura in 2025?"),
    ("en", "in wich state did oura sue", "in wich state did oura sue"),
    ("de", "wann wurde die Oura Ring angekuendigt", "when was Oura Ring announced"),
    ("es", "cuanto cuesta el galaxy xr", "how much is galaxy xr"),
    ("es", "¿Quién fundó Even Realities?", "who founded Even Realities?"),
    ("es", "¿Por qué se retrasó Steam Frame?", "why delayed Steam Frame?"),
    ("es", "precio gafas xiaomi", "price glasses xiaomi"),
    ("fr", "combien coute le fitbit air", "how much is fitbit air"),
    ("fr", "combien pèse la Galaxy XR ?", "how heavy is Galaxy XR?"),
    ("fr", "Quel est le prix de l’Oura Ring", "how much is Oura Ring"),
    ("fr", "qu'est-ce que Luca de Meo a dit", "what Luca de Meo said"),
    ("it", "Quando escono gli occhiali smart di Samsung?", "when released smart glasses Samsung?"),
    ("it", "perché Steam Frame è stato rinviato", "why Steam Frame was delayed"),
    ("it", "e quanto costa l'altro", "and how much is the other"),
    ("pt", "quanto custa o fitbit air", "how much is fitbit air"),
    ("pt", "por que a ringconn foi proibida nos EUA", "why ringconn was banned in USA"),
    ("nl", "waarom is Steam Frame uitgesteld", "why is Steam Frame delayed"),
    ("nl", "hoeveel kost de galaxy xr", "how much is galaxy xr"),
    ("pl", "ile kosztuje Galaxy XR w USA?", "how much is Galaxy XR in USA?"),
    ("pl", "kto założył Even Realities", "who founded Even Realities"),
    ("tr", "Galaxy XR fiyatı ne kadar", "how much is Galaxy XR"),
    ("tr", "Samsung'un akıllı gözlüğü ne zaman çıkacak?", "when Samsung smart glasses released?"),
    ("tr", "Oura'nın CEO'su kim", "who is Oura CEO"),
    ("zh", "夸克AI眼镜S1多少钱", "how much is Quark AI glasses S1"),
    ("zh", "夸克AI眼鏡S1多少錢", "how much is Quark AI glasses S1"),
    ("zh", "小米AI眼鏡的電池容量是多少", "what is Xiaomi AI Glasses battery capacity"),
    ("zh", "2025年第三季度華為手錶出貨量", "2025 Q3 Huawei watch shipments"),
    ("zh", "Galaxy XR什么时候发布，多少钱？", "when Galaxy XR launch, how much is?"),
    ("zh", "whats the price of 夸克 S1", "whats the price of Quark S1"),
    ("ja", "Oura Ringの発売日", "Oura Ring release date"),
    ("ja", "ピクセルウォッチ4のバッテリー持続時間は？", "Pixel Watch 4 battery life?"),
    ("ja", "ギャラクシーＸＲはいつ発売されますか？", "when Galaxy XR launch?"),
    ("ko", "갤럭시 XR 가격은 얼마인가요?", "how much is Galaxy XR price?"),
    ("ko", "오우라의 CEO는 누구야", "who is Oura CEO"),
    ("ru", "сколько стоит Galaxy XR в США?", "how much is Galaxy XR in USA?"),
    ("ru", "Когда выйдут умные очки Самсунга?", "when released smart glasses Samsung?"),
    ("ru", "почему Oura подала в суд", "why Oura sued"),
    ("de", "Wer führt EssilorLuxottica?", "who leads EssilorLuxottica?"),
    ("de", "Was wiegt die Quark S1?", "how heavy is Quark S1?"),
    ("de", "Wie hell leuchtet das Display der Quark S1 in Nit?", "how bright shines Display Quark S1 in nits?"),
    ("de", "Wer hat Oura wegen Patentverletzung verklagt?", "who has Oura because of patent infringement sued?"),
    ("de", "Ist die Oakley Meta Vanguard wasserdicht?", "is Oakley Meta Vanguard waterproof?"),
    ("de", "Was kostet das Abo von Whoop im Jahr?", "how much is subscription of Whoop per year?"),
    ("de", "In welchen Ländern ist die Ray-Ban Meta erhältlich?", "which countries is Ray-Ban Meta available?"),
    ("de", "Wie viel investierte Meta in EssilorLuxottica?", "how much invested Meta in EssilorLuxottica?"),
    ("de", "Misst die Galaxy Watch den Blutzucker?", "measure Galaxy Watch glucose?"),
    ("de", "Wer hat die Ray-Ban Meta entworfen?", "who has Ray-Ban Meta designed?"),
    ("de", "Welches Betriebssystem läuft auf der Galaxy XR?", "which operating system works on Galaxy XR?"),
    ("de", "Gibt es die Pixel Watch 4 in Österreich zu kaufen?", "is there Pixel Watch 4 in Austria on sale?"),
    ("de", "Hat die Amazfit Helio ein Display?", "has Amazfit Helio Display?"),
    ("es", "¿En cuántos idiomas traducen las gafas de Rokid?", "in how many languages translate glasses Rokid?"),
    ("es", "¿Cuánto dinero recaudó Even Realities?", "how much money raised Even Realities?"),
    ("es", "¿Quién demandó a Oura por patentes?", "who sued Oura by patents?"),
    ("es", "¿Cuánto se paga al mes por Whoop?", "how much pay month by Whoop?"),
    ("es", "¿Cuándo llegan las gafas de Samsung a España?", "when launch glasses Samsung Spain?"),
    ("es", "¿Tienen cámara las Even G2?", "have camera Even G2?"),
    ("es", "¿Por cuánto compró Google Fitbit?", "how much paid for acquisition Google Fitbit?"),
    ("es", "¿Cuál es la resolución de las Galaxy XR?", "what is resolution Galaxy XR?"),
    ("es", "¿Quién lleva las riendas de Reality Labs?", "who leads Reality Labs?"),
    ("es", "¿Cuánto facturó Oura en 2025?", "how much revenue Oura in 2025?"),
    ("es", "¿Cuántos usuarios tiene Strava?", "how many users has Strava?"),
    ("es", "¿Apple sigue vendiendo el Vision Pro?", "Apple still selling Vision Pro?"),
    ("es", "¿Va a demandar Apple a Masimo?", "will sue Apple Masimo?"),
    ("es", "¿Qué marcas hacen gafas con Google?", "what brands make glasses with Google?"),
    ("fr", "Combien d'argent Even Realities a-t-elle levé ?", "how much money Even Realities has raised?"),
    ("fr", "De combien le marché des montres connectées a-t-il progressé ?", "how much market smartwatches has grew?"),
    ("fr", "Les Oakley Meta Vanguard résistent-elles à l'eau ?", "Oakley Meta Vanguard waterproof?"),
    ("fr", "Combien de salariés Meta a-t-il licenciés ?", "how many employees Meta has laid off?"),
    ("fr", "Où sont fabriquées les lunettes Livis ?", "where are made glasses Livis?"),
    ("fr", "Les Even G2 ont-elles une caméra ?", "Even G2 have camera?"),
    ("fr", "À qui appartient Fitbit ?", "who owns Fitbit?"),
    ("fr", "Quel système d'exploitation utilise le Galaxy XR ?", "which operating system use Galaxy XR?"),
    ("fr", "Quand Apple a-t-il arrêté le Vision Pro ?", "when Apple has discontinued Vision Pro?"),
    ("fr", "Combien d'utilisateurs compte Strava ?", "how many users has Strava?"),
    ("fr", "Apple vend-il encore le Vision Pro ?", "Apple sell still Vision Pro?"),
    ("fr", "Qui a racheté Limitless ?", "who has acquired Limitless?"),
    ("fr", "Quelles marques font des lunettes avec Google ?", "which brands make glasses with Google?"),
    ("it", "Quanti soldi ha raccolto Even Realities?", "how much money raised Even Realities?"),
    ("it", "Che chip montano gli occhiali Quark S1?", "what chip has glasses Quark S1?"),
    ("it", "Gli Oakley Meta Vanguard sono impermeabili?", "Oakley Meta Vanguard are waterproof?"),
    ("it", "Quanti dipendenti ha licenziato Meta?", "how many employees laid off Meta?"),
    ("it", "Dove vengono prodotti gli occhiali Livis?", "where are made glasses Livis?"),
    ("it", "Quanto ha pagato Google per Fitbit?", "how much has paid Google for Fitbit?"),
    ("it", "Che sistema operativo usa il Galaxy XR?", "what operating system use Galaxy XR?"),
    ("it", "Quando Apple ha smesso di produrre il Vision Pro?", "when Apple has stopped produce Vision Pro?"),
    ("it", "Qual è la risoluzione del Galaxy XR?", "what is resolution of Galaxy XR?"),
    ("it", "Quanti utenti ha Strava?", "how many users has Strava?"),
    ("it", "Apple vende ancora il Vision Pro?", "Apple sell still Vision Pro?"),
    ("it", "Chi ha comprato Limitless?", "who has acquired Limitless?"),
    ("it", "Quali marchi fanno occhiali con Google?", "which brands make glasses with Google?"),
    ("pt", "Quanto dinheiro a Even Realities captou?", "how much money Even Realities raised?"),
    ("pt", "Os Even G2 têm câmera?", "Even G2 have camera?"),
    ("pt", "Quantos funcionários a Meta demitiu?", "how many employees Meta laid off?"),
    ("pt", "Onde são fabricados os óculos Livis?", "where are made glasses Livis?"),
    ("pt", "O que disse Mark Zuckerberg sobre os óculos inteligentes?", "what said Mark Zuckerberg on smart glasses?"),
    ("pt", "A quem pertence a Fitbit?", "who owns Fitbit?"),
    ("pt", "Quem comanda a Reality Labs?", "who leads Reality Labs?"),
    ("pt", "Por que o lançamento do Steam Frame foi adiado?", "why launch of Steam Frame was delayed?"),
    ("pt", "Por que a Meta cortou vagas em realidade virtual?", "why Meta cut jobs in virtual reality?"),
    ("pt", "A Garmin ganhou o processo contra a Strava?", "Garmin won lawsuit against Strava?"),
    ("pt", "Quantos dias dura a bateria do Oura Ring?", "how many days lasts battery of Oura Ring?"),
    ("pt", "quanta memória tem o galaxy xr", "how much memory has galaxy xr"),
    ("pt", "O Steam Frame vai ser mais caro que o Quest 3?", "Steam Frame will more expensive than Quest 3?"),
    ("zh", "夸克S1的屏幕最亮多少尼特", "how many nits Quark S1 display"),
    ("zh", "Oura的创始人是谁？", "who is Oura founder?"),
    ("zh", "Meta在智能眼镜市场占多少份额？", "what market share Meta in smart glasses market?"),
    ("zh", "Apple Watch Ultra能潜水多深？", "how deep Apple Watch Ultra can dive?"),
    ("zh", "Meta裁了多少人？", "how many people Meta laid off?"),
    ("zh", "理想Livis眼镜在哪里生产？", "where made Li Auto Livis glasses?"),
    ("zh", "谷歌花了多少钱收购Fitbit？", "how much paid Google acquisition Fitbit?"),
    ("zh", "Reality Labs的负责人是谁？", "who is Reality Labs head?"),
    ("zh", "Steam Frame为什么推迟发布？", "why Steam Frame delayed launch?"),
    ("zh", "Ray-Ban Meta是谁设计的？", "who designed Ray-Ban Meta?"),
    ("zh", "Snap Specs什么时候可以预订？", "when Snap Specs can preorder?"),
    ("zh", "Pixel Watch 4支持卫星求救吗？", "Pixel Watch 4 support satellite emergency SOS?"),
    ("zh", "谁买下了Limitless？", "who acquired Limitless?"),
    ("ja", "EssilorLuxotticaのCEOは誰ですか？", "who is EssilorLuxottica CEO?"),
    ("ja", "Metaは2025年にスマートグラスを何台売りましたか？", "how many Meta 2025 smart glasses sell?"),
    ("ja", "Quark S1の画面の最大輝度は何ニトですか？", "how many nits Quark S1 display maximum brightness?"),
    ("ja", "Metaはなぜ訴えられたのですか？", "why Meta sued?"),
    ("ja", "Oura Ringはサブスクが必要ですか？", "Oura Ring subscription needs?"),
    ("ja", "サムスンのスマートグラスはいつ発売されますか？", "when Samsung smart glasses launch?"),
    ("ja", "Galaxy Watchは血糖値を測れますか？", "Galaxy Watch glucose measure?"),
    ("ja", "Quark S1とEven G2はどちらが軽いですか？", "which Quark S1 and Even G2 light?"),
    ("ja", "アリババのメガネで支払いができますか？", "Alibaba glasses pay can?"),
    ("ja", "Vision Proは合計で何台売れましたか？", "how many Vision Pro total sold?"),
    ("ja", "Ouraの2025年の売上高はいくらですか？", "how much is Oura 2025 revenue?"),
    ("ja", "Stravaのユーザー数は？", "Strava users number?"),
    ("ja", "Galaxy Watch UltraとGalaxy Watch 8の価格差は？", "Galaxy Watch Ultra and Galaxy Watch 8 price difference?"),
    ("ja", "Metaにディスプレイを供給しているのはどの会社ですか？", "which company Meta display supplies?"),
    ("ja", "Limitlessを買収したのはどこですか？", "which company Limitless acquired?"),
    ("ko", "갤럭시 글래스 언팩 행사는 어느 도시에서 열려?", "which city Galaxy Glasses unpacked event held?"),
    ("ko", "메타는 왜 소송을 당했나요?", "why Meta sued?"),
    ("ko", "퀄컴 칩을 사용하는 안경은 무엇인가요?", "what Qualcomm chip use glasses?"),
    ("ko", "오우라 링은 구독이 필요한가요?", "Oura Ring subscription needs?"),
    ("ko", "스팀 프레임 출시가 왜 연기됐나요?", "why Steam Frame launch delayed?"),
    ("ko", "에실로룩소티카를 이끄는 사람은 누구야?", "who leads EssilorLuxottica?"),
    ("ko", "스트라바 사용자는 몇 명인가요?", "how many Strava users?"),
    ("ko", "애플은 비전 프로를 아직 판매하나요?", "Apple Vision Pro still sales?"),
    ("ru", "Кто руководит EssilorLuxottica?", "who leads EssilorLuxottica?"),
    ("ru", "Сколько денег привлекла Even Realities?", "how much money raised Even Realities?"),
    ("ru", "Нужна ли подписка для Oura Ring?", "need subscription for Oura Ring?"),
    ("ru", "Есть ли камера в Even G2?", "is there camera in Even G2?"),
    ("ru", "Какой чип стоит в Quark S1?", "which chip Quark S1?"),
    ("ru", "Сколько пользователей у Strava?", "how many users Strava?"),
    ("ru", "Apple всё ещё продаёт Vision Pro?", "Apple still sell Vision Pro?"),
    ("nl", "Wie leidt EssilorLuxottica?", "who leads EssilorLuxottica?"),
    ("nl", "Waarom werd Meta aangeklaagd?", "why was Meta sued?"),
    ("nl", "Heb je een abonnement nodig voor de Oura Ring?", "have subscription needs for Oura Ring?"),
    ("nl", "Heeft de Even G2 een camera?", "has Even G2 camera?"),
    ("nl", "Welke chip zit er in de Quark S1?", "which chip Quark S1?"),
    ("nl", "Hoeveel gebruikers heeft Strava?", "how many users has Strava?"),
    ("nl", "Wie heeft Limitless overgenomen?", "who has Limitless acquired?"),
]

ENGLISH = [
    "how much is the quark s1",
    "hwo much is teh galxy xr",
    "ultrahumen ring bann usa since wen",
    "snpdragon wer elite battry improvment",
    "pixle wach 4 sattelite sos works without fone?",
    "MASIMOO vs appel how much $$$",
    "Luca de Meo on the google glasses, what did he actually say",
    "what does the Li Auto Livis weigh",
    "what did Svenska Dagbladet write about Oura",
    "Göteborgs-Posten oura ring review",
    "Le Monde on meta glasses",
    "die Zeit meta",
    "le monde on meta glasses",
    "Meta buys AI pendant maker Limitless",
    "Zölle on Ray-Ban glasses",
    "wer elite price",
    "how much is the Pixel Watch in México",
    "  two  spaces\tand a tab stay \n",
    "¿",
    "",
]


@pytest.mark.parametrize(("language", "question", "english"), TABLE)
def test_a_question_in_another_language_becomes_english(language: str, question: str, english: str) -> None:
    assert ask(question) == Rewriting(english, language, ())


@pytest.mark.parametrize("question", ENGLISH)
def test_an_english_question_comes_back_as_it_is(question: str) -> None:
    found = ask(question)
    assert (found.text, found.language) == (question, "en")


@pytest.mark.parametrize("english", [english for _, _, english in TABLE])
def test_what_was_rewritten_is_english(english: str) -> None:
    assert ask(english).text == english


def test_a_word_that_no_phrase_fits_is_named() -> None:
    assert ask("was kostet die Zwiebelbrille von Samsung").unknown == ("Zwiebelbrille",)
    assert ask("苏奇多少钱").unknown == ("苏奇",)
    assert "苏奇" in ask("苏奇多少钱").text
    assert ask("이재용은 누구야").unknown == ("이재용",)


def test_a_known_name_stays_where_the_dictionary_has_the_word() -> None:
    known = CORPUS | {"puls"}
    assert to_english("was kostet die Puls", known.__contains__).text == "how much is Puls"
    assert ask("was kostet die Puls").text == "how much is heart rate"


def test_a_script_without_a_phrase_book_is_left_alone() -> None:
    question = "ราคา Galaxy XR"
    assert ask(question).text == question
    assert ask(question).language == "en"


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = ask(text)
    assert found.language == "en" or found.language in BOOKS
    if found.language == "en":
        assert found.text == text


@given(
    st.sampled_from(
        [
            "was kostet die {}",
            "¿cuánto cuesta el {}?",
            "combien coûte le {}",
            "{}多少钱",
            "{}の価格はいくらですか",
            "{} 가격은 얼마인가요",
            "сколько стоит {}",
        ]
    ),
    st.lists(st.sampled_from(["Galaxy", "XR", "S1", "G2", "Ray-Ban", "3,799", "2026", "Qaxo"]), min_size=1),
)
def test_digits_and_latin_names_survive(question: str, names: list[str]) -> None:
    text = ask(question.format(" ".join(names))).text
    assert " ".join(names) in text
    assert text.startswith("how much is")


@given(st.lists(st.sampled_from(sorted(marks()["en"])), min_size=2, max_size=12))
def test_english_words_are_never_rewritten(words: list[str]) -> None:
    question = "what is the price of the " + " ".join(words)
    assert ask(question) == Rewriting(question, "en", ())


@pytest.mark.parametrize("language", BOOKS)
def test_a_phrase_file_is_whole(language: str) -> None:
    book = load(language)
    assert len(book.exact) + len(book.stems) > 150
    tables = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    assert len(tables.get("variant", "")) == len(tables.get("standard", ""))
    assert set(tables) <= SECTIONS | {"spaced", "question_last", "variant", "standard"}
    for phrase in [*book.exact, *book.stems]:
        assert phrase == fold(phrase).strip()
        assert "*" not in phrase


@pytest.mark.parametrize("language", sorted(set(marks()) - {"en"}))
def test_every_mark_stands_in_its_phrase_file(language: str) -> None:
    book = load(language)
    inside = {word for phrase in book.exact for word in plain(phrase).split()}
    strange = [mark for mark in marks()[language] if mark not in inside and not book.stem(mark)]
    assert strange == []
