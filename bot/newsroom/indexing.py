"""/reindex and /rollback."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import AnswersWorse, BotError, IndexBusy, TooMuchLost
from bot.index.report import STAGES, Progress, Report
from bot.newsroom.acts import Act, Choice, Tell, Told, say
from bot.newsroom.reindexing import Reindexing

FORCE = "force"
_ANYWAY = (Choice("Switch anyway", "reindex", FORCE),)
_SHOWN = 10
_TRIES, _PAUSE = 200, 3.0
"""How often, and after how many seconds, an index that is busy is asked for again."""


@dataclass(frozen=True, slots=True)
class Indexing:
    """Makes a new index and takes it back."""

    reindexing: Reindexing
    back: Callable[[], str]
    """Lets the previous build serve and returns its id."""
    live: Callable[[str], bool] = bool
    """Waits until a build answers in this process and tells whether it does."""
    sleep: Callable[[float], None] = time.sleep

    def reindex(self, act: Act, tell: Tell) -> Told:
        """Bring the index up to date; a build that is doubtful is offered to an admin instead of switched to."""
        try:
            return self._indexed(act, tell)
        except IndexBusy as error:
            return say(str(error))

    def after(self, act: Act, tell: Tell) -> Told:
        """Bring the index up to date after articles changed; when somebody indexes already, once more after that."""
        for _ in range(_TRIES):
            try:
                return self._indexed(act, tell)
            except IndexBusy as error:
                tell(say(str(error)))
            self.sleep(_PAUSE)
        return Told(
            ("Somebody has been indexing for too long; what changed is answered from after /reindex.",), good=False
        )

    def _indexed(self, act: Act, tell: Tell) -> Told:
        return indexed(lambda hear: self.run(act, hear), tell, self.live)

    def run(self, act: Act, hear: Progress) -> Report:
        """Index for whoever acts. Raises what bot.app.indexing.index raises."""
        return self.reindexing.run(str(act.who), hear, force=act.what == FORCE)

    def rollback(self, _: Act, __: Tell) -> Told:
        """Let the previous build serve again."""
        build = self.back()
        return say(f"The index {build} is served again, until articles change or you index; this once more goes back.")


def indexed(run: Callable[[Progress], Report], tell: Tell, live: Callable[[str], bool]) -> Told:
    """Return what to say of an index run, its progress told meanwhile; live: as in Indexing. Raises IndexBusy."""
    try:
        report = run(lambda stage, done, total: tell(say(_step(stage, done, total))))
    except AnswersWorse as error:
        listed = tuple(f"· {reason}" for reason in error.reasons[:_SHOWN])
        more = (f"… and {len(error.reasons) - _SHOWN} more.",) if len(error.reasons) > _SHOWN else ()
        lines = ("The new index answers known questions worse, so the old one still serves:", *listed, *more)
        return Told(lines, _ANYWAY, outcome=str(error), good=False)
    except TooMuchLost as error:
        return Told((str(error),), _ANYWAY, good=False)
    except IndexBusy:
        raise
    except BotError as error:
        return Told((str(error),), good=False)
    return _done(report, live)


def _done(report: Report, live: Callable[[str], bool]) -> Told:
    refused = tuple(f"Refused {path}: {reason}" for path, reason in report.refused[:_SHOWN])
    worse = tuple(f"Answered worse than before: {reason}" for reason in report.worse[:_SHOWN])
    served = "Nothing had changed."
    if report.new_build:
        served = f"The index {report.build_id} answers {'now' if live(report.build_id) else 'within seconds'}."
    return Told((str(report), served, *worse, *refused), outcome=f"{report.build_id}: {report}")


def _step(stage: str, done: int, total: int) -> str:
    told = STAGES.get(stage, stage)
    if total <= 1:
        return f"{told}: {done:,} …" if done and not total else f"{told} …"
    return f"{told}: {done:,} of {total:,} …"
