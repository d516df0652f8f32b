"""python -m benchmarks"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.report import Table, keep

HOME = Path(__file__).parents[1]
CORPUS = HOME / "corpus" / "articles"
QUESTIONS = HOME / "tests" / "questions"
PARTS = ("answers", "retrieval", "answerable", "speed", "growth", "desk", "platforms", "chats", "hostile", "safety")


def main() -> None:
    """Measure what the command line asks for, print the tables and keep them in RESULTS.md."""
    asked = _parser().parse_args()
    # One thread for each model: what is compared is work, not how many cores were idle.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the bot's own command line has it
    if asked.bench is None:
        print("The public sets are skipped: --bench names no folder.", flush=True)
    tables = []
    for table in _tables(asked):
        print(f"\n{table.markdown()}\n", flush=True)
        tables.append(table)
    if tables and not asked.dry:
        keep(tables, whole=not asked.parts and asked.bench is not None and bool(asked.peers))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--bench", type=Path, metavar="DIR", help="folder of the public sets rtqa, mtrag and questions")
    pages = "folders with questions.jsonl and corpus/, for answers"
    parser.add_argument("--pages", type=Path, nargs="+", default=[], metavar="DIR", help=pages)
    parser.add_argument("--peers", default="", metavar="PYTHON", help="a Python with what benchmarks/peers.txt lists")
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="keep the indexes of answers and of the public sets here"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000], help="passages, for growth")
    parser.add_argument(
        "--kills", type=int, default=200, help="of a process with questions in hand, for desk and chats"
    )
    parser.add_argument("--trials", type=int, default=10, help="of each fault of the network, for chats")
    parser.add_argument("--replies", type=int, default=20_000, help="rendered for both platforms, for chats")
    parser.add_argument("--people", type=int, default=100, help="who are forgotten on each platform, for chats")
    parser.add_argument("--damaged", type=int, default=2_000, help="feeds, and pages, for hostile")
    parser.add_argument("--share", type=float, default=1.0, help="of the full counts, for safety")
    parser.add_argument("--dry", action="store_true", help="print only, leave RESULTS.md as it is")
    return parser


def _tables(asked: argparse.Namespace) -> Iterator[Table]:
    made: dict[str, Callable[[], Iterable[Table]]] = {
        "answers": lambda: _answers(asked.bench, asked.pages, asked.work),
        "retrieval": lambda: _retrieval(asked.bench, asked.peers, asked.work),
        "answerable": lambda: _answerable(asked.bench, asked.work),
        "speed": lambda: [_speed(asked.peers)],
        "growth": lambda: [_growth(asked.sizes)],
        "desk": lambda: _desk(asked.kills),
        "platforms": lambda: [_platforms()],
        "chats": lambda: _chats(asked),
        "hostile": lambda: [_hostile(asked.damaged)],
        "safety": lambda: [_safety(asked.share)],
    }
    parts = asked.parts or list(PARTS)
    _all_known(parts)
    for part in PARTS:
        if part in parts:
            yield from made[part]()


def _all_known(parts: Iterable[str]) -> None:
    if unknown := set(parts) - set(PARTS):
        raise SystemExit(f"There is no part {', '.join(sorted(unknown))}; choose of {', '.join(PARTS)}.")


def _answers(bench: Path | None, pages: Iterable[Path], kept: Path | None) -> Iterator[Table]:
    from benchmarks.answers import PAGES, STARTER, QuestionSet, evaluation

    files = [QUESTIONS / "tuning.jsonl", QUESTIONS / "sealed.jsonl"]
    if bench is not None:
        files.append(bench / "wearables_dev.jsonl")
    sets = [QuestionSet(file.name, file, CORPUS, STARTER) for file in files]
    sets += [QuestionSet(each.name, each / "questions.jsonl", each / "corpus", PAGES) for each in pages]
    with _folder(kept, "answers") as work:
        for each in filter(lambda asked: _there(asked.questions), sets):
            whole, by_type = evaluation(each, work)
            yield whole
            # Nobody looks closer than at the sums of the questions that are never tuned on.
            if each.questions.stem != "sealed":
                yield by_type


def _retrieval(bench: Path | None, peers: str, kept: Path | None) -> Iterator[Table]:
    from benchmarks.retrieval import measure
    from benchmarks.sets import read

    for name in ("rtqa", "mtrag"):
        if bench is not None and _there(bench / name):
            with _folder(kept, name) as work:
                yield measure(read(bench / name), work, peers)


def _answerable(bench: Path | None, kept: Path | None) -> Iterator[Table]:
    from benchmarks.answers import answerability
    from benchmarks.sets import read

    if bench is not None and _there(bench / "rtqa"):
        with _folder(kept, "rtqa") as work:
            yield answerability(read(bench / "rtqa"), work)


def _growth(sizes: list[int]) -> Table:
    from benchmarks.growth import growth

    with tempfile.TemporaryDirectory() as work:
        return growth(Path(work), sizes)


def _speed(peers: str) -> Table:
    from benchmarks.sets import rows
    from benchmarks.speed import speed

    files = sorted(QUESTIONS.glob("tuning*.jsonl"))
    asked = [row["question"] for file in files for row in rows(file) if not row.get("history")]
    with tempfile.TemporaryDirectory() as work:
        return speed(CORPUS, Path(work) / "speed", asked, peers)


def _desk(count: int) -> Iterator[Table]:
    from benchmarks.desk import desk, kills
    from benchmarks.sets import rows
    from benchmarks.speed import settings_for
    from bot.app import indexing

    asked = [row["question"] for row in rows(QUESTIONS / "tuning.jsonl") if not row.get("history")]
    with tempfile.TemporaryDirectory() as work:
        settings = settings_for(CORPUS, Path(work))
        indexing.index(settings)
        yield desk(settings, asked[:60])
    yield kills(count)


def _platforms() -> Table:
    from benchmarks.platforms import platforms
    from benchmarks.sets import rows
    from benchmarks.speed import settings_for
    from bot.app import indexing

    asked = [row["question"] for row in rows(QUESTIONS / "tuning.jsonl") if not row.get("history")]
    with tempfile.TemporaryDirectory() as work:
        settings = settings_for(CORPUS, Path(work))
        indexing.index(settings)
        return platforms(settings, asked[:60], asked[60:])


def _chats(asked: argparse.Namespace) -> Iterator[Table]:
    from benchmarks.chats.table import bad_days, hostile_texts, people

    yield people(asked.people)
    yield hostile_texts(asked.replies)
    yield bad_days(asked.kills, asked.trials)


def _hostile(count: int) -> Table:
    from benchmarks.hostile import hostile

    return hostile(count)


def _safety(share: float) -> Table:
    from benchmarks.safety import Counts, safety

    return safety(Counts().scaled(share))


@contextmanager
def _folder(kept: Path | None, name: str) -> Iterator[Path]:
    if kept is None:
        with tempfile.TemporaryDirectory() as work:
            yield Path(work)
    else:
        (kept / name).mkdir(parents=True, exist_ok=True)
        yield kept / name


def _there(path: Path) -> bool:
    if not path.exists():
        print(f"Skipped: {path} is not there.", flush=True)
    return path.exists()


if __name__ == "__main__":
    main()
