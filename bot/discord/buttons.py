"""Buttons under answers; they know everything from their ids, so a restart does not concern them."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Self

import discord
from discord import ui

from bot.desk.telling import Wished
from bot.discord.reading import place_of
from bot.discord.rendering import answer_sheets, quote_sheets, text_sheets
from bot.discord.sheets import Press, Sheet
from bot.discord.talk import ask, deferred, service_of, settings_of, show, user_of
from bot.messages import PlaceSettings, Reply
from bot.phrases import phrases

_PRIVATE = "p"
"""Marks the wish of somebody whose answer only they could see."""
REASONS = ("wrong", "outdated", "off_topic", "unclear")
_ID = re.compile(
    r"(?P<verb>quotes|useful|poor|gap|tell|untell|share|ask|reason):(?P<answer>[\w-]{1,40})(?::(?P<rest>\w{1,20}))?"
)


class AnswerButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=_ID):
    """A button under an answer, made anew from its id whenever somebody presses it."""

    def __init__(self, button: ui.Button[ui.LayoutView], verb: str, answer_id: str, rest: str) -> None:
        super().__init__(button)
        self.verb, self.answer_id, self.rest = verb, answer_id, rest

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the button that was pressed."""
        assert isinstance(item, ui.Button)  # noqa: S101  # the template fits ids of buttons only
        return cls(item, match["verb"], match["answer"], match["rest"] or "")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button says; only what is shared or asked on is for everybody."""
        if self.verb == "ask":
            private = interaction.message is not None and interaction.message.flags.ephemeral
            await ask(interaction, self.item.label or "", private=private)
            return
        found = await deferred(interaction, private=self.verb != "share")
        if found is not None:
            await show(interaction, found, await self._pressed(interaction))

    async def _pressed(self, interaction: discord.Interaction[Any]) -> tuple[Sheet, ...]:
        settings = settings_of(interaction)
        match self.verb:
            case "quotes":
                return await self._quotes(interaction, settings)
            case "share":
                return await self._shared(interaction, settings)
            case "gap" | "tell" | "untell":
                return await self._gap(interaction, settings)
        return await self._feedback(interaction, settings)

    async def _quotes(self, interaction: discord.Interaction[Any], settings: PlaceSettings) -> tuple[Sheet, ...]:
        answer = await asyncio.to_thread(service_of(interaction).desk.kept, self.answer_id)
        if answer is None:
            return text_sheets([phrases(settings.language).gone])
        return quote_sheets(answer.citations, settings.language)

    async def _shared(self, interaction: discord.Interaction[Any], settings: PlaceSettings) -> tuple[Sheet, ...]:
        desk = service_of(interaction).desk
        answer = await asyncio.to_thread(desk.kept, self.answer_id)
        if answer is None:
            return text_sheets([phrases(settings.language).gone])
        suggestions = await asyncio.to_thread(desk.suggested, self.answer_id)
        return answer_sheets(Reply(self.answer_id, answer, suggestions, settings=settings))

    async def _gap(self, interaction: discord.Interaction[Any], settings: PlaceSettings) -> tuple[Sheet, ...]:
        desk, (platform, user) = service_of(interaction).desk, user_of(interaction)
        say = phrases(settings.language)
        if self.verb == "tell":
            place, private = place_of(interaction.channel), self.rest == _PRIVATE
            wished = await asyncio.to_thread(lambda: desk.telling.wish(self.answer_id, place, user, private=private))
            button = Press(say.dont_tell, f"untell:{self.answer_id}")
            return text_sheets([getattr(say, wished.value)], [(button,)] if wished is Wished.YES else ())
        if self.verb == "untell":
            await asyncio.to_thread(desk.telling.take_back, self.answer_id, platform, user)
            return text_sheets([say.wont_tell])
        filed = await asyncio.to_thread(desk.gap, self.answer_id, platform, user)
        if not filed:
            return text_sheets([say.gap_filed_already])
        offered = await asyncio.to_thread(desk.telling.may_wish, self.answer_id, platform, user)
        hidden = interaction.message is not None and interaction.message.flags.ephemeral
        button = Press(say.tell_me, f"tell:{self.answer_id}{f':{_PRIVATE}' if hidden else ''}", quiet=False)
        return text_sheets([say.gap_filed], [(button,)] if offered else ())

    async def _feedback(self, interaction: discord.Interaction[Any], settings: PlaceSettings) -> tuple[Sheet, ...]:
        desk, useful = service_of(interaction).desk, self.verb == "useful"
        platform, user = user_of(interaction)
        reason = self.rest if self.rest in REASONS else ""
        kept = await asyncio.to_thread(
            lambda: desk.useful(self.answer_id, platform, user, useful=useful, reason=reason)
        )
        say = phrases(settings.language)
        if not kept:
            return text_sheets([say.gone])
        if self.verb != "poor":
            return text_sheets([say.thanks])
        labels = (say.wrong, say.outdated, say.off_topic, say.unclear)
        row = tuple(Press(t, f"reason:{self.answer_id}:{r}") for r, t in zip(REASONS, labels, strict=True))
        return text_sheets([say.what_was_wrong], [row])
