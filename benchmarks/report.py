"""Tables on the screen and in RESULTS.md, each with its day and machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
_SHOWN = ("torch", "sentence-transformers", "onnxruntime", "chromadb", "tantivy")


@dataclass(frozen=True, slots=True)
class Table:
    """One measurement: a title, a remark on how it was made, a head and rows."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remark: str = ""

    def markdown(self) -> str:
        """Return the table as Markdown with aligned columns."""
        lines = [self.head, *self.rows]
        widths = [max(len(line[at]) for line in lines) for at in range(len(self.head))]
        drawn = [" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
        rule = " | ".join("-" * width for width in widths)
        body = "\n".join(f"| {line} |" for line in [drawn[0], rule, *drawn[1:]])
        return "\n\n".join(part for part in (f"### {self.title}", self.remark, body) if part)


def show(value: float | None, digits: int = 3) -> str:
    """Return a number for a cell, a dash for none."""
    return "-" if value is None else f"{value:,.{digits}f}"


def machine() -> str:
    """Return one line: cores, memory, processor, Python, and the libraries that matter."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {found}" for name in _SHOWN if (found := _version(name)))
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB, load {load:.1f}, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}; {libraries}."
    )


def keep(tables: Sequence[Table], *, whole: bool) -> None:
    """Keep the tables in RESULTS.md under a heading of their own: instead of all others when they are a whole run.

    Figures of one run compare; those of runs on different days and loads do not.
    """
    today = datetime.now(UTC).date().isoformat()
    part = "\n\n".join(table.markdown() for table in tables)
    before = "# Results" if whole or not RESULTS.exists() else RESULTS.read_text(encoding="utf-8").rstrip()
    RESULTS.write_text(f"{before}\n\n## {today}\n\n{machine()}\n\n{part}\n", encoding="utf-8")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or "processor unknown"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
