"""The starter corpus keeps its format, and its sentences can be quoted alone."""

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.text.sentences import split
from bot.values import Status

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"
FILES = sorted(ARTICLES.glob("*.md"))
KEYS = ["title", "url", "publisher", "published", "source_language", "text", "status", "source_quality", "topic"]
KEYS += ["companies", "products"]
LEANING = re.compile(
    r"(?:It|They|He|She|Its|Their|His|Her|This|That|These|Those)\b|Both [a-z]"
    r"|The (?:page|article|report|blog|guide|preview|company|feature|device|chip|glasses|watch|ring|price)\b"
)
"""How a sentence opens that needs the one before it."""


@cache
def parts(path: Path) -> tuple[dict[str, object], str]:
    match = re.fullmatch(r"---\n(.*?)\n---\n(.*)", path.read_text(encoding="utf-8"), re.DOTALL)
    assert match, f"{path.name} needs front matter between two lines of ---"
    return yaml.safe_load(match[1]), match[2]


def sentences(path: Path) -> list[str]:
    body = parts(path)[1]
    return [body[start:end] for start, end, _ in split(body)]


def test_the_starter_corpus_is_all_there() -> None:
    assert len(FILES) >= 177


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_brief_keeps_the_format(path: Path) -> None:
    front, _ = parts(path)
    assert list(front) == KEYS
    for key in ("title", "url", "publisher", "topic"):
        assert str(front[key] or "").strip(), key
    assert re.match(r"https?://\S+$", str(front["url"]))
    assert front["text"] == "brief"
    assert front["status"] in set(Status)
    assert front["source_quality"] in {"high", "medium", "low"}
    assert re.fullmatch(r"[a-z]{2}", str(front["source_language"]))
    for key in ("companies", "products"):
        names = front[key]
        assert isinstance(names, list)
        assert names
        assert all(isinstance(name, str) and name for name in names)
        assert len(set(names)) == len(names), f"{key} names something twice"
    assert sentences(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_date_is_a_day_a_month_or_a_year_of_the_calendar(path: Path) -> None:
    published = parts(path)[0]["published"]
    if published is not None:
        match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", str(published))
        assert match
        date(*(int(part or 1) for part in match.groups()))


def test_titles_and_addresses_are_unique() -> None:
    seen = [(parts(path)[0]["url"], parts(path)[0]["title"]) for path in FILES]
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_sentence_leans_on_the_one_before(path: Path) -> None:
    leaning = [text for text in sentences(path) if LEANING.match(text)]
    assert leaning == []


@pytest.mark.parametrize("text", ["It weighs 545 g.", "The page gives the price as $99.", "They launched in April."])
def test_the_rule_catches_a_sentence_without_a_subject(text: str) -> None:
    assert LEANING.match(text)
