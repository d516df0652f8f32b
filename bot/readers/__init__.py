"""Read files of four formats as articles: `read_article` for one, `read_corpus` for a folder."""

from bot.readers.corpus import Refusal, read_article, read_corpus

__all__ = ["Refusal", "read_article", "read_corpus"]
