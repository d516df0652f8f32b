"""Questions answered: each once, or apologised for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Literal
from weakref import WeakValueDictionary

from telegram import InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.desk import Desk
from bot.desk.offering import OFFERED_AFTER
from bot.desk.shorten import shortened
from bot.desk.underway import Mark, Underway
from bot.messages import Message, Place, Reply
from bot.phrases import Phrases, phrases
from bot.telegram.api import Api
from bot.telegram.buttons import buttons
from bot.telegram.chats import Chats
from bot.telegram.outcomes import Lost, Undeliverable, wait_after
from bot.telegram.rendering import Outgoing, first_line, notice, reply_messages
from bot.telegram.sending import Sender
from bot.telegram.updates import is_edit, origin
from bot.telegram.waiting import Waiting

log = logging.getLogger(__name__)
_GUEST_PAUSES = 1.0, 3.0, 10.0
"""Seconds after a guest could not be answered."""


class Replying:
    """Answers accepted questions, in each place one after another."""

    def __init__(  # the parts of a connection
        self, desk: Desk, api: Api, chats: Chats, sender: Sender, waiting: Waiting, underway: Underway
    ) -> None:
        self._desk = desk
        self._chats = chats
        self._waiting = waiting
        self._underway = underway
        self._api = api
        self._sender = sender
        self._thinking = asyncio.Semaphore(desk.hands)
        self._turns: WeakValueDictionary[Place, asyncio.Lock] = WeakValueDictionary()

    async def reply(self, question: Message) -> None:
        """Answer an accepted question; what cannot be delivered is struck off too."""
        question = self._chats.today(question)
        sent, reply = await self._replied(question)
        if sent and reply and self._desk.lacks(reply.answer_id):
            await self._offer(question, sent, reply)

    async def _replied(self, question: Message) -> tuple[str, Reply | None]:
        """Answer a question; return which message carries the last of its answer, and that."""
        reply: Reply | None = None
        lock = self._turns.setdefault(question.place, asyncio.Lock())
        async with lock:
            sent = self._underway.left(question.id)
            try:
                if sent == "":
                    raise Lost("a process ended while it was sending")  # noqa: TRY301  # one way to apologise
                if not sent:
                    sent, reply = await self._reply(question)
                self._underway.sent(question.id, sent)
            except Undeliverable as error:
                log.warning("A chat takes no message from us: %s.", error)
            except Lost as error:
                log.warning("The connection broke while an answer was sent: %s.", error)
                await self._apologise(question, "broke")
            except InvalidToken:  # nothing can be sent: the question waits for the next start
                raise
            except Exception:
                log.exception("An answer could not be sent.")
                await self._apologise(question, "unavailable")
            await asyncio.to_thread(self._desk.done, question, sent or "")
            self._underway.end(question.id)
        return sent or "", reply

    async def _offer(self, question: Message, sent: str, reply: Reply) -> None:
        """Put follow-up questions below an answer that went out without any, once some are known."""
        await asyncio.sleep(OFFERED_AFTER)
        more = await asyncio.to_thread(self._desk.more, reply.answer_id)
        if more:
            await self._sender.put_buttons(question.place, int(sent), buttons(replace(reply, suggestions=more)))

    async def _reply(self, question: Message) -> tuple[str, Reply | None]:
        """Answer a question; the answer comes back where buttons can be put below it later."""
        if question.id.startswith("guest:"):
            return await self._guest(question, await self._answer(question)), None
        answered = asyncio.create_task(self._answer(question))
        try:
            await self._waiting.until(answered, question, self._say(question).looking)
            reply = await answered
        finally:
            answered.cancel()
        messages = reply_messages(reply)
        sent = await self._deliver(question, messages)
        return sent, reply if len(messages) == 1 or not is_edit(question) else None

    def _say(self, question: Message) -> Phrases:
        return phrases(self._desk.places.settings(question.place, question.home, question.language).language)

    async def _answer(self, question: Message) -> Reply:
        async with self._thinking:
            return await asyncio.to_thread(self._desk.answer, question)

    async def _deliver(self, question: Message, messages: tuple[Outgoing, ...]) -> str:
        first_asked, number = origin(question)
        mark = Mark(self._underway, question.id)
        shown = await asyncio.to_thread(self._desk.reply_to, "telegram", first_asked) if is_edit(question) else ""
        if shown and await self._sender.edit(question.place, shown, messages[0]):
            await self._sender.send(question.place, messages[1:], int(shown), mark)
            return shown
        sent = await self._sender.send(question.place, messages, number, mark)
        return sent[-1] if sent else ""

    async def _guest(self, question: Message, reply: Reply) -> str:
        """Answer a call from a chat that we have not joined; a second answer is refused, so trying again is safe."""
        number, result = question.id.removeprefix("guest:"), article("answer", reply)
        for pause in _GUEST_PAUSES:
            try:
                return (await self._api.answer_guest_query(number, result)).inline_message_id
            except (BadRequest, Forbidden) as error:
                raise Undeliverable(str(error)) from error
            except (TelegramError, TimeoutError) as error:
                log.info("A guest could not be answered yet: %s.", type(error).__name__)
                with suppress(Lost):
                    pause = wait_after(error, pause)  # noqa: PLW2901  # what Telegram asks for goes before ours
                await asyncio.sleep(pause)
        raise Undeliverable("It was refused too often.")

    async def _apologise(self, question: Message, sorry: Literal["broke", "unavailable"]) -> None:
        try:
            say = notice(getattr(self._say(question), sorry))
            await self._sender.send(question.place, say, origin(question)[1])
        except (Lost, Undeliverable, TelegramError) as error:
            log.warning("Not even an apology could be sent: %s.", error)


def articles(reply: Reply) -> list[InlineQueryResultArticle]:
    """Return a reply as results that people can choose from: all of it, and its first sentence where there are more."""
    short = replace(reply, answer=shortened(reply.answer))
    return [article("answer", reply), *([article("short", short)] if short.answer != reply.answer else [])]


def hints(questions: Sequence[str], say: Phrases) -> list[InlineQueryResultArticle]:
    """Return what can be asked, for who has typed nothing yet; what is sent at a tap says what this is."""
    (told,) = notice(say.itself)
    return [
        InlineQueryResultArticle(f"hint{number}", asked, _sent(told), description=say.like_this)
        for number, asked in enumerate(questions)
    ]


def article(name: str, reply: Reply) -> InlineQueryResultArticle:
    """Return a reply as a result that people can send."""
    messages = reply_messages(reply)
    if len(messages) > 1:  # a result is one message, and that must hold its sources
        messages = reply_messages(replace(reply, answer=shortened(reply.answer)))
    message = messages[0]
    say = phrases(reply.settings.language)
    about = ", ".join(dict.fromkeys(say.publisher(citation) for citation in reply.answer.citations))
    return InlineQueryResultArticle(
        name,
        first_line(reply)[:200] or "?",
        _sent(message),
        description=about[:200] or None,
    )


def _sent(message: Outgoing) -> InputTextMessageContent:
    preview = LinkPreviewOptions(is_disabled=True)
    return InputTextMessageContent(message.html, ParseMode.HTML, link_preview_options=preview)
