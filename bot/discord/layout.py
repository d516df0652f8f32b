"""Sheets as the library's layouts."""

from __future__ import annotations

from discord import ButtonStyle, ui

from bot.discord.sheets import Link, Press, Row, Sheet


def layout(sheet: Sheet) -> ui.LayoutView:
    """Return a sheet as a layout that can be sent.

    It is stopped already: presses are found by their ids, also after a restart, so that the library need not
    remember every message that was ever sent.
    """
    view = ui.LayoutView(timeout=None)
    box: ui.Container[ui.LayoutView] = ui.Container(accent_colour=int(sheet.tone))
    for number, block in enumerate(sheet.blocks):
        if number:
            box.add_item(ui.Separator())
        box.add_item(ui.TextDisplay(block))
    for row in sheet.rows:
        box.add_item(_row(row))
    view.add_item(box)
    view.stop()
    return view


def _row(row: Row) -> ui.ActionRow[ui.LayoutView]:
    shown: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for button in row:
        shown.add_item(_button(button))
    return shown


def _button(button: Link | Press) -> ui.Button[ui.LayoutView]:
    if isinstance(button, Link):
        return ui.Button(label=button.label, url=button.url)
    style = ButtonStyle.secondary if button.quiet else ButtonStyle.primary
    return ui.Button(label=button.label, custom_id=button.id, style=style)
