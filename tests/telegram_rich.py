"""Rich HTML of Bot API 10.1 as its documentation has it: which tags, how nested, how much."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from telegram_parser import Refused

BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "details", "footer", "pre", "aside", "ul", "ol", "li",
          "table", "tr"}  # fmt: skip
INSIDE = {"b", "strong", "i", "em", "u", "ins", "s", "del", "code", "mark", "sub", "sup", "tg-spoiler", "a", "summary",
          "cite", "td", "th", "caption"}  # fmt: skip
NAMED = {"lt", "gt", "amp", "quot", "apos", "nbsp", "hellip", "mdash", "ndash", "lsquo", "rsquo", "ldquo", "rdquo"}
ATTRIBUTES = {"a": {"href", "name"}, "details": {"open"}}
ONLY_IN = {"summary": "details"}


@dataclass
class Rich:
    """What Telegram makes of a rich message."""

    text: str = ""
    blocks: int = 0
    links: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.rich = Rich()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in BLOCKS | INSIDE:
            raise Refused(f"unsupported tag {tag}")
        if not {name for name, _ in attrs} <= ATTRIBUTES.get(tag, set()):
            raise Refused(f"unsupported attributes of {tag}")
        if tag in ONLY_IN and (not self.open or self.open[-1] != ONLY_IN[tag]):
            raise Refused(f"{tag} is misplaced")
        self.open.append(tag)
        self.rich.blocks += tag in BLOCKS
        self.rich.links |= {value for name, value in attrs if name == "href" and value}
        if len(self.open) > 16:
            raise Refused("too deeply nested")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refused(f"unexpected end of {tag}")
        if tag in BLOCKS or tag == "summary":
            self.rich.text += "\n"

    def handle_data(self, data: str) -> None:
        if "<" in data or "&" in data:
            raise Refused("a bare sign")
        self.rich.text += data

    def handle_entityref(self, name: str) -> None:
        if name not in NAMED:
            raise Refused(f"unknown entity {name}")
        self.rich.text += self.unescape(name)

    def handle_charref(self, name: str) -> None:
        self.rich.text += chr(int(name[1:], 16) if name[:1] in "xX" else int(name))

    def handle_comment(self, data: str) -> None:
        raise Refused(f"a comment {data[:20]}")

    def handle_decl(self, decl: str) -> None:
        raise Refused(f"a declaration {decl[:20]}")

    @staticmethod
    def unescape(name: str) -> str:
        return {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}.get(name, " ")


def parse_rich(html: str) -> Rich:
    """Return what Telegram makes of rich HTML, or raise Refused."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    rich = reader.rich
    if reader.open:
        raise Refused(f"{reader.open[-1]} is not closed")
    if not rich.text.strip() or len(rich.text) > 32_768 or rich.blocks > 500:
        raise Refused("empty, too long or too many blocks")
    return rich
