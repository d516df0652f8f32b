"""The articles of all folders, each once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bot.index.passages import room, runs, sentences_of
from bot.index.texts import Cut
from bot.readers import Refusal, read_corpus
from bot.text.sentences import split
from bot.values import Article


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was read from the folders of articles."""

    articles: tuple[Article, ...]
    refused: tuple[tuple[str, str], ...]
    """(path below its folder, reason)."""


def gather(folders: Sequence[Path], done: Callable[[int], None]) -> Gathered:
    """Read every article below the folders; done hears how many files were read. Raises CorpusError."""
    articles: list[Article] = []
    refused: list[tuple[str, str]] = []
    for count, each in enumerate(read_corpus(*folders), 1):
        done(count)
        if isinstance(each, Refusal):
            refused.append((_below(each.path, folders), each.reason))
        elif each.body.strip():  # sentences cover whatever is no white space
            articles.append(each)
        else:
            refused.append((each.id, "It holds no sentence; write one or remove the file."))
    return Gathered(tuple(articles), tuple(refused))


def _below(path: Path, folders: Sequence[Path]) -> str:
    return next(path.relative_to(folder).as_posix() for folder in folders if path.is_relative_to(folder))


def cut(articles: Sequence[Article], tokens: Callable[[Sequence[str]], list[int]], max_tokens: int) -> list[Cut]:
    """Return each article cut into sentences and passages that fit a model of max_tokens."""
    sentences = [sentences_of(article, split(article.body)) for article in articles]
    told = zip(articles, sentences, strict=True)
    counted = iter(tokens([text for article, own in told for text in (article.title, *(each.text for each in own))]))
    cuts = []
    for article, own in zip(articles, sentences, strict=True):
        title, *lengths = islice(counted, 1 + len(own))
        cuts.append(Cut(article, own, tuple(runs(lengths, room(title, max_tokens)))))
    return cuts
