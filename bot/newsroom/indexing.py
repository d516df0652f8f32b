"""/reindex and /rollback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import AnswersWorse, BotError, TooMuchLost
from bot.index.report import STAGES, Progress, Report
from bot.newsroom.acts import Act, Choice, Tell, Told, say
from bot.newsroom.reindexing import Reindexing

FORCE = "force"
_ANYWAY = (Choice("Switch anyway", "reindex", FORCE),)
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Indexing:
    """Makes a new index and takes it back."""

    reindexing: Reindexing
    back: Callable[[], str]
    """Lets the previous build serve and returns its id."""

    def reindex(self, act: Act, tell: Tell) -> Told:
        """Bring the index up to date; a build that is doubtful is offered to an admin instead of switched to."""
        return indexed(lambda hear: self.reindexing.run(str(act.who), hear, force=act.what == FORCE), tell)

    def rollback(self, _: Act, __: Tell) -> Told:
        """Let the previous build serve again."""
        build = self.back()
        return say(f"The index {build} is served again, until articles change or you index; this once more goes back.")


def indexed(run: Callable[[Progress], Report], tell: Tell) -> Told:
    """Return what to say of an index run, its progress told meanwhile."""
    try:
        report = run(lambda stage, done, total: tell(say(_step(stage, done, total))))
    except AnswersWorse as error:
        listed = tuple(f"· {reason}" for reason in error.reasons[:_SHOWN])
        more = (f"… and {len(error.reasons) - _SHOWN} more.",) if len(error.reasons) > _SHOWN else ()
        lines = ("The new index answers known questions worse, so the old one still serves:", *listed, *more)
        return Told(lines, _ANYWAY, outcome=str(error))
    except TooMuchLost as error:
        return Told((str(error),), _ANYWAY)
    except BotError as error:
        return say(str(error))
    return _done(report)


def _done(report: Report) -> Told:
    refused = tuple(f"Refused {path}: {reason}" for path, reason in report.refused[:_SHOWN])
    worse = tuple(f"Answered worse than before: {reason}" for reason in report.worse[:_SHOWN])
    served = f"The index {report.build_id} answers within seconds." if report.new_build else "Nothing had changed."
    return Told((str(report), served, *worse, *refused), outcome=f"{report.build_id}: {report}")


def _step(stage: str, done: int, total: int) -> str:
    told = STAGES.get(stage, stage)
    if total <= 1:
        return f"{told}: {done:,} …" if done and not total else f"{told} …"
    return f"{told}: {done:,} of {total:,} …"
