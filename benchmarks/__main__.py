"""python -m benchmarks"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.report import Table, keep

PARTS = ("answers", "retrieval", "answerable", "speed", "growth")


def main() -> None:
    """Measure what the command line asks for, print the tables and keep them in RESULTS.md."""
    asked = _parser().parse_args()
    # One thread for each model: what is compared is work, not how many cores were idle.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    tables = []
    for table in _tables(asked):
        print(f"\n{table.markdown()}\n", flush=True)
        tables.append(table)
    if tables and not asked.dry:
        keep(tables)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--bench", type=Path, metavar="DIR", help="folder of the public sets rtqa, mtrag and questions")
    parser.add_argument("--peers", default="", metavar="PYTHON", help="a Python with what benchmarks/peers.txt lists")
    parser.add_argument("--dry", action="store_true", help="print only, leave RESULTS.md as it is")
    return parser


def _tables(asked: argparse.Namespace) -> Iterator[Table]:
    parts = asked.parts or list(PARTS)
    if unknown := set(parts) - set(PARTS):
        raise SystemExit(f"There is no part {', '.join(sorted(unknown))}; choose of {', '.join(PARTS)}.")
    if "retrieval" in parts:
        yield from _retrieval(asked.bench, asked.peers)


def _retrieval(bench: Path | None, peers: str) -> Iterator[Table]:
    from benchmarks.retrieval import measure
    from benchmarks.sets import read

    for name in ("rtqa", "mtrag"):
        if bench is None or not (bench / name / "corpus.jsonl").exists():
            print(f"Skipped: {name} is not below --bench.")
            continue
        with tempfile.TemporaryDirectory() as work:
            yield measure(read(bench / name), Path(work), peers)


if __name__ == "__main__":
    main()
