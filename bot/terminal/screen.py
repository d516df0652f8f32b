"""Where lines go: colours and wrapping on a terminal, plain text into a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TextIO

from bot.terminal.render import Line, Look

Show = Callable[[Iterable[Line]], None]

_STYLES = {
    Look.ANSWER: "bold",
    Look.DECLINED: "yellow",
    Look.SOURCE: "cyan",
    Look.QUOTE: "italic",
    Look.LINK: "dim",
    Look.HEADING: "bold cyan",
    Look.REMARK: "",
    Look.ERROR: "red",
}


def screen(out: TextIO | None = None) -> Show:
    """Return what shows lines on out (default: standard output): styled when it is a terminal, else plain."""
    out = sys.stdout if out is None else out
    return _styled(out) if out.isatty() else _plain(out)


def _plain(out: TextIO) -> Show:
    def show(lines: Iterable[Line]) -> None:
        out.writelines(" " * line.indent + (line.target or line.text) + "\n" for line in lines)
        out.flush()

    return show


def _styled(out: TextIO) -> Show:
    from rich.console import Console
    from rich.padding import Padding
    from rich.style import Style
    from rich.text import Text

    console = Console(file=out, highlight=False, emoji=False)

    def show(lines: Iterable[Line]) -> None:
        for line in lines:
            # Text, never a string: square brackets in an article are no markup.
            text = Text(line.text, style=_STYLES[line.look])
            if line.look is Look.LINK:
                # Unwrapped, so that the terminal and the mouse see one address.
                text.stylize(Style(link=line.target or None))
                console.print(Text(" " * line.indent) + text, soft_wrap=True)
            else:
                console.print(Padding(text, (0, 0, 0, line.indent)))

    return show
