"""/add, /articles, /edit, /remove: articles that come and go by hand, from any chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bot.errors import ShelfError, UnreadableArticle
from bot.newsroom.acts import Act, Choice, Tell, Told, say
from bot.newsroom.articles import Articles
from bot.newsroom.drafts import Draft
from bot.newsroom.listing import Listed, listed, meant
from bot.newsroom.newsroom import Command
from bot.newsroom.roles import Role
from bot.readers.editing import FIELDS
from bot.readers.files import MAX_PDF_BYTES
from bot.text.day import day

Index = Callable[[Act, Tell], Told]
"""Brings the index up to date for whoever acts, and says what came of it."""
_SHOWN = 20
_FEW = 2
"""Words of /edit and /amend before the value: which article, and which field."""


@dataclass(frozen=True, slots=True)
class Entering:
    """Lets articles in and out, and has the index follow."""

    articles: Articles
    index: Index

    def add(self, act: Act, tell: Tell) -> Told:
        """Show what is understood of a link or a file, and ask whether it is to enter."""
        tell(say("Reading …"))
        if act.document:
            content = act.document.read(MAX_PDF_BYTES)
            draft = self.articles.draft_file(act.document.name, content, by=str(act.who))
        elif act.what.lower().startswith(("http://", "https://")):
            link, *more = act.what.split()
            if more:
                raise UnreadableArticle("Give one link at a time: /add with each.")
            draft = self.articles.draft(link, by=str(act.who))
        else:
            raise UnreadableArticle("Give the link of an article, or send a Markdown, text, HTML or PDF file with it.")
        return _shown(draft)

    def amend(self, act: Act, _: Tell) -> Told:
        """Change what is said about an article that waits to be entered; without its name, the one given last."""
        if act.what.partition(" ")[0].lower() in FIELDS:
            act = replace(act, what=f"{self.articles.waiting('', str(act.who)).id} {act.what}")
        return _shown(self.articles.amend(*_change(act, "amend")))

    def enter(self, act: Act, tell: Tell) -> Told:
        """Put a draft on the shelf and answer from it."""
        draft = self.articles.waiting(act.what, str(act.who))
        article_id = self.articles.enter(draft.id)
        return self._then_index(f"Entered as {article_id}: {draft.article.title}", act, tell)

    def discard(self, act: Act, _: Tell) -> Told:
        """Throw a draft away."""
        self.articles.discard(act.what or self.articles.waiting("", str(act.who)).id)
        return say("Discarded; nothing has entered.")

    def remove(self, act: Act, tell: Tell) -> Told:
        """Take an article away and answer without it."""
        which = meant(self.articles, act.what)
        shelved = which in self.articles.shelf
        removed = self.articles.remove(which)
        until = "for 30 days" if shelved else "whenever you like; its file stays where it is"
        done = f"Removed {removed.id}: {removed.title}. /restore {removed.id} brings it back {until}."
        return self._then_index(done, act, tell)

    def restore(self, act: Act, tell: Tell) -> Told:
        """Bring a removed article back, or have one be again as its file has it, and answer from it."""
        back = self.articles.restore(meant(self.articles, act.what, out=True))
        return self._then_index(f"Brought back {back.id}: {back.title}.", act, tell)

    def edit(self, act: Act, tell: Tell) -> Told:
        """Change what is said about an article."""
        which, field, value = _change(act, "edit")
        article_id = meant(self.articles, which)
        before = self.articles.edit(article_id, field, value)
        done = f"Changed {field} of {article_id} from {before or 'not known'} to {value or 'not known'}."
        return self._then_index(done, act, tell)

    def list(self, act: Act, _: Tell) -> Told:
        """List what was added, followed, changed or removed, the newest first; with a word, what has it.

        Then the articles of the operator's own folder are among them.
        """
        found = [_line(each) for each in listed(self.articles, act.what)]
        more = [f"… and {len(found) - _SHOWN} more; /articles WORD finds some of them."] if len(found) > _SHOWN else []
        nothing = (
            "No such article is there."
            if act.what
            else "None was added, followed, changed or removed; a word finds all."
        )
        return say(*(found[:_SHOWN] or [nothing]), *more)

    def _then_index(self, done: str, act: Act, tell: Tell) -> Told:
        tell(say(done))
        indexed = self.index(replace(act, what=""), lambda told: tell(say(done, *told.lines)))
        outcome = f"{done} {indexed.outcome or indexed.lines[0]}"
        return Told((done, *indexed.lines), indexed.choices, outcome=outcome, good=indexed.good)


def _line(one: Listed) -> str:
    article = one.article
    told = f"{article.id} · {article.title} · {article.publisher or 'publisher not stated'} · {day(article.published)}"
    return f"{told} · {one.said}" if one.said else told


def _shown(draft: Draft) -> Told:
    enter = () if draft.same else (Choice("Enter", "enter", draft.id),)
    outcome = f"Shown as a draft: {draft.article.title}"
    return Told(tuple(_lines(draft)), (*enter, Choice("Discard", "discard", draft.id)), outcome=outcome)


def _lines(draft: Draft) -> Iterator[str]:
    article = draft.article
    yield article.title
    yield draft.about
    if article.url:
        yield article.url
    yield from (f"“{sentence}”" for sentence in draft.sentences)
    yield from (f"⚠️ {warning}" for warning in draft.warnings)
    if not draft.same:
        yield f"To change what is said about it: /amend {draft.id} published 2026-11-25 (or {', '.join(FIELDS)})."


def _change(act: Act, name: str) -> tuple[str, str, str]:
    which, field, value = [*act.what.split(maxsplit=_FEW), "", "", ""][:3]
    if not field:
        raise ShelfError(f"Say which article, which field and what: /{name} ARTICLE published 2026-11-25.")
    return which, field.lower(), value


def entering_commands(entering: Entering) -> tuple[Command, ...]:
    """Return the commands for articles that come and go by hand."""
    editor, which = Role.EDITOR, "Which article, which field and what: ARTICLE published 2026-11-25"
    return (
        Command(
            "add",
            "Add an article: a link or a file",
            entering.add,
            editor,
            takes="The link of an article",
            documents=True,
            changes=True,
        ),
        Command(
            "amend",
            "Change what is said about an article before it enters",
            entering.amend,
            editor,
            which,
            changes=True,
        ),
        Command("enter", "Enter a draft", entering.enter, editor, changes=True, hidden=True),
        Command("discard", "Discard a draft", entering.discard, editor, changes=True, hidden=True),
        Command(
            "articles",
            "What was added, followed or removed; all with a word",
            entering.list,
            editor,
            "A word of it",
        ),
        Command("edit", "Change what is said about an article", entering.edit, takes=which, changes=True),
        Command("remove", "Take an article away", entering.remove, takes="Which article", changes=True),
        Command("restore", "Bring a removed article back", entering.restore, takes="Which article", changes=True),
    )
