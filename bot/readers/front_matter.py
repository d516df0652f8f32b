"""Read the front matter of a Markdown article as strings, and refuse everything that YAML can hide."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.errors import UnreadableArticle
from bot.readers.published import published
from bot.text.clean import clean
from bot.values import Article, Status

if TYPE_CHECKING:
    import yaml

MAX_CHARACTERS = 64_000
ORIGINAL = "original"
BRIEF = "brief"
TEXTS = (ORIGINAL, BRIEF)
"""Whose words a text is in: those of its publisher, as when nothing is said, or ours."""
_MAX_DEPTH = 8
_OPENED = re.compile(r"---[^\S\n]*\n")
_CLOSED = re.compile(r"^(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)", re.MULTILINE)
_TOML = re.compile(r"\+\+\+[^\S\n]*\n(.*?)^\+\+\+[^\S\n]*(?:\n|\Z)", re.MULTILINE | re.DOTALL)
_KEY = re.compile(r"[A-Za-z_][\w-]*:(?:\s|$)")
_EMPTY = ("null", "Null", "NULL", "~")
Values = Mapping[str, tuple[str, ...] | str]


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says, and where the body begins."""

    values: Values
    body_start: int


def front_matter(text: str) -> FrontMatter:
    """Return the front matter at the head of a text; no values and body_start 0 when it has none.

    It is YAML between lines of ---, or TOML between lines of +++. Every value is a string or a tuple of strings, as
    written: `no` stays "no" and a date stays text. Raises UnreadableArticle when it is never closed, is not valid, or
    uses anchors, aliases, tags or deep nesting.
    """
    if toml := _TOML.match(text):
        return FrontMatter(_toml_values(_short(toml[1])), toml.end())
    opened = _OPENED.match(text)
    if not opened:
        return FrontMatter({}, 0)
    closed = _CLOSED.search(text, opened.end())
    if not closed:
        if _KEY.match(text, opened.end()):
            raise UnreadableArticle(
                "The front matter is opened with --- and never closed; add a line with --- after it."
            )
        return FrontMatter({}, 0)
    return FrontMatter(_values(_short(text[opened.end() : closed.start()])), closed.end())


def _short(source: str) -> str:
    if len(source) > MAX_CHARACTERS:
        raise UnreadableArticle(
            f"The front matter is longer than {MAX_CHARACTERS:,} characters; move text to the body."
        )
    return source


def _toml_values(source: str) -> Values:
    try:
        found = tomllib.loads(source)
    except (ValueError, RecursionError):
        raise UnreadableArticle("The front matter is not valid TOML; quote the value or mend the line.") from None
    return {key: _toml_value(value) for key, value in found.items()}


def _toml_value(value: object) -> tuple[str, ...] | str:
    if isinstance(value, list):
        return tuple(map(str, value))
    return ("", "") if isinstance(value, dict) else str(value)


def _values(source: str) -> Values:
    import yaml

    try:
        _refuse_the_unsafe(source)
        root = yaml.compose(source, Loader=_loader())
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 2} of the file)" if mark else ""
        raise UnreadableArticle(
            f"The front matter is not valid YAML{where}; quote the value or mend the line."
        ) from None
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise UnreadableArticle("The front matter is not a list of `key: value` lines; write it as such.")
    values: dict[str, tuple[str, ...] | str] = {}
    for key, value in root.value:
        name = str(key.value)
        if name in values:
            raise UnreadableArticle(f'The front matter gives "{name[:40]}" twice; keep one.')
        values[name] = _value(value)
    return values


def _value(node: yaml.Node) -> tuple[str, ...] | str:
    import yaml

    if isinstance(node, yaml.ScalarNode):
        return "" if not node.style and node.value in _EMPTY else str(node.value)
    if isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
        return tuple(str(item.value) for item in node.value)
    return ("", "")  # a nested value: harmless under an unknown key, refused under one that wants text


def _loader() -> type:
    import yaml

    return getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # libyaml's where the wheel has it: ten times faster


def _refuse_the_unsafe(source: str) -> None:
    import yaml

    depth = 0
    for event in yaml.parse(source, Loader=_loader()):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise UnreadableArticle("The front matter uses YAML anchors or aliases; write the value out.")
        if getattr(event, "tag", None):
            raise UnreadableArticle("The front matter uses YAML tags (!); write plain text.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise UnreadableArticle("The front matter is nested too deeply; write plain `key: value` lines.")


def described(values: Values, article_id: str, title: str) -> Article:
    """Return an article, its body still empty, with the metadata of its front matter.

    `title` stands in when the front matter has none. Unknown keys are ignored, and a missing one leaves its
    field empty. A `published` that cannot be read leaves the article undated. Raises UnreadableArticle for a
    known key with a wrong type, an unknown status or text, or a url that is not a plain web address: each would make an
    answer claim what nobody wrote.
    """
    return Article(
        id=article_id,
        title=_line(values, "title") or title,
        body="",
        url=_web_address(_line(values, "url", "link")),
        publisher=_line(values, "publisher"),
        published=published(_line(values, "published", "date")),
        language=_line(values, "source_language", "language", "lang"),
        status=_status(_line(values, "status")),
        brief=_brief(_line(values, "text")),
        quality=_line(values, "source_quality"),
        topic=_line(values, "topic"),
        companies=names(values, "companies"),
        products=names(values, "products"),
    )


def names(values: Values, key: str) -> tuple[str, ...]:
    """Return the names under a key, each on one line; a single string is one name."""
    value = values.get(key, ())
    found = (value,) if isinstance(value, str) else value
    return tuple(folded for folded in (" ".join(clean(name).split()) for name in found) if folded)


def _line(values: Values, *keys: str) -> str:
    for key in keys:
        value = values.get(key, "")
        if not isinstance(value, str):
            raise UnreadableArticle(f'The front matter gives "{key}" as a list; write one line of text.')
        if value.strip():
            return " ".join(clean(value).split())
    return ""


def _status(text: str) -> Status:
    try:
        return Status(text.casefold().replace("-", "_").replace(" ", "_")) if text else Status.REPORTED
    except ValueError:
        known = ", ".join(Status)
        raise UnreadableArticle(f'The front matter says status "{text[:40]}"; use one of {known}.') from None


def _brief(text: str) -> bool:
    kind = text.casefold()
    if kind not in ("", *TEXTS):
        raise UnreadableArticle(f'The front matter says text "{text[:40]}"; use one of {", ".join(TEXTS)}.')
    return kind == BRIEF


def _web_address(text: str) -> str:
    if not text or is_web_address(text):
        return text
    raise UnreadableArticle("The front matter's url is not a web address; write it whole, with https://.")


def is_web_address(text: str) -> bool:
    """Return whether a text is a plain http or https address: no user part, no space, a host."""
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and "@" not in parts.netloc
            and not re.search(r'[\s<>"\\]', text)
        )
    except ValueError:
        return False
