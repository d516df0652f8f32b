"""The JSON shapes that other programs rely on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.values import Answer, Article, Citation, Hit


def answer_record(answer: Answer, elapsed_ms: float) -> dict[str, Any]:
    """Return an answer in the shape of `ask --json`; published is as exact as it is known, or null."""
    return {
        "question": answer.question,
        "answer": answer.text,
        "declined": answer.declined,
        "note": answer.note,
        "sentences": [
            {"text": statement.text, "citations": list(statement.citations), "role": statement.role.value}
            for statement in answer.statements
        ],
        "citations": [_citation(citation) for citation in answer.citations],
        "elapsed_ms": elapsed_ms,
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.n,
        "article": citation.article_id,
        "title": citation.title,
        "publisher": citation.publisher,
        "url": citation.url,
        "published": str(citation.published) if citation.published else None,
        "quote": citation.quote,
        "link": citation.link,
        "status": citation.status.value,
        "brief": citation.brief,
    }


def search_record(question: str, found: Sequence[tuple[Hit, Article]], elapsed_ms: float) -> dict[str, Any]:
    """Return hits, each with its article, in the shape of `search --json`, best first."""
    return {
        "question": question,
        "hits": [
            {
                "article": article.id,
                "url": article.url,
                "title": article.title,
                "published": str(article.published) if article.published else None,
                "text": hit.passage.text,
                "score": round(hit.score, 6),
            }
            for hit, article in found
        ],
        "elapsed_ms": elapsed_ms,
    }
