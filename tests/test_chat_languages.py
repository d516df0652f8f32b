"""The bot speaks the language of a person's app where they are alone with it, unless they choose another."""

from __future__ import annotations

from pathlib import Path

from discord_parts import bench, connected
from discord_server import ALICE, CHANNEL, DIRECT, Asked, DiscordServer, buttons, discord_server, texts, until
from newsroom_parts import Witness
from telegram_parts import served
from telegram_server import PERSON, Fake
from telegram_talk import GROUP, MENTION, chat

from bot.phrases import LANGUAGES

DE, FR = LANGUAGES["de"], LANGUAGES["fr"]
GERMAN = {**PERSON, "language_code": "de-AT"}


def labels(message: dict) -> str:  # type: ignore[type-arg]  # as the server keeps it
    rows = message["reply_markup"]["inline_keyboard"]
    return " ".join(button["text"] for row in rows for button in row)


def test_on_telegram_a_private_chat_speaks_the_apps_language_and_a_group_its_own(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        for typed, told in (
            ("", DE.help[0]),
            ("/privacy", DE.privacy[0]),
            ("/why", DE.nothing_yet),
            ("/settings", "Sprache: Deutsch"),
            ("/settings length long", "Möglich sind"),
        ):
            said = len(server.texts())
            server.say(typed or "/help", sender=GERMAN)
            assert told.partition(",")[0] in (await server.answered(said + 1))[-1]
        server.say("price", sender=GERMAN)
        await server.until(lambda: "price" in server.texts()[-1])
        answer = server.messages["42", max(number for _, number in server.messages)]
        assert DE.quotes in labels(answer)
        said = len(server.texts())
        server.press(answer, DE.quotes, sender=GERMAN)
        await server.answered(said + 1)
        server.say("/why", sender=GERMAN)
        why = (await server.answered(said + 2))[-1]
        assert DE.why["decision"] in why
        assert DE.why["sentences"] in why
        server.say("@wearables_bot price", GROUP, sender=GERMAN, entities=MENTION)
        await server.answered(1, GROUP)
        (in_group,) = (message for (where, _), message in server.messages.items() if where == str(GROUP))
        assert LANGUAGES["en"].quotes in labels(in_group)

    chat(tmp_path, talk)


def test_on_telegram_what_is_chosen_goes_before_the_app_and_forget_takes_it_back(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("/settings language fr", sender=GERMAN)
        assert "Français" in (await server.answered(1))[-1]
        server.say("/help", sender=GERMAN)
        assert FR.help[0][:30] in (await server.answered(2))[-1]
        server.update("inline_query", {"id": "9", "from": GERMAN, "query": "unknown x" * 90, "offset": ""})
        await server.until(lambda: server.made("answerInlineQuery"))
        assert FR.too_long[:20] in server.made("answerInlineQuery")[0]["results"][0]["title"]
        server.say("/forget", sender=GERMAN)
        assert FR.forgotten in (await server.answered(3))[-1]
        server.say("/help", sender=GERMAN)
        assert DE.help[0][:30] in (await server.answered(4))[-1]

    chat(tmp_path, talk)


def test_on_telegram_an_inline_question_is_answered_in_the_apps_language(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.update("inline_query", {"id": "9", "from": GERMAN, "query": "x" * 600, "offset": ""})
        await server.until(lambda: server.made("answerInlineQuery"))
        assert DE.too_long[:20] in server.made("answerInlineQuery")[0]["results"][0]["title"]

    chat(tmp_path, talk)


async def test_a_stranger_is_refused_an_act_of_admins_in_their_own_language(tmp_path: Path) -> None:
    async with Fake(per_second=0) as server, served(server, tmp_path, newsroom=Witness().newsroom("telegram")):
        server.say("/wipe all", sender=GERMAN)
        assert DE.acts["admins"][:30] in (await server.answered(1))[-1]
        server.say("/feed", sender=GERMAN)
        assert DE.acts["editors"][:30] in (await server.answered(2))[-1]
    room = Witness().newsroom("discord")
    async with discord_server(locale="fr") as discord, connected(discord, tmp_path, newsroom=room):
        asked = await discord.admin("wipe", DIRECT, what="all")
        assert FR.acts["admins"][:30] in await answer(discord, asked)


async def test_on_discord_who_is_alone_with_the_bot_hears_the_language_of_their_app(tmp_path: Path) -> None:
    async with bench(tmp_path, locale="de") as found:
        server = found.server
        await server.say("how much is the quark s1", channel=DIRECT)
        first = (await until(lambda: server.by_bot(DIRECT)))[0]
        assert LANGUAGES["en"].useful in shown(first), "Discord tells no language of what people write"
        asked = await server.command("ask", DIRECT, question="how much is the quark g1")
        await answer(server, asked)
        assert DE.useful in shown(server.answer_to(asked) or {})
        assert DE.why["decision"] in await answer(server, await server.command("why", DIRECT))
        await server.say("how much is the quark s1", channel=DIRECT)
        second = (await until(lambda: len(server.by_bot(DIRECT)) > 1 and server.by_bot(DIRECT)))[-1]
        assert DE.useful in shown(second), "it is known from the command"
        assert LANGUAGES["en"].nothing_yet in await answer(server, await server.command("why", CHANNEL, ALICE + 5))
        told = await answer(server, await server.command("settings", DIRECT, length="short"))
        assert DE.setting["channels"] not in told, "there are none"
        assert "Sprache: Deutsch" in told
        assert "Français" in await answer(server, await server.command("settings", DIRECT, language="fr"))
        assert FR.forgotten in await answer(server, await server.command("forget", DIRECT))
        assert DE.privacy[0][:30] in await answer(server, await server.command("privacy", DIRECT))


def shown(message: dict) -> list[object]:  # type: ignore[type-arg]  # as the server keeps it
    return [button.get("label") for button in buttons(message)]


async def answer(server: DiscordServer, asked: Asked) -> str:
    return texts(await until(lambda: server.answer_to(asked))).replace("\\", "")
