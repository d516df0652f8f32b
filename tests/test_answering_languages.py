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
    ("de", "Wer ist Chef von Oura?", "who is CEO of Oura?"),
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
