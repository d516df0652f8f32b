"""python -m bot gaps"""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from bot.app import newsroom
from bot.cli.exits import Exit
from bot.cli.lines import write
from bot.newsroom.gaps import Gap, Gaps, lines
from bot.settings import Settings
from bot.terminal.render import line
from bot.terminal.screen import screen

_MOST = 50


def run(arguments: Namespace, settings: Settings) -> Exit:
    """Show what people asked and no article told, by topic."""
    with newsroom.reviewing(settings) as review:
        gaps = review.gaps.look(arguments.days, _MOST)
    if arguments.json:
        write(_record(gaps))
    else:
        screen()(line(text) for text in lines(gaps))
    return Exit.OK


def _record(gaps: Gaps) -> dict[str, Any]:
    return {
        "days": gaps.days,
        "declined": gaps.declined,
        "not_useful": gaps.not_useful,
        "topics": [_topic(gap) for gap in gaps.found],
        "left_out": gaps.topics - len(gaps.found),
    }


def _topic(gap: Gap) -> dict[str, Any]:
    topic, article = gap.topic, gap.nearest
    nearest = article and {
        "article": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "url": article.url,
        "published": str(article.published) if article.published else None,
    }
    return {
        "topic": topic.title,
        "why": topic.why,
        "declined": topic.declined,
        "not_useful": topic.not_useful,
        "reported": topic.reported,
        "wanted": [{"what": what, "count": count} for what, count in topic.wanted],
        "nearest": nearest,
        "first": topic.first,
        "last": topic.last,
        "answers": list(topic.answers),
        "questions": list(topic.questions),
        "told_now": gap.told_now,
    }
