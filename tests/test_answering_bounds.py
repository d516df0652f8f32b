"""What a question costs does not grow with how long articles are."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from answering_parts import write

from bot.answering.answerer import Answerer
from bot.answering.concepts import load
from bot.index.building import build
from bot.index.lending import Library
from bot.index.model import find_model

LONG = 40
MANY = 8


def test_of_many_long_articles_the_nearest_few_are_read(tmp_path: Path, model_home: Path) -> None:
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    corpus.mkdir()
    for number in range(MANY):
        body = " ".join(f"The Lark Ring {number} passed test {k} of the lab in Oslo." for k in range(LONG))
        write(corpus, f"ring-{number}", body, title=f"Lark Ring {number}", publisher="Lab", products=["Lark Ring"])
    model = find_model("", model_home)
    build(corpus, data, model)
    with closing(Library(data, model.identity)) as library, library.snapshot() as snapshot:
        _, ranked = Answerer(snapshot, model.open(), load()).weighed("which tests did the lark ring pass in the lab")
    read = {r.article_id for r in ranked}
    assert 1 < len(read) < MANY
    assert len(ranked) <= len(read) * LONG
