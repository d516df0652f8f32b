"""What can be typed after python -m bot."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from bot import __version__
from bot.cli.exits import table

_ASK = """\
with --stdin every line is an object:
  {"id": 1, "question": "...", "history": [["user", "..."], ["bot", "..."]]}   history may be left out
and every line of the output belongs to one line of the input, in order:
  {"id", "question", "answer", "declined", "note",
   "sentences": [{"text", "citations": [1], "role"}],
   "citations": [{"n", "article", "title", "publisher", "url", "published", "quote", "link", "status",
                 "brief"}],
   "elapsed_ms"}
or {"id", "error"} for a line that cannot be used; the others go on.
"""
_SEARCH = """\
with --stdin every line is an object {"id": 1, "question": "..."}; every line of the output belongs to one of them:
  {"id", "question", "hits": [{"article", "url", "title", "published", "text", "score"}], "elapsed_ms"}
"""
FIELDS = ("title", "publisher", "published", "topic", "url", "status", "text", "language", "quality")
_ADD = """\
Shows what was understood of each and asks before it enters; without a terminal to ask on, only --yes enters.
with --json every line is an object:
  {"given", "article", "title", "publisher", "published", "url", "language", "brief", "sentences", "warnings",
   "entered"}
or {"given", "error"} for one that cannot be read; the others go on. "article" is null for one that has not entered.
"""
_ARTICLES = """\
with --json every line is an object:
  {"article", "title", "publisher", "published", "url", "topic", "status", "brief", "entered", "source",
   "said"}
entered and source are null for one of your own folder; said tells then that it is "left out" or what was "changed: …",
and of others that they are "removed; …".
"""
_FEEDS = """\
with --json every line is an object, also for a name that was switched; due is in seconds since 1970, 0: never asked:
  {"name", "url", "publisher", "topic", "trust", "every_hours", "enabled", "failures", "failed", "due"}
"""
_EVAL = """\
every line of QUESTIONS is an object; only "question" must be there:
  {"id", "question", "type", "history", "expected": {"must_contain": [["3,799", "3799"]], "must_not_contain": [],
   "page_ids": ["quark-launch"], "should_abstain": false},
   "evidence": [{"page": "quark-launch", "quote": "It costs 3,799 yuan.", "core", "part"}],
   "acceptable": [{"page", "quote"}]}
each list in must_contain passes when the answer holds any one of its strings; numbers match however they are grouped.
evidence: sentences of articles that answer. Where the quote says more than what answers, core is what answers; where
the question has several parts, part names the one that is answered. acceptable: what may be said beside them.
"""
_GAPS = """\
with --json one object; times are seconds since 1970:
  {"days", "declined", "not_useful", "topics": [{"topic", "why", "declined", "not_useful",
   "wanted": [{"what", "count"}], "nearest": {"article", "title", "publisher", "url", "published"},
   "first", "last", "answers", "questions", "told_now"}], "left_out"}
"""
_WHY = """\
with --json one object; asked and understood are empty unless BOT_KEEP_QUESTIONS was set, and again is null then:
  {"id", "at", "asked", "understood", "wanted": {"words", "name", "companies"}, "build", "serving",
   "decision", "likely", "needed", "answer": as `ask --json`,
   "hits": [{"article", "text", "score", "cosine", "bm25", "copies"}],
   "candidates": [{"article", "text", "score", "features", "dropped"}], "feedback": [{"at", "useful", "reason"}],
   "again": as `ask --json`}
