"""Replay the transcripts of chats: compare them with what the bot says today, or with --write bring them up to date.

A transcript is a file in tests/transcripts, or the demo in README.md; its lines that begin with "> " are what was
typed. They run over the index that serves (BOT_DATA_DIR). The exit status is 1 when one differs.
"""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
DEMO = re.compile(r"(?<=<!-- demo:begin -->\n```text\n).*?(?=```\n<!-- demo:end -->)", re.DOTALL)


def replay(transcript: str) -> str:
    """Return the transcript as the bot would write it today."""
    typed = [line.removeprefix("> ") for line in transcript.splitlines() if line.startswith("> ")]
    run = subprocess.run(
        [sys.executable, "-m", "bot", "chat"],
        input="\n".join(typed) + "\n",
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return run.stdout.rstrip("\n") + "\n"


def renewed(path: Path, text: str) -> str:
    """Return a file's text with its transcript replayed."""
    if path.suffix == ".md":
        return DEMO.sub(lambda found: replay(found[0]), text)
    return replay(text)


def main() -> int:
    """Compare or write every transcript and return the exit status."""
    differ = False
    for path in [ROOT / "README.md", *sorted((ROOT / "tests" / "transcripts").glob("*.txt"))]:
        text = path.read_text("utf-8")
        today = renewed(path, text)
        if "--write" in sys.argv:
            path.write_text(today, "utf-8")
        elif today != text:
            differ = True
            kept, new = text.splitlines(keepends=True), today.splitlines(keepends=True)
            sys.stdout.writelines(difflib.unified_diff(kept, new, f"{path.name} as kept", f"{path.name} today"))
    return differ


if __name__ == "__main__":
    sys.exit(main())
