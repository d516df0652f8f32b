"""A chat in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.desk.tracing import trace_lines, weighed_lines
from bot.errors import BotError
from bot.phrases import phrases
from bot.phrases.courtesy import courtesy
from bot.terminal.admin import Admin
from bot.terminal.render import Line, Look, answer_lines, line, source_lines
from bot.terminal.screen import Show
from bot.text.question import checked
from bot.values import Answer, Ask, Trace, Turn

_SAY = phrases("en")
KEPT_TURNS = 20
PROMPT = "> "
HELLO = "Ask about smart glasses, headsets, watches and rings. /help lists the commands, /quit leaves."
HELP = (
    'Type a question; a follow-up may lean on the one before ("and the other one?").',
    "/sources  the full receipts of the last answer: title, publisher, date, quote, link",
    "/why      how the last answer came about: what was read, found and said",
    "/quit     leave (Ctrl-D does too)",
    "No question is stored.",
)
ADMINS = "You sit at the keyboard, so you may do what admins do in the chats; it stands in the audit log:"


@dataclass(slots=True)
class Chat:
    """One person's chat: remembers the turns for follow-ups, and the last answer for /sources and /why."""

    ask: Ask
    admin: Admin | None = None
    """None: there is nothing to administer."""
    turns: list[Turn] = field(default_factory=list)
    last: tuple[Answer, Trace] | None = None

    def reply(self, typed: str) -> Iterator[Line]:
        """Yield the lines that answer what was typed: a command's or a question's."""
        typed = typed.strip()
        if typed.startswith("/"):
            name, *rest = typed.split(maxsplit=1)
            try:
                yield from self._command(name.lower(), "".join(rest))
            except BotError as error:  # the newsroom cannot be opened
                yield line(str(error), Look.ERROR)
        elif typed:
            yield from self._question(typed)

    def _command(self, name: str, rest: str) -> Iterator[Line]:
        if name == "/help":
            yield from (line(text) for text in HELP)
            if self.admin:
                yield line(ADMINS)
                yield from self.admin.offered()
        elif name == "/sources" or (name == "/why" and not rest):
            yield from self._receipts(name)
        elif self.admin and (command := self.admin.command(name.removeprefix("/"))):
            yield from self.admin.carry_out(command, rest)
        else:
            yield line(f"There is no {name}: /help lists the commands.", Look.ERROR)

    def _receipts(self, name: str) -> Iterator[Line]:
        if self.last is None:
            yield line("Nothing has been asked yet.")
        elif name == "/sources":
            yield from source_lines(self.last[0])
        else:
            trace = self.last[1]
            yield from (line(text) for text in (*trace_lines(trace, _SAY), *weighed_lines(trace, _SAY)))

    def _question(self, typed: str) -> Iterator[Line]:
        try:
            question = checked(typed)
            if kind := courtesy(question, _SAY):
                yield line(kind)
                return
            self.last = self.ask(question, tuple(self.turns))
        except BotError as error:
            yield line(str(error), Look.ERROR)
            return
        answer = self.last[0]
        self.turns += [Turn("user", question), Turn("bot", answer.text)]
        del self.turns[:-KEPT_TURNS]
        yield from answer_lines(answer)


def chat(ask: Ask, show: Show, admin: Admin | None = None) -> None:
    """Chat over standard input until it ends or /quit; a pipe gets its questions back, so that it reads as a talk."""
    session = Chat(ask, admin)
    show([line(HELLO), Line("")])
    for typed in _typed(echo=not sys.stdin.isatty(), show=show):
        if typed.strip().lower() in ("/quit", "/exit"):
            return
        show(session.reply(typed))
        show([Line("")])


def _typed(*, echo: bool, show: Show) -> Iterator[str]:
    if echo:
        for text in sys.stdin:
            show([line(PROMPT + text, Look.HEADING)])
            yield text
        return
    # Importing it gives input() its arrow keys and, for this session only, its history.
    import readline  # noqa: F401  # imported for what it does

    while True:
        try:
            yield input(PROMPT)
        except EOFError:
            show([Line("")])
            return