"""
_STATS = """\
with --json one object:
  {"days", "questions", "answered", "declined", "useful", "not_useful", "told", "median_ms",
   "daily": [{"day", "answered", "declined"}], "companies": [{"name", "questions"}], "articles", "undated",
   "topics": [{"topic", "newest", "articles"}], "publishers": [{"name", "articles"}], "months": [{"month", "articles"}]}
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; it imports nothing heavy, so that --help is quick."""
    top = argparse.ArgumentParser(
        prog="python -m bot",
        description="Answers questions about the wearables industry; every sentence has a verbatim quote as receipt.",
        epilog=table(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"wearables-bot {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _command(
        commands,
        "run",
        "index what is new, then serve the chat platforms or open the terminal chat (what make run does)",
    )
    _command(commands, "serve", "serve every chat platform whose token is set")
    _command(commands, "health", "say whether a serving bot is well")
    _command(commands, "chat", "chat in the terminal")
    ask = _command(commands, "ask", "answer one question, or many from standard input", _ASK)
    _one_or_many(ask)
    search = _command(commands, "search", "list the passages that fit a question best", _SEARCH)
    _one_or_many(search)
    search.add_argument("-k", type=_count, default=10, metavar="N", help="how many hits (default: 10)")
    _articles(commands)
    _index(_command(commands, "index", "index the articles, look at the index or take its last change back"))
    _review(commands)
    audit = _command(commands, "audit", "show what admins did, the newest first")
    audit.add_argument("-n", type=_count, default=20, metavar="N", help="how many acts (default: 20)")
    audit.add_argument("--json", action="store_true", help="print JSON, one object a line")
    evaluate = _command(commands, "eval", "ask a file of questions and measure answers and receipts", _EVAL)
    evaluate.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl", help="the questions, one object a line")
    evaluate.add_argument(
        "--corpus", type=Path, metavar="DIR", help="ask about these articles, in an index of their own"
    )
    evaluate.add_argument(
        "--answers", type=Path, metavar="FILE", help="write the answers there, as ask --stdin --json prints them"
    )
    evaluate.add_argument("--json", action="store_true", help="print one JSON object")
    return top


def _articles(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = _command(commands, "add", "add articles from addresses or files, then index", _ADD)
    add.add_argument("given", nargs="+", metavar="URL|FILE", help="a web address, or a file: Markdown, text, HTML, PDF")
    add.add_argument("--yes", action="store_true", help="enter without asking")
    for name in FIELDS:
        add.add_argument(f"--{name}", metavar="VALUE", help="say this of it, whatever it says itself")
    remove = _command(commands, "remove", "take an article away, then index; --restore brings it back")
    remove.add_argument("article", metavar="ARTICLE", help="its id, its address, or words that only it has")
    remove.add_argument(
        "--restore",
        action="store_true",
        help="bring it back, from the shelf within 30 days; or let it be as its file has it",
    )
    edit = _command(commands, "edit", "change what is said about an article, then index")
    edit.add_argument("article", metavar="ARTICLE", help="its id, its address, or words that only it has")
    for name in FIELDS:
        edit.add_argument(f"--{name}", metavar="VALUE", help='"" says that it is not known')
    follow = _command(commands, "follow", "look for new articles in the sources that are due, then index")
    follow.add_argument("--all", action="store_true", help="look at every enabled source, due or not")
    feeds = _command(commands, "feeds", "list the sources, tell of one, have one followed or no more", _FEEDS)
    feeds.add_argument("name", nargs="?", default="", metavar="NAME", help="of a source in sources.toml")
    feeds.add_argument("wanted", nargs="?", default="", choices=("", "on", "off"), help="on: follow it; off: no more")
    listing = _command(commands, "articles", "list articles that were added, followed, changed, removed", _ARTICLES)
    listing.add_argument("word", nargs="?", default="", metavar="WORD", help="all articles that have it in id or title")
    for command in (add, remove, edit, follow, feeds, listing):
        command.add_argument("--json", action="store_true", help="print JSON, one object a line")
    for command in (add, remove, edit, follow):
        command.add_argument("--no-index", action="store_true", help="leave indexing for later")


def _index(command: argparse.ArgumentParser) -> None:
    command.add_argument("--corpus", type=Path, metavar="DIR", help="the folder of articles (default: BOT_CORPUS_DIR)")
    command.add_argument("--rebuild", action="store_true", help="embed everything again")
    command.add_argument(
        "--force", action="store_true", help="switch even when many articles are gone or known questions answered worse"
    )
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.add_argument(
        "--watched", action="store_true", help="for programs: progress in JSON lines, ends when standard input does"
    )
    command.add_argument("--by", default="", metavar="WHO", help="with --watched: who is told to others that wait")
    instead = command.add_mutually_exclusive_group()
    instead.add_argument("--status", action="store_true", help="say what is being served, change nothing")
    instead.add_argument("--rollback", action="store_true", help="serve the previous index again")


def _review(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    gaps = _command(commands, "gaps", "show what people asked and no article told, by topic", _GAPS)
    gaps.add_argument(
        "--days", type=_days(90), default=30, metavar="N", help="the last N days (default: 30, at most 90)"
    )
    why = _command(commands, "why", "show how an answer of the last 30 days came about", _WHY)
    why.add_argument("answer", metavar="ANSWER_ID", help="its 12 letters")
    stats = _command(commands, "stats", "show how much was asked and how fresh the articles are", _STATS)
    stats.add_argument("--days", type=_days(366), default=30, metavar="N", help="the last N days (default: 30)")
    stats.add_argument("--chart", type=Path, metavar="FILE.png", help="draw it as well")
    for each in (gaps, why, stats):
        each.add_argument("--json", action="store_true", help="print one JSON object")


def _one_or_many(command: argparse.ArgumentParser) -> None:
    command.add_argument("question", nargs="?", help="the question, in quotes")
    command.add_argument("--stdin", action="store_true", help="read one JSON object a line; needs --json")
    command.add_argument("--json", action="store_true", help="print JSON, one object a line")


def _days(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        found = int(text)
        if not 1 <= found <= most:
            raise argparse.ArgumentTypeError(f"must be from 1 to {most}")
        return found

    return number


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 1000:  # noqa: PLR2004  # stands in the sentence below
        raise argparse.ArgumentTypeError("must be from 1 to 1000")
    return number


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, says: str, more: str = ""
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=says,
        description=says[0].upper() + says[1:] + ".",
        epilog=f"{more}\n{table()}".lstrip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
