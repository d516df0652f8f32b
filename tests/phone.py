"""What the fixtures' transcripts look like on a phone, as a page: our own drawing, in each platform's general style."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from discord_server import ACTION_ROW, BUTTON, TEXT
from discord_server import Json as DiscordMessage
from telegram_server import Json as TelegramMessage

_LINKED = re.compile(r"\[\[(\d+)\]\]\(&lt;(https?://[^\s()]+?)&gt;\)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s&;])|\\(&(?:lt|gt|amp|quot|#x27);)")
_MENTION = re.compile(r"&lt;@\d+&gt;")

_COMMON = """
* { box-sizing: border-box; margin: 0 }
body { width: 412px; font: 15px/1.38 Inter, "Noto Sans", "Liberation Sans", sans-serif }
header { display: flex; align-items: center; gap: 12px; padding: 12px 16px; font-weight: 600; font-size: 16px }
header small { display: block; font-weight: 400; font-size: 12.5px; opacity: .65 }
.face { width: 38px; height: 38px; border-radius: 50%; flex: none; display: grid; place-items: center; color: #fff;
  font-weight: 600; font-size: 16px; background: #5f7be0 }
.you.face { background: #e8804f }
a { text-decoration: none }
"""
_TELEGRAM = """
body { background: #c3d9bd }
header { background: #fff; color: #111 }
main { padding: 12px 10px 16px; display: flex; flex-direction: column; gap: 8px }
.bubble { border-radius: 15px; padding: 7px 11px 8px; max-width: 352px; color: #0b0b0b; overflow-wrap: anywhere }
.you .bubble { background: #e7fecb; align-self: flex-end; border-bottom-right-radius: 5px }
.bot .bubble { background: #fff; border-bottom-left-radius: 5px }
.turn { display: flex; flex-direction: column }
.bubble a { color: #1f7fcb } .bubble b { font-weight: 600 }
code { font: inherit; color: #1f7fcb }
blockquote { background: #e9f3fb; border-left: 3px solid #3b9ae1; border-radius: 5px; padding: 5px 22px 5px 9px;
  margin-top: 2px; font-size: 14px; position: relative }
blockquote .some { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden }
blockquote::after { content: ""; position: absolute; right: 9px; bottom: 9px; width: 6px; height: 6px;
  border: solid #3b9ae1; border-width: 0 1.6px 1.6px 0; transform: rotate(45deg) }
.rows { max-width: 352px; margin-top: 4px; display: grid; gap: 4px }
.row { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: 4px }
.button { background: #6b8a6a99; color: #fff; border-radius: 9px; padding: 8px 6px; text-align: center;
  font-size: 14px; font-weight: 500 }
"""
_DISCORD = """
body { background: #313338; color: #dbdee1 }
header { background: #2b2d31; color: #f2f3f5; border-bottom: 1px solid #1e1f22 }
main { padding: 14px 14px 18px; display: flex; flex-direction: column; gap: 16px }
.turn { display: flex; gap: 12px } .turn > div:last-child { min-width: 0; flex: 1 }
.name { font-weight: 600; color: #f2f3f5; font-size: 15px; margin-bottom: 2px }
.name i { font-style: normal; font-size: 10px; background: #5865f2; border-radius: 4px; padding: 1px 5px;
  margin-left: 6px; vertical-align: 2px; color: #fff }
.mention { background: #5865f24d; color: #c9cdfb; border-radius: 4px; padding: 0 3px }
.card { background: #2b2d31; border: 1px solid #3f4147; border-left: 4px solid var(--tone); border-radius: 8px;
  padding: 10px 12px; overflow-wrap: anywhere }
.card a { color: #4aa8ff } .card b { color: #f2f3f5 }
hr { border: 0; border-top: 1px solid #3f4147; margin: 9px 0 }
.small { font-size: 12.5px; color: #a5a9b0 }
p + p { margin-top: 3px }
.row { display: flex; flex-wrap: wrap; gap: 7px; margin-top: 9px }
.button { background: #45474f; color: #f2f3f5; border-radius: 8px; padding: 7px 12px; font-size: 13.5px;
  font-weight: 500 }
.button.main { background: #5865f2 }
"""
_MEASURE = "<script>document.body.append(document.createComment('height:' + document.body.offsetHeight))</script>"


@dataclass(frozen=True)
class Turn:
    """One message as a picture shows it: whose it is, and its HTML."""

    bot: bool
    body: str


def telegram_page(turns: Iterable[Turn]) -> str:
    """Return a chat with the bot on Telegram as a page."""
    shown = "".join(f'<div class="turn {"bot" if turn.bot else "you"}">{turn.body}</div>' for turn in turns)
    return _page(_TELEGRAM, "wearables", "bot", shown)


def telegram_typed(text: str) -> Turn:
    """Return what a person typed on Telegram."""
    return Turn(bot=False, body=f'<div class="bubble">{html.escape(text)}</div>')


def telegram_said(sent: TelegramMessage) -> Turn:
    """Return a message of the bot from the parameters of sendMessage: Telegram's HTML is HTML but for line breaks."""
    body = sent["text"].replace("\n\n<blockquote", "\n<blockquote").replace("\n", "<br>")
    body = re.sub(
        r"(<br>)?<blockquote expandable>(.*?)</blockquote>",
        r'<blockquote><div class="some">\2</div></blockquote>',
        body,
    )
    return Turn(bot=True, body=f'<div class="bubble">{body}</div><div class="rows">{_keyboard(sent)}</div>')


def _keyboard(sent: TelegramMessage) -> str:
    rows = sent.get("reply_markup", {}).get("inline_keyboard", [])
    return "".join(f'<div class="row">{"".join(_button(b["text"]) for b in row)}</div>' for row in rows)


def discord_page(turns: Iterable[Turn]) -> str:
    """Return a channel on Discord, in which the bot is mentioned, as a page."""
    shown = "".join(_discord_turn(turn) for turn in turns)
    return _page(_DISCORD, "# wearables-news", "", shown)


def _discord_turn(turn: Turn) -> str:
    face, name = ("W", "wearables<i>APP</i>") if turn.bot else ("A", "ada")
    who = "" if turn.bot else " you"
    said = f'<div><div class="name">{name}</div>{turn.body}</div>'
    return f'<div class="turn"><div class="face{who}">{face}</div>{said}</div>'


def discord_typed(text: str) -> Turn:
    """Return what a person wrote on Discord."""
    return Turn(bot=False, body=_MENTION.sub('<span class="mention">@wearables</span>', html.escape(text)))


def discord_said(message: DiscordMessage) -> Turn:
    """Return a message of the bot on Discord, a layout of Components V2."""
    (card,) = message["components"]
    tone = f"#{card['accent_color']:06x}"
    parts = "".join(_discord_parts(card["components"]))
    return Turn(bot=True, body=f'<div class="card" style="--tone: {tone}">{parts}</div>')


def _discord_parts(components: list[DiscordMessage]) -> Iterator[str]:
    for part in components:
        if part["type"] == TEXT:
            yield "".join(_discord_line(line) for line in part["content"].split("\n"))
        elif part["type"] == ACTION_ROW:
            buttons = [b for b in part["components"] if b["type"] == BUTTON]
            yield f'<div class="row">{"".join(_button(_label(b), main=b["style"] == 1) for b in buttons)}</div>'
        else:
            yield "<hr>"


def _label(button: DiscordMessage) -> str:
    return f"{button['label']} ↗" if "url" in button else str(button["label"])


def _discord_line(line: str) -> str:
    small = line.startswith("-# ")
    shown = html.escape(line.removeprefix("-# "))
    shown = _LINKED.sub(r'<a href="\2">[\1]</a>', shown)
    shown = _ESCAPED.sub(r"\1\2", _BOLD.sub(r"<b>\1</b>", shown))
    return f'<p class="small">{shown}</p>' if small else f"<p>{shown}</p>"


def _button(label: str, *, main: bool = False) -> str:
    return f'<div class="button{" main" if main else ""}">{html.escape(label)}</div>'


def _page(style: str, title: str, below: str, shown: str) -> str:
    head = (
        f'<header><div class="face">W</div><div>{title}<small>{below}</small></div></header>'
        if below
        else f"<header>{title}</header>"
    )
    return (
        f'<!doctype html><meta charset="utf-8"><title>{title}</title><style>{_COMMON}{style}</style>'
        f"<body>{head}<main>{shown}</main>{_MEASURE}</body>"
    )
