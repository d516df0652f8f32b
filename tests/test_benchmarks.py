"""What the benchmarks measure with is itself right."""

import math
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.answers import answerability
from benchmarks.growth import Recombined, made_up
from benchmarks.ranking import Ranking, holds, ndcg, quality
from benchmarks.report import Table, machine
from benchmarks.sets import Asked, Public, Source, read, write_articles
from bot.index.tokens import WIDTH
from bot.readers import read_article

GRADES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 2), min_size=1)


@given(GRADES, st.permutations(list("abcdefgh")))
def test_ndcg_is_one_for_the_best_order_and_never_more(grades: dict[str, int], order: list[str]) -> None:
    best = sorted(order, key=lambda name: -grades.get(name, 0))
    assert ndcg([grades.get(name, 0) for name in best], grades) == pytest.approx(1)
    assert 0 <= ndcg([grades.get(name, 0) for name in order], grades) <= 1 + 1e-9


def test_measures_of_a_ranking_by_hand() -> None:
    rankings = {"q1": Ranking(("b", "a"), ("It was  Worm’s.",)), "q2": Ranking(("c",), ("no",))}
    found = quality(rankings, {"q1": {"a": 2, "b": 1}, "q2": {"d": 1}}, {"q1": ["worm's"], "q2": ["yes"]})
    assert (found.hit1, found.hit4, found.reciprocal, found.answer4) == (0.5, 0.5, 0.5, 0.5)
    assert found.ndcg10 == pytest.approx((1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)) / 2)


def test_an_answer_is_found_whatever_its_case() -> None:
    assert holds(["in New\u00a0York on Monday"], ["new york"])
    assert not holds(["in York"], ["New York"])


def test_a_set_comes_back_as_articles_of_ours(tmp_path: Path) -> None:
    source = Source("d1", 'A "quoted": title', "First.\n\nSecond.", "https://example.org/a", "2023/08/20")
    write_articles([source], tmp_path / "articles")
    article = read_article(tmp_path / "articles" / "d1.md", tmp_path / "articles")
    assert (article.id, article.title, article.url) == ("d1", source.title, source.url)
    assert str(article.published) == "2023-08-20"
    assert article.body.strip() == source.text


def test_a_set_is_read_with_its_own_questions_and_each_text_once(tmp_path: Path) -> None:
    lines = ['{"id": "d2", "title": "", "text": "x "}', '{"id": "d1", "title": "", "text": "x"}']
    (tmp_path / "corpus.jsonl").write_text("\n".join(lines))
    (tmp_path / "queries.jsonl").write_text(
        '{"id": "q1", "text": "x?", "history": [{"speaker": "agent", "text": "h"}]}\n'
    )
    (tmp_path / "qrels.tsv").write_text("q1\t0\td2\t2\nq1\t0\td1\t1\nq9\t0\td1\t1\n")
    public = read(tmp_path)
    assert [article.id for article in public.articles] == ["d1"]
    assert public.relevant == {"q1": {"d1": 2}}
    assert [turn.speaker for turn in public.judged[0].history] == ["bot"]


def test_a_set_with_gold_answers_is_measured_as_a_file_of_questions(model_home: Path, tmp_path: Path) -> None:
    shutil.copytree(model_home / "models", tmp_path / "data" / "models", copy_function=os.link)
    ring = Source("ring", "The Lumo ring", "The Lumo ring costs 299 euros.", "", "2026-01-02")
    asked = [
        Asked("1", "How much does the Lumo ring cost?", (), ("399", "299"), answerable=True),
        Asked("2", "Who founded the city of Rome?", (), ("Romulus",), answerable=False),
    ]
    table = answerability(Public("small", (ring,), tuple(asked), {}), tmp_path)
    reached = {name: value for name, value, _ in table.rows}
    assert (reached["answered_right"], reached["abstained_rightly"], reached["wrongly_declined"]) == (
        "1.0",
        "1.0",
        "0.0",
    )


def test_recombined_vectors_have_length_one_and_lie_between_their_sentences() -> None:
    one, two = np.eye(2, 8, dtype=np.float32)
    encoder = Recombined(
        {"One is here.": one, "Two is here.": two}, 8, lambda texts, _: [np.array([0, 3])] * len(texts)
    )
    both, first, unknown = encoder.encode(["One is here. Two is here.", "One is here.", "Nobody knows."])
    assert np.linalg.norm([both, first, unknown], axis=1) == pytest.approx(1)
    assert both @ one == pytest.approx(both @ two)
    assert first @ one == pytest.approx(1)
    _, (tokens,) = encoder.encode_passages(["One is here."], [[0]])
    assert tokens.vectors.shape == (3, WIDTH)
    assert len(set(made_up(50))) == 50


def test_a_table_is_markdown_and_the_machine_is_named() -> None:
    table = Table("T", ("a", "bb"), (("1", "2"),), "remark")
    assert table.markdown() == "### T\n\nremark\n\n| a | bb |\n| - | -- |\n| 1 | 2  |"
    assert "cores" in machine()
