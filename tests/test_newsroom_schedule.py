"""On a schedule, with nobody at the keyboard: what is new in the folder is answered from, and it is written down."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from feed_server import QUICK, FeedServer, Item, Page, article_page, rss
from index_parts import write_edition

from bot.app import indexing, newsroom, serving
from bot.fetching import Getter
from bot.index.builds import Builds
from bot.messages import Message, Place
from bot.newsroom.acts import Act, Person
from bot.newsroom.articles import Articles
from bot.settings import Settings
from bot.store import Store

EVERY_SECOND = 1 / 3600


@pytest.fixture
def settings(model_home: Path, tmp_path: Path) -> Settings:
    data, corpus = tmp_path / "data", tmp_path / "corpus"
    data.mkdir()
    (data / "models").symlink_to(model_home / "models")
    (tmp_path / "sources.toml").write_text("", "utf-8")
    write_edition(corpus, 1)
    return Settings(
        _env_file=None,
        data_dir=data,
        corpus_dir=corpus,
        golden_file=tmp_path / "none.toml",
        sources=tmp_path / "sources.toml",
        reindex_every_hours=EVERY_SECOND,
        keep_days=30,
        admins=("telegram:701",),
        workers=1,
    )


def test_an_index_run_lets_go_what_is_too_old(settings: Settings) -> None:
    articles = newsroom.articles(settings)
    path = Path()
    for name in ("young", "old"):
        draft = articles.draft_file(f"{name}.txt", f"The {name} band\n\nThe {name} band costs 9 dollars.".encode())
        path = settings.shelf_dir / f"{articles.enter(draft.id)}.md"
    path.write_text(re.sub(r"entered: .*", "entered: 2026-01-01T00:00:00+00:00", path.read_text("utf-8")), "utf-8")
    assert indexing.index(settings).articles == 7
    assert [shelved.article.title for shelved in articles.all()] == ["The young band"]
    assert articles.restore(path.stem).title == "The old band"


def test_a_round_follows_and_names_what_a_person_must_look_at(settings: Settings) -> None:
    with FeedServer() as site:
        items = [Item("/ring", "Halo Ring 3 announced"), Item("/band", "The Alto Band is sold")]
        site.pages["/feed"] = Page(rss(items, site), "application/rss+xml")
        site.pages["/ring"] = Page(article_page("Halo Ring 3 announced", ["The Halo Ring 3 costs 299 euros in Oslo."]))
        site.pages["/band"] = Page(article_page("The Alto Band is sold", ["The Alto Band costs 99 dollars in Rome."]))
        source = '[[source]]\nname = "{0}"\nurl = "{1}"\npublisher = "Wire"\nenabled = true\n'
        sources = [source.format(name, site.url(f"/{name}")) for name in ("feed", "gone")]
        settings.sources.write_text("".join(sources), "utf-8")
        shelf = Articles(settings.data_dir, Getter(limits=QUICK, allowed=site.allowed), settings.sources)
        told = serving._follow(shelf, lambda: False)
        assert told.good
        assert told.lines[0].startswith("2 sources asked, 1 failed: 2 articles new")
        site.pages["/ring"] = Page(article_page("Wire", ["Welcome to the front page of the wire, dear reader."]))
        for _ in range(2):
            shelf.follow(everything=True)
        told = serving._follow(shelf, lambda: False)
        assert not told.good
        assert [line.partition(":")[0] for line in told.lines] == [
            "Some sources could not be read several times in a row",
            "The pages of some articles say something else now",
        ]
        first, second = newsroom.remarks(settings, shelf)
        assert first.startswith("The source gone cannot be read: There is no such page")
        assert second.startswith("halo-ring-3-announced-")


def test_a_serving_bot_brings_its_index_up_to_date_by_itself(settings: Settings) -> None:
    data, corpus = settings.data_dir, settings.corpus_dir
    indexing.index(settings)
    before = Builds(data).current().build
    with serving.desk(settings) as (desk, room):
        told = room.act(Act(Person("telegram", "701"), "status"), lambda _: None)
        assert any(line.startswith("Sources are followed and indexed every ") for line in told.lines)
        write_edition(corpus, 2)
        deadline = time.monotonic() + 120
        while desk.telling.serving() == before and time.monotonic() < deadline:
            time.sleep(0.1)
        message = Message("1", Place("telegram", "9"), "9", "what does band 3 cost?", time.time())
        assert desk.accept(message)
        answer = desk.answer(message).answer
        assert "edition 2" in answer.citations[0].quote
        for number in range(1, 6):
            (corpus / f"band-{number}.md").unlink()
        while not (news := room.news("telegram")) and time.monotonic() < deadline:
            time.sleep(0.1)
        ((admin, told),) = news
        assert admin == "701"
        assert [choice.label for choice in told.choices] == ["Switch anyway"]
        assert "edition 2" in desk.answer(message).answer.citations[0].quote
    store = Store(data)
    assert {(entry.who, entry.act) for entry in store.audit.newest(5)} == {("schedule", "reindex")}
    store.close()
