"""The operator's own folder of articles may be read-only: what admins say of its articles holds all the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import ROOT, bot
from index_parts import HashingModel
from newsroom_parts import ADMIN
from test_cli_newsroom import lines
from test_cli_start import folder

from bot.errors import CorpusError, ShelfError
from bot.fetching import Getter
from bot.index.building import build
from bot.index.fingerprint import fingerprint
from bot.index.report import Options
from bot.newsroom.acts import Act, Person, Tell, Told, say
from bot.newsroom.articles import Articles
from bot.newsroom.entering import Entering
from bot.newsroom.listing import listed, overlaid
from bot.readers import Refusal, read_corpus
from bot.readers.overlay import FOLDER
from bot.values import Article, Published, Status

__all__ = ["folder"]

ALTO = "---\ntitle: The Alto Watch\npublisher: Wire\npublished: 2026-10-01\nurl: https://wire.example/alto\n---\n"
TEXT = "The Alto Watch costs 99 dollars."


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Path]:
    """A folder that may only be read, with an article in a folder below it."""
    root = tmp_path / "corpus"
    (root / "watches").mkdir(parents=True)
    (root / "watches" / "Alto é.md").write_text(f"{ALTO}{TEXT}\n", "utf-8")
    (root / "ring.txt").write_text("The Halo ring\n\nThe Halo ring weighs 2 grams.\n", "utf-8")
    (root / "band.txt").write_text("The Nimbus band\n\nThe Nimbus band weighs 21 grams.\n", "utf-8")
    (root / "cap.txt").write_text("The Cirrus cap\n\nThe Cirrus cap weighs 90 grams.\n", "utf-8")
    places = [root, root / "watches"]
    for place in places:
        place.chmod(0o555)
    before = fingerprint(root)
    yield root
    assert fingerprint(root) == before, "nothing in it has changed"
    for place in places:
        place.chmod(0o755)


@pytest.fixture
def articles(corpus: Path, tmp_path: Path) -> Articles:
    return Articles(tmp_path / "data", Getter(), corpus=corpus)


NAME = "watches/Alto é"


def read(articles: Articles, corpus: Path) -> dict[str, Article]:
    return {each.id: each for each in read_corpus(corpus, articles.shelf.folder) if isinstance(each, Article)}


def index(articles: Articles, corpus: Path, tmp_path: Path) -> str:
    report = build(corpus, tmp_path / "data", HashingModel(), options=Options(also=(articles.shelf.folder,)))
    return f"{report.articles} {report.added} {report.changed} {report.removed} {report.new_build}"


def test_an_article_of_the_folder_is_left_out_and_comes_back(articles: Articles, corpus: Path, tmp_path: Path) -> None:
    assert index(articles, corpus, tmp_path) == "4 4 0 0 True"
    assert articles.remove(NAME).title == "The Alto Watch"
    assert index(articles, corpus, tmp_path) == "3 0 0 1 True"
    assert index(articles, corpus, tmp_path) == "3 0 0 0 False"
    assert [(each.article.id, each.said) for each in listed(articles)] == [(NAME, "left out")]
    assert "1 left out, 0 with other metadata" in overlaid(articles)
    for act in (articles.remove, lambda name: articles.edit(name, "title", "Another")):
        with pytest.raises(ShelfError, match="left out"):
            act(NAME)
    assert articles.shelf.thrown("https://wire.example/alto"), "a feed does not bring again what was removed"
    assert articles.restore(NAME).body == TEXT
    assert not articles.shelf.thrown("https://wire.example/alto")
    assert index(articles, corpus, tmp_path) == "4 1 0 0 True"
    assert (listed(articles), overlaid(articles)) == ([], "")
    with pytest.raises(ShelfError):
        articles.restore(NAME)


def test_other_metadata_holds_until_it_is_taken_back(articles: Articles, corpus: Path, tmp_path: Path) -> None:
    index(articles, corpus, tmp_path)
    articles.edit(NAME, "published", "24. November 2026")
    articles.edit(NAME, "status", "rumour")
    articles.edit(NAME, "publisher", "")
    found = read(articles, corpus)[NAME]
    assert (found.published, found.status, found.publisher) == (Published(2026, 11, 24), Status.RUMOUR, "")
    assert found.body == TEXT
    assert index(articles, corpus, tmp_path) == "4 0 1 0 True"
    (shown,) = listed(articles)
    assert (shown.article.published, shown.said) == (found.published, "changed: published, status, publisher")
    articles.remove(NAME)
    assert articles.restore(NAME) == found, "what was changed stays changed"
    assert articles.restore(NAME).publisher == "Wire"
    assert read(articles, corpus)[NAME].published == Published(2026, 10, 1)
    assert index(articles, corpus, tmp_path) == "4 0 1 0 True"


def test_the_same_text_can_come_in_place_of_one_that_is_left_out(articles: Articles, corpus: Path) -> None:
    articles.remove(NAME)
    entered = articles.enter(articles.draft_file("alto.md", f"{ALTO}{TEXT}\n".encode()).id)
    assert NAME not in read(articles, corpus)
    assert read(articles, corpus)[entered].body == TEXT


@pytest.mark.parametrize(
    "name", ["../corpus/ring", "/etc/passwd", "ring.txt", "Ring", "", "watches", "a\x00b", "\ud800", "é" * 5000]
)
def test_what_is_no_article_of_the_folder_is_one_sentence(name: str, articles: Articles, tmp_path: Path) -> None:
    for act in (articles.remove, articles.restore, lambda wrong: articles.edit(wrong, "title", "A title")):
        with pytest.raises(ShelfError):
            act(name)
    assert not (tmp_path / "data" / "articles").exists()


@pytest.mark.parametrize(
    ("field", "value"), [("published", "05/06/2026"), ("body", "Other words."), ("status", "true"), ("url", "x")]
)
def test_a_change_that_would_mislead_is_refused(field: str, value: str, articles: Articles) -> None:
    with pytest.raises(ShelfError):
        articles.edit(NAME, field, value)
    assert list(articles.folder) == []


def test_a_folder_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    gone = Articles(tmp_path / "data", Getter(), corpus=tmp_path / "nowhere")
    with pytest.raises(CorpusError):
        gone.remove("ring")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"removed": true}',
        b'{"article": "ring", "changes": {"published": "some day"}}',
        b'{"article": "ring", "changes": {"body": "Other words."}}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_an_overlay_that_says_nothing_is_told_and_changes_nothing(
    content: bytes, articles: Articles, corpus: Path
) -> None:
    place = articles.shelf.folder / FOLDER
    place.mkdir(parents=True)
    (place / "a.json").write_bytes(content)
    found = list(read_corpus(corpus, articles.shelf.folder))
    assert [each.path.name for each in found if isinstance(each, Refusal)] == ["a.json"]
    assert len(found) == 5
    assert (listed(articles), overlaid(articles)) == ([], "")


def test_admins_find_change_and_remove_an_article_of_the_folder_from_a_chat(
    articles: Articles, corpus: Path, tmp_path: Path
) -> None:
    index(articles, corpus, tmp_path)

    def indexed(_: Act, __: Tell) -> Told:
        return say(index(articles, corpus, tmp_path))

    entering = Entering(articles, indexed)

    def act(run: str, what: str) -> str:
        told: Told = getattr(entering, run)(Act(Person("telegram", str(ADMIN)), run, what), lambda _: None)
        return "\n".join(told.lines)

    assert "a word finds all" in act("list", "")
    assert act("list", "halo").startswith("ring · The Halo ring")
    assert "3 0 0 1 True" in act("remove", "ring")
    assert "left out" in act("list", "halo")
    assert "Brought back ring" in act("restore", "ring")
    assert "4 0 1 0 True" in act("edit", "band published 2026-11")
    assert "Nov 2026 · changed: published" in act("list", "")


def test_from_the_command_line_to_the_answer(folder: Path) -> None:
    for name in ("fitbit-air", "oura-ring-5", "pebble-price", "quark-presale", "galaxy-watch8"):
        (folder / "articles" / f"{name}.md").write_bytes((ROOT / "corpus" / "articles" / f"{name}.md").read_bytes())
    assert bot("index", folder=folder).returncode == 0
    question = "how long is the fitbit air module"

    def asked() -> dict[str, object]:
        (found,) = lines(bot("ask", question, "--json", folder=folder))
        return found

    before = asked()
    assert cited(before)[0]["article"] == "fitbit-air"
    edited = bot("edit", "fitbit-air", "--published", "2026-11", "--publisher", "The Wire", folder=folder)
    assert edited.returncode == 0, edited.stderr
    first = cited(asked())[0]
    assert (first["publisher"], first["published"]) == ("The Wire", "2026-11")
    assert bot("remove", "fitbit-air", folder=folder).returncode == 0
    assert "fitbit-air" not in [c["article"] for c in cited(asked())]
    assert b"1 left out" in bot("index", "--status", folder=folder).stdout
    (listed,) = lines(bot("articles", "--json", folder=folder))
    assert (listed["article"], listed["said"], listed["entered"]) == ("fitbit-air", "left out", None)
    for _ in range(2):  # first it comes back, then as its file has it
        assert bot("remove", "fitbit-air", "--restore", folder=folder).returncode == 0
    assert cited(asked()) == cited(before)
    acts = [(act["act"], act["what"]) for act in lines(bot("audit", "--json", folder=folder))]
    assert acts[:4] == [(act, "fitbit-air") for act in ("restore", "restore", "remove", "edit")]


def cited(answer: dict[str, object]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(json.dumps(answer["citations"]))
    return found
