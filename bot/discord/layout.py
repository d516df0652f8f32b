"""Sheets as the library's layouts."""

from __future__ import annotations

from typing import Any

from discord import ButtonStyle, ComponentType, ui

from bot.discord.sheets import Link, Press, Row, Sheet

Component = dict[str, Any]
"""As Discord's documentation has it, https://discord.com/developers/docs/components/reference."""


def layout(sheet: Sheet) -> LaidOut:
    """Return a sheet as a layout that can be sent.

    It is stopped already: presses are found by their ids, also after a restart, so that the library need not
    remember every message that was ever sent.
    """
    return LaidOut(sheet)


class LaidOut(ui.LayoutView):
    """Laid out by us: objects of the library for texts and buttons take twenty times as long to say the same."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(timeout=None)
        self._sheet = sheet
        self.stop()

    def to_components(self) -> list[Component]:
        """Return what is sent."""
        return [_box(self._sheet)]

    def has_components_v2(self) -> bool:
        """Tell whether the message needs Discord's flag for layouts."""
        return True


def _box(sheet: Sheet) -> Component:
    parts: list[Component] = []
    for number, block in enumerate(sheet.blocks):
        if number:
            parts.append({"type": ComponentType.separator.value})
        parts.append({"type": ComponentType.text_display.value, "content": block})
    parts += [_row(row) for row in sheet.rows]
    return {"type": ComponentType.container.value, "accent_color": int(sheet.tone), "components": parts}


def _row(row: Row) -> Component:
    return {"type": ComponentType.action_row.value, "components": [_button(button) for button in row]}


def _button(button: Link | Press) -> Component:
    shown: Component = {"type": ComponentType.button.value, "label": button.label}
    if isinstance(button, Link):
        return shown | {"style": ButtonStyle.link.value, "url": button.url}
    style = ButtonStyle.secondary if button.quiet else ButtonStyle.primary
    return shown | {"style": style.value, "custom_id": button.id}
