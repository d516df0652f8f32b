"""The parts of a picture: headings, bars and columns, in colours that everybody can tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from bot.text.clean import brief

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito, https://jfly.uni-koeln.de/color/: told apart without red, green or blue, too.
BLUE, VERMILLION = "#0072B2", "#D55E00"
INK, GREY, PALE, PAPER = "#1F2933", "#5F6B7A", "#E3E8EE", "#FFFFFF"
_NAME, _ROOM = 24, 6
_SIDES: tuple[Literal["left", "center", "right"], ...] = ("left", "center", "right")


@dataclass(frozen=True, slots=True)
class Bar:
    """One named value."""

    name: str
    shown: str
    """The value as it is written."""
    value: float
    colour: str = BLUE


def heading(axes: Axes, title: str, note: str = "", legend: Sequence[tuple[str, str, float]] = ()) -> None:
    """Put a title above a part, and at its right a note, or words in the colours that they explain.

    legend: (word, colour, where it ends as a share of the width).
    """
    axes.text(0, 1.06, title, transform=axes.transAxes, size=11, weight="bold", va="bottom")
    for word, colour, ends in (*legend, *([(note, GREY, 1.0)] if note else [])):
        shown = word if word == note else f"■ {word}"
        axes.text(ends, 1.06, shown, transform=axes.transAxes, size=9, color=colour, va="bottom", ha="right")


def rows(axes: Axes, listed: Sequence[Bar]) -> None:
    """Draw named values as bars one below the other, each under its name."""
    if not listed:
        empty(axes, "Nothing to show yet.")
        return
    axes.set_axis_off()
    most = max(*(bar.value for bar in listed), 1)
    room = max(len(listed), _ROOM - 1)
    axes.set_xlim(0, 1)
    axes.set_ylim(room, 0)
    for k, bar in enumerate(listed):
        axes.text(0, k + 0.34, drawable(bar.name), size=9.5, va="center")
        axes.text(1, k + 0.34, bar.shown, size=9.5, va="center", ha="right", color=GREY)
        axes.barh(k + 0.74, 1, height=0.17, color=PALE)
        axes.barh(k + 0.74, max(bar.value / most, 0.01), height=0.17, color=bar.colour)


def columns(axes: Axes, counted: Sequence[tuple[str, int]]) -> None:
    """Draw a count for each month."""
    if not counted:
        empty(axes, "Nothing to show yet.")
        return
    _plain(axes)
    axes.bar(range(len(counted)), [count for _, count in counted], width=0.75, color=BLUE)
    years = [k for k, (month, _) in enumerate(counted) if k == 0 or month.endswith("-01")]
    ticks = years[1:] if len(years) > 1 and years[1] < 3 else years  # noqa: PLR2004  # room for one label
    axes.set_xticks(ticks, [_month(counted[k][0]) for k in ticks], ha="left")
    axes.set_xlim(-0.6, len(counted) - 0.4)


def bars(axes: Axes, daily: Sequence[tuple[date, int, int]]) -> None:
    """Draw for each day what was answered, and on top what was declined."""
    _plain(axes)
    days = range(len(daily))
    answered, declined = [a for _, a, _ in daily], [d for _, _, d in daily]
    axes.bar(days, answered, width=0.75, color=BLUE)
    axes.bar(days, declined, width=0.75, bottom=answered, color=VERMILLION)
    ticks = sorted({0, len(daily) // 2, len(daily) - 1})
    axes.set_xticks(ticks, [f"{daily[k][0].day} {daily[k][0]:%b}" for k in ticks])
    if len(ticks) == len(_SIDES):
        for tick, side in zip(axes.get_xticklabels(), _SIDES, strict=True):
            tick.set_horizontalalignment(side)
    axes.set_xlim(-0.6, len(daily) - 0.4)


def empty(axes: Axes, says: str) -> None:
    """Say why a part shows nothing."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, says, transform=axes.transAxes, size=10, color=GREY, ha="center", va="center")


def drawable(name: str) -> str:
    """Return a name on one short line, without the letters that the font cannot draw."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    letters = get_font(findfont(FontProperties(family="DejaVu Sans"))).get_charmap()
    seen = "".join(letter for letter in brief(name, 10 * _NAME) if ord(letter) in letters)
    return brief(seen, _NAME) or "(in other letters)"


def _plain(axes: Axes) -> None:
    """Leave of the frame of a part the ground line and a few lines across."""
    from matplotlib.ticker import MaxNLocator

    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.grid(axis="y", color=PALE)
    axes.set_axisbelow(True)


def _month(month: str) -> str:
    year, number = month.split("-")
    return year if number == "01" else f"{date(int(year), int(number), 1):%b %Y}"
