"""Find the passages that a question is about."""

from bot.retrieval.hybrid import search, search_texts, wordings

__all__ = ["search", "search_texts", "wordings"]
