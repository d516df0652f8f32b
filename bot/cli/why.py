"""python -m bot why"""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from bot.app import newsroom
from bot.cli.exits import Exit
from bot.cli.lines import write
from bot.cli.records import answer_record
from bot.newsroom.why import Replay, lines
from bot.settings import Settings
from bot.terminal.render import line
from bot.terminal.screen import screen


def run(arguments: Namespace, settings: Settings) -> Exit:
    """Show how an answer of the last 30 days came about, and what would be answered today."""
    with newsroom.reviewing(settings) as review:
        replay = review.answers.replay(arguments.answer)
    if arguments.json:
        write(_record(replay))
    else:
        screen()(line(text) for text in lines(replay))
    return Exit.OK


def _record(replay: Replay) -> dict[str, Any]:
    kept, trace = replay.kept, replay.kept.trace
    return {
        "id": kept.id,
        "at": kept.at,
        "asked": trace.asked,
        "understood": trace.rewritten,
        "wanted": asdict(trace.wanted),
        "build": trace.build_id,
        "serving": replay.serving,
        "decision": trace.decision,
        "likely": trace.likely,
        "needed": trace.needed,
        "answer": answer_record(kept.answer, kept.ms),
        "hits": [
            {
                "article": hit.passage.article_id,
                "text": hit.passage.text,
                "score": hit.score,
                "cosine": hit.cosine,
                "bm25": hit.bm25,
                "copies": list(hit.copies),
            }
            for hit in trace.hits
        ],
        "candidates": [
            {
                "article": candidate.sentence.article_id,
                "text": candidate.sentence.text,
                "score": candidate.score,
                "features": dict(candidate.features),
                "dropped": candidate.dropped,
            }
            for candidate in trace.candidates
        ],
        "feedback": [{"at": said.at, "useful": said.useful, "reason": said.reason} for said in replay.feedback],
        "again": answer_record(replay.again, 0.0) if replay.again else None,
    }
