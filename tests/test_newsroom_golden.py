"""Known questions: the file, what counts as worse, and a build that is refused and overruled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from answering_parts import opened

from bot.app import indexing
from bot.conversation import Conversation
from bot.errors import AnswersWorse, CorpusError
from bot.index.builds import Builds
from bot.index.lending import Library
from bot.index.report import Options
from bot.newsroom.canary import silent
from bot.newsroom.gate import Opened, judged
from bot.newsroom.golden import Golden, asked, failed, load_golden, worse
from bot.settings import Settings
from bot.values import Answer, Ask, Trace, Turn

ROOT = Path(__file__).parents[1]
STARTER = ROOT / "corpus" / "questions.toml"


def saying(*answers: tuple[str, str]) -> Ask:
    """Answer questions that begin so with a text, decline every other."""

    def ask(question: str, history: Sequence[Turn]) -> tuple[Answer, Trace]:
        text = next((text for begin, text in answers if question.startswith(begin)), "")
        answer = Answer(question, text or "I don't know.", declined=not text)
        return answer, Trace(question, f"{len(history)}", "b", (), (), "")

    return ask


def broken(_: str, __: Sequence[Turn]) -> tuple[Answer, Trace]:
    raise ZeroDivisionError


def test_the_starter_questions_are_answered_well(starter_home: Path) -> None:
    golden = load_golden(STARTER)
    assert len(golden) >= 25
    assert sum(each.declines for each in golden) >= 3
    model, encoder = opened(starter_home)
    with closing(Library(starter_home, model.identity)) as library:
        ask = Conversation(library, encoder).ask
        assert failed(golden, ask) == []
        with library.snapshot() as snapshot:
            assert not silent(ask, [card.title for card in snapshot.cards()])


def test_a_file_that_is_not_there_asks_nothing(tmp_path: Path) -> None:
    assert load_golden(tmp_path / "none.toml") == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[question]\n", "cannot be read as TOML"),
        ("\udcff", "cannot be read as TOML"),
        ("[[question]]\nmust = [['1']]\n", r"question 0\.ask: Field required"),
        ("[[question]]\nask = 'x'\nmust = ['1']\n", r"question 0\.must\.0"),
        ("[[question]]\nask = 'x'\nmust = [[]]\n", r"question 0\.must\.0"),
        ("[[question]]\nask = 'x'\nmsut = [['1']]\n", r"question 0\.msut"),
        ("[[question]]\nask = 'x'\n" * 201, "more than 200"),
        ("question = 5\n", "Correct"),
        ("#" * 1_000_001, "larger than a megabyte"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_sentence(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "questions.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(CorpusError, match=says):
        load_golden(path)


@pytest.mark.parametrize(
    ("golden", "why"),
    [
        (Golden("price", must=(("3,799", "3799 yuan"),)), ""),
        (Golden("price", must=(("1,899",),)), "the answer lacks 1,899"),
        (Golden("price", must=(("379",),)), "the answer lacks 379"),
        (Golden("price", must_not=("3799",)), "the answer says 3799"),
        (Golden("price", declines=True), "it is answered, though the articles do not tell"),
        (Golden("weight"), "it is declined"),
        (Golden("weight", declines=True), ""),
    ],
)
def test_an_answer_is_held_against_what_it_must_hold(golden: Golden, why: str) -> None:
    assert asked(golden, saying(("price", "It costs 3 799 yuan. [1]"))) == why


def test_the_questions_before_are_asked_first() -> None:
    heard: list[tuple[str, int]] = []

    def ask(question: str, history: Sequence[Turn]) -> tuple[Answer, Trace]:
        heard.append((question, len(history)))
        return saying(("", "yes"))(question, history)

    assert asked(Golden("third", after=("first", "second")), ask) == ""
    assert heard == [("first", 0), ("second", 2), ("third", 4)]


def test_only_what_was_answered_well_before_is_worse() -> None:
    golden = [Golden("a"), Golden("b"), Golden("c")]
    found = worse(golden, saying(("a", "yes")), saying(("a", "yes"), ("b", "yes")))
    assert found == ("“b”: it is declined",)
    assert worse(golden, broken, saying(("a", "yes"))) == ("“a”: answering failed with ZeroDivisionError",)
    assert worse(golden, broken, broken) == ()


@pytest.mark.parametrize(
    ("new", "serving", "found"),
    [
        (saying(), saying(("t", "yes")), 1),
        (broken, saying(("t", "yes")), 1),
        (saying(), saying(), 0),
        (saying(("t7", "yes")), saying(("t", "yes")), 0),
    ],
)
def test_an_index_that_answers_nothing_is_noticed(new: Ask, serving: Ask, found: int) -> None:
    titles = tuple(f"t{number}" for number in range(12))
    assert len(judged((), Opened(new, titles), Opened(serving, titles))) == found


def test_a_canary_says_nothing_of_two_articles() -> None:
    assert not silent(saying(), ["one", "two"])
    assert silent(saying(), ["one", "two", "three"])


def articles(corpus: Path, write: Callable[[int], str]) -> None:
    corpus.mkdir(exist_ok=True)
    for number in range(4):
        front = f"---\ntitle: Ring {number} of Aurora\npublisher: Example\npublished: 2026-01-0{number + 1}\n---\n"
        (corpus / f"ring-{number}.md").write_text(front + write(number), "utf-8")


def test_a_worse_build_is_refused_with_its_reasons_and_can_be_forced(model_home: Path, tmp_path: Path) -> None:
    corpus, golden, home = tmp_path / "corpus", tmp_path / "golden.toml", tmp_path / "data"
    (home / "models").parent.mkdir()
    (home / "models").symlink_to(model_home / "models")
    golden.write_text('[[question]]\nask = "how much is the Aurora Ring 2"\nmust = [["129"]]\n', "utf-8")
    settings = Settings(_env_file=None, data_dir=home, corpus_dir=corpus, golden_file=golden)
    articles(corpus, lambda number: f"The Aurora Ring {number} costs 12{number + 7} dollars.\n")
    first = indexing.index(settings).build_id
    articles(corpus, lambda number: f"The Aurora Ring {number} costs 9{number} dollars.\n")
    stages: list[str] = []
    with pytest.raises(AnswersWorse, match=r"“how much is the Aurora Ring 2”: the answer lacks 129") as caught:
        indexing.index(settings, lambda stage, *_: stages.append(stage))
    assert caught.value.reasons == ("“how much is the Aurora Ring 2”: the answer lacks 129",)
    assert stages[-2:] == ["judge", "judge"]
    assert Builds(home).current().build == first
    report = indexing.index(settings, options=Options(force=True))
    assert report.encoded == 0, "what was embedded for the refused build is not embedded again"
    assert report.worse == caught.value.reasons
    assert Builds(home).current().build == report.build_id
    assert not indexing.index(settings).new_build
