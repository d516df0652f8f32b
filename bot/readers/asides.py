"""Tell what a text says about itself from what it reports: bylines, captions, legal notices, biographies, links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from bot.readers.published import published
from bot.text.clean import clean
from bot.values import Article

_LONGEST_ASIDE, _LONGEST_BYLINE, _LONGEST_HEADLINE, _LONGEST_HEADING = 1200, 160, 120, 80
_END = 4  # blocks at the head and the foot where bylines and biographies stand
_BLOCK = re.compile(r"\S(?:[^\n]|\n(?!\s*\n|\s*\Z))*")
_NAME = r"[A-Z][\w.'’-]+(?: (?:de|van|von|la|del)?\s?[A-Z][\w.'’-]*){1,3}"

# A line of its own that opens a part which is no reporting; the part ends at the next heading.
_PART = re.compile(
    r"(?:about the (?:authors?|writers?|contributors?)|author bio(?:graphy)?|meet the author|contributors?"
    r"|legal (?:notice|disclaimer|information)s?|disclosures?|disclaimers?|copyright(?: notice)?"
    r"|terms of (?:use|service)"
    r"|cookies?(?: (?:policy|notice|settings|preferences))?|privacy(?: (?:policy|notice))?|(?:image|photo) credits?"
    r"|forward[- ]looking statements?|media contacts?|press contacts?|trademarks?"
    r"|(?:sign up|subscribe)\b.{0,60}|(?:our )?newsletters?|share this(?: article| story)?|follow us)\s*:?",
    re.IGNORECASE,
)
# The same, followed by the headlines of other articles.
_LINKS = re.compile(
    r"(?:(?:related|recommended|popular|trending|latest|other|further|more)"
    r" (?:articles?|stories|story|topics?|posts?|news|reading|coverage|links?)"
    r"|related|read (?:more|next|also)"
    r"|see also|also read|you (?:may|might) (?:also )?like|most read|tags|more (?:from|on|in|about) .{1,40})\s*:?",
    re.IGNORECASE,
)
_ONE_BLOCK = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            r"(?:disclosure|disclaimer|legal notice|advertisement|sponsored|image|photo|picture|credits?|caption"
            r"|(?:image|photo)(?:graph)? (?:credits?|by|via|courtesy))\s*:.*"
        ),
        r"\(?(?:image|photo|picture|photograph)s? (?:credits?|by|via|courtesy|source)\b.*",
        r"https?://\S+|advertisement|sponsored|sponsored content|read more|share|print|comments?",
        r"(?:©|\(c\) |copyright (?:©|\(c\)|\d)|all rights reserved).*",
        r".*\ball rights reserved\.?",
        r".*(?:may|must) not be (?:published, broadcast|reproduced|republished).*",
        r"(?:this|the) (?:article|story|piece|post|report) (?:was |is )?(?:originally|first) (?:appeared|published).*",
        r".{0,200}\b(?:are|is an?) (?:registered )?trademarks? of\b.*",
        r".*\bwe (?:may )?(?:earn|receive|get) (?:an? )?(?:affiliate |small )?commissions?\b.*",
        r".*\b(?:we|this (?:web)?site|our partners) uses? cookies\b.*|accept (?:all )?cookies.*",
        r"by (?:clicking|continuing|signing up|subscribing)\b.{0,300}",
        (
            r"(?:sign up|subscribe|register|join)\b.{0,200}"
            r"\b(?:newsletters?|inbox|alerts?|updates|free|email|today|now)\b.*"
        ),
        r"(?:editor['’]s note: )?.{0,80}\bsign up\b.{0,120}\bnewsletters?\b.*",
        (
            r"(?:follow|contact|reach|email|e-mail) .{2,80}\b(?:on|at|via)\b.{0,20}"
            r"(?:twitter|\bX\b|facebook|instagram|linkedin|threads|bluesky|mastodon|youtube|@|e-?mail).*"
        ),
        r"(?:read more|related|see also|also read|more|recommended|watch)\s*:.{0,200}",
        r"our standards: .{0,60}trust principles\.?",
        r"(?:additional )?reporting by .{0,200}|.{0,200}\bcontributed to this (?:report|story|article)\.?",
        r"(?:last )?(?:published|updated|posted)\b.{0,80}|\d+ min(?:ute)?s? read",
    )
]
_CREDIT = re.compile(
    r".{0,400}(?:\((?:image|photo|picture|credit|courtesy)[^()]{0,80}\)"
    r"|\b(?:via )?Getty Images|\bAP Photo\b.{0,40}|/(?:AFP|Reuters|AP|Bloomberg)"
    r"|\b(?:Photo|Image|Photograph|Credit)(?:s| credit)?: ?[^.\n]{2,80})\)?\.?",
    re.DOTALL,
)
_BYLINE = re.compile(rf"(?:Written )?[Bb][Yy]:? {_NAME}.{{0,120}}|Author: .{{1,120}}")
_BIOGRAPHY = re.compile(
    rf"(?:(?:About )?{_NAME}|He|She) (?:"
    r"(?:is|was|has been) (?!credited|known|named|seen|listed)(?:an? |the |our )?(?:[\w,'’&-]+ ){0,7}?"
    r"(?:reporter|editor|writer|journalist|correspondent|columnist|contributor|freelancer|author of)\b"
    r"|(?:covers|reports on|writes (?:about|on)|has covered|has written (?:about|on)) "
    r".{0,120}\b(?:for|at) (?:the )?[A-Z]"
    r").{0,800}",
    re.DOTALL,
)


def with_body(article: Article, body: str, authors: Sequence[str] = (), beside: Iterable[str] = ()) -> Article:
    """Return the article with its body and the asides in it.

    beside are blocks that are known to be asides, and those of the article's body until now stay such. An author whom
    the body does not name is put in front as a byline ("By Ana Diaz"), so that "who wrote this" has a sentence to
    quote; a byline is an aside.
    """
    seen = clean(body)
    unnamed = [author for author in authors if author.casefold() not in seen.casefold()]
    if unnamed and seen:
        seen = f"By {', '.join(unnamed)}\n\n{seen}"
    before = (article.body[start:end] for start, end in article.asides)
    return replace(article, body=seen, asides=asides(seen, frozenset(map(folded, (*before, *beside)))))


def folded(block: str) -> str:
    """Return a block on one line, as blocks are compared."""
    return " ".join(block.split())


def blocks_of(body: str) -> list[tuple[int, int]]:
    """Return the spans of the blocks of a body: what blank lines part."""
    return [found.span() for found in _BLOCK.finditer(body)]


def reported(article: Article) -> str:
    """Return the text of an article without its asides; all of it where nothing else is left."""
    aside = set(article.asides)
    kept = [article.body[start:end] for start, end in blocks_of(article.body) if (start, end) not in aside]
    return "\n\n".join(kept) or article.body


def asides(body: str, known: AbstractSet[str] = frozenset()) -> tuple[tuple[int, int], ...]:
    """Return the spans of the blocks of a body that are no reporting, in order.

    Bylines and datelines, captions and credits, legal notices and disclosures, cookie and subscription texts,
    biographies of authors, headlines of other articles, and the known ones, folded(). When in doubt a block is
    reporting. They stay in the body: a question about the author or the disclosure can still be answered from them.
    """
    blocks = blocks_of(body)
    texts = [folded(body[start:end]) for start, end in blocks]
    in_part = set(_parts(texts))
    count = len(texts)
    return tuple(
        span
        for n, span in enumerate(blocks)
        if n in in_part
        or texts[n] in known
        or _is_aside(texts[n])
        or (_is_at_an_end(n, count) and _is_about_the_author(texts[n]))
    )


def _parts(texts: Sequence[str]) -> Iterator[int]:
    """Yield the numbers of the blocks that stand under a heading for no reporting."""
    part = ""
    for n, text in enumerate(texts):
        if _PART.fullmatch(text):
            part = "part"
        elif _LINKS.fullmatch(text):
            part = "links"
        elif (part == "part" and _looks_like_heading(text)) or (part == "links" and len(text) > _LONGEST_HEADLINE):
            part = ""
        if part:
            yield n


def _looks_like_heading(text: str) -> bool:
    return len(text) <= _LONGEST_HEADING and text[-1] not in '.!?:;,"”)' and not published(text)


def _is_aside(text: str) -> bool:
    if len(text) > _LONGEST_ASIDE:
        return False
    return any(pattern.fullmatch(text) for pattern in _ONE_BLOCK) or bool(_CREDIT.fullmatch(text))


def _is_at_an_end(n: int, count: int) -> bool:
    return n < _END or n >= max(count - _END, 1)


def _is_about_the_author(text: str) -> bool:
    if len(text) > _LONGEST_ASIDE:
        return False
    short = len(text) <= _LONGEST_BYLINE and text[-1:] != "."
    return bool((short and (_BYLINE.fullmatch(text) or published(text))) or _BIOGRAPHY.fullmatch(text))
