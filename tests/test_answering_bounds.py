"""What a question costs does not grow with how long articles are."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from answering_parts import opened, write

from bot.answering.candidates import PASSAGES, PER_ARTICLE, Finder
from bot.answering.reader import load_weights
from bot.index.building import build
from bot.index.lending import Library
from bot.values import Turn

LONG = 60
MANY = 5


def test_of_many_long_articles_the_nearest_few_passages_are_read(tmp_path: Path, model_home: Path) -> None:
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    for number in range(MANY):
        body = " ".join(f"The Lark Ring {number} passed test {k} of the lab in Oslo." for k in range(LONG))
        write(corpus, f"ring-{number}", body, title=f"Lark Ring {number}")
    model, encoder = opened(model_home)
    build(corpus, data, model)
    with closing(Library(data, model.identity)) as library, library.snapshot() as snapshot:
        finder = Finder(snapshot, encoder, load_weights(encoder.trained))
        before = [Turn("user", "which rings were tested"), Turn("bot", "The Lark Ring 1 passed. " * 500)]
        readings = finder.find("which tests did the lark ring pass in the lab", before)
    assert len(readings) == 2
    for each in readings:
        articles = [hit.passage.article_id for hit in each.hits]
        assert len(articles) <= PASSAGES
        assert max(map(articles.count, articles)) <= PER_ARTICLE
        assert len(each.odds) == sum(hit.passage.last - hit.passage.first for hit in each.hits) < MANY * LONG
