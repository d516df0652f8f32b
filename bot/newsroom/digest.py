"""What a pass over the sources did, as lines for whoever is responsible."""

from __future__ import annotations

from collections.abc import Iterator

from bot.newsroom.days import moment
from bot.newsroom.intake import Outcome
from bot.newsroom.passes import Followed

DETAIL = "· "
"""What a line begins with that belongs to the one above."""


def digest(followed: Followed) -> Iterator[str]:
    """Yield what came of each source, then of the articles that were there before."""
    for outcome in followed.outcomes:
        yield _headline(outcome)
        yield from (DETAIL + detail for detail in _details(outcome))
    again = followed.revisited
    yield from (f"Corrected by its publisher: {article_id}" for article_id in again.changed)
    yield from (f"Left as it was: {each}; {ELSE}" for each in again.other)
    yield from (f"Withdrawn by its publisher: {each}; {_BACK}" for each in again.withdrawn)
    yield from (f"Gone because of its age: {each}; {_BACK}" for each in followed.retired)


ELSE = "its page says something else now: look at it, and remove the article if it was withdrawn"
_BACK = "restoring brings it back within 30 days"


def _headline(outcome: Outcome) -> str:
    if not outcome.failed:
        return str(outcome)
    return f"{outcome.source}: {outcome.failed} It is due again on {moment(outcome.due)}."


def _details(outcome: Outcome) -> Iterator[str]:
    for article_id in outcome.entered:
        near = outcome.told_elsewhere.get(article_id)
        yield f"{article_id} ({near + 1} articles, 1 origin)" if near else article_id
    yield from (f"corrected: {article_id}" for article_id in outcome.changed)
    yield from (f"{url}: {reason}" for url, reason in outcome.refused)
    if outcome.put_off:
        count, reason = len(outcome.put_off), outcome.put_off[0][1]
        yield f"{count} {'wait' if count > 1 else 'waits'} for the next time: {reason}"
