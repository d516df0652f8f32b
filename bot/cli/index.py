"""python -m bot index"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from bot.app import indexing, storing
from bot.cli.exits import Exit
from bot.cli.lines import write
from bot.cli.progress import progress
from bot.index.builds import BuildStatus, IndexStatus
from bot.index.report import Options, Report
from bot.settings import Settings
from bot.terminal.render import Line, Look, line
from bot.terminal.screen import screen


def run(arguments: Namespace, settings: Settings) -> Exit:
    """Index the articles, or show or take back what is served."""
    if arguments.status:
        # It reads the articles, which brings all that enters them; an index run needs none of that.
        from bot.app.newsroom import articles, remarks

        return _status(indexing.status(settings), remarks(settings, articles(settings)), as_json=arguments.json)
    if arguments.rollback:
        return _rollback(settings, as_json=arguments.json)
    if arguments.corpus:
        settings = settings.model_copy(update={"corpus_dir": arguments.corpus})
    if arguments.watched:
        from bot.cli.watched import run as watched

        return watched(arguments, settings)
    options = Options(rebuild=arguments.rebuild, force=arguments.force, who=str(storing.keyboard()))
    with storing.audited(settings, "index", "force" if arguments.force else "") as outcome, progress() as hear:
        report = indexing.index(settings, hear, options)
        outcome.append(f"{report.build_id}: {report}")
    if arguments.json:
        write(report_record(report))
    else:
        screen()(report_lines(report))
    return Exit.PARTLY if report.refused else Exit.OK


def index_after(arguments: Namespace, settings: Settings) -> None:
    """Index what another command has changed, unless it was told not to; says on standard error what was done."""
    if not arguments.no_index:
        with progress() as hear:
            report = indexing.index(settings, hear, Options(who=str(storing.keyboard())))
        screen(sys.stderr)(report_lines(report))


def report_record(report: Report) -> dict[str, Any]:
    """Return what an index run did in the shape of `index --json`."""
    return {
        "build": report.build_id,
        "new_build": report.new_build,
        "articles": report.articles,
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "refused": [{"path": path, "reason": reason} for path, reason in report.refused],
        "encoded": report.encoded,
        "seconds": round(report.seconds, 2),
    }


def report_lines(report: Report) -> Iterator[Line]:
    """Yield what an index run did: one line for every file that was refused, then the summary."""
    for path, reason in report.refused:
        yield line(f"Refused {path}: {reason}", Look.ERROR)
    for reason in report.worse:
        yield line(f"Answered worse than before: {reason}", Look.ERROR)
    yield line(str(report))


def _rollback(settings: Settings, *, as_json: bool) -> Exit:
    with storing.audited(settings, "rollback") as outcome:
        build = indexing.rollback(settings)
        outcome.append(build)
    if as_json:
        write({"build": build})
    else:
        screen()(
            [line(f"The index {build} is served again, until articles change or you index; this once more goes back.")]
        )
    return Exit.OK


def _status(status: IndexStatus, remarks: list[str], *, as_json: bool) -> Exit:
    if as_json:
        previous = _build_record(status.previous) if status.previous else None
        state = {"writing": status.writing, "rolled_back": status.rolled_back, "remarks": remarks}
        write({"current": _build_record(status.current), "previous": previous} | state)
    else:
        screen()([*_status_lines(status), *map(line, remarks)])
    return Exit.NO_INDEX if status.current.damage else Exit.OK


def _build_record(build: BuildStatus) -> dict[str, Any]:
    record: dict[str, Any] = {"build": build.build_id, "damage": build.damage or None}
    if build.manifest:
        counts = build.manifest.counts
        record |= {
            "created": build.manifest.created,
            "model": build.manifest.identity.model,
            "articles": counts.articles,
            "passages": counts.passages,
            "sentences": counts.sentences,
            "refused": len(build.manifest.refused),
        }
    return record


def _status_lines(status: IndexStatus) -> Iterator[Line]:
    yield from _build_lines("Serving", status.current)
    if status.previous:
        role = "Taken back" if status.rolled_back else "Before it"
        yield from _build_lines(f"{role} (index --rollback)", status.previous)
    if status.writing:
        yield line("Another process is indexing at this moment.")


def _build_lines(role: str, build: BuildStatus) -> Iterator[Line]:
    yield line(f"{role}: {build.build_id}", Look.HEADING)
    if build.manifest:
        made, counts = build.manifest, build.manifest.counts
        yield line(f"made {made.created} with {made.identity.model}", indent=2)
        yield line(
            f"{counts.articles:,} articles, {counts.passages:,} passages, {counts.sentences:,} sentences", indent=2
        )
    if build.damage:
        yield line(build.damage, Look.ERROR, 2)
