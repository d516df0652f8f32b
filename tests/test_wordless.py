"""What brings no words is not met with silence: one sentence where the bot is spoken to, nothing elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from discord_parts import bench
from discord_server import CHANNEL, DIRECT, until
from telegram_server import BOT, Fake
from telegram_talk import GROUP, MENTION, chat

from bot.desk import Limits
from bot.phrases import LANGUAGES, phrases

FILE = {"file_id": "f", "file_unique_id": "u"}
SIZED = {**FILE, "width": 9, "height": 9}
PHOTO: dict[str, Any] = {"photo": [SIZED]}
PLACE = {"latitude": 1.5, "longitude": 2.5}
KINDS: dict[str, dict[str, Any]] = {
    "voice": {"voice": {**FILE, "duration": 3}},
    "sticker": {"sticker": {**SIZED, "is_animated": False, "is_video": False, "type": "regular"}},
    "photo": PHOTO,
    "video": {"video": {**SIZED, "duration": 3}},
    "video note": {"video_note": {**FILE, "length": 9, "duration": 3}},
    "audio": {"audio": {**FILE, "duration": 3}},
    "location": {"location": PLACE},
    "venue": {"location": PLACE, "venue": {"location": PLACE, "title": "A", "address": "B"}},
    "contact": {"contact": {"phone_number": "1", "first_name": "Bob"}},
    "dice": {"dice": {"value": 3, "emoji": "🎲"}},
    "document": {"document": {**FILE, "file_name": "a.pdf"}},
    "poll": {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
                      "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
                      "allows_revoting": True, "members_only": False}},
}  # fmt: skip
SERVICE: list[dict[str, Any]] = [
    {"new_chat_title": "Rings"},
    {"new_chat_members": [{"id": 43, "is_bot": False, "first_name": "Bob"}]},
    {"delete_chat_photo": True},
    {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
]


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_it_is_a_private_chat_is_told_once_that_only_text_is_read(tmp_path: Path, kind: str) -> None:
    async def talk(server: Fake) -> None:
        server.say("", **KINDS[kind])
        await server.answered(1)
        server.say("price")
        await server.answered(2)

    told, answer = chat(tmp_path, talk).texts()
    assert told == phrases("en").wordless
    assert answer.startswith("You asked “price” after 0 turns")


def test_it_is_said_in_the_language_of_the_app(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        for number, language in enumerate(LANGUAGES, 1):
            person = {"id": 50 + number, "is_bot": False, "first_name": "Ada", "language_code": language}
            server.say("", 50 + number, sender=person, **KINDS["voice"])
            assert await server.answered(1, 50 + number) == [phrases(language).wordless]

    chat(tmp_path, talk)


def test_an_album_is_told_once_and_a_caption_is_a_question(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        for _ in range(3):
            server.say("", media_group_id="7", **PHOTO)
        server.say("", media_group_id="8", **PHOTO)
        server.say("", media_group_id="8", caption="price", **PHOTO)
        server.say("", media_group_id="8", **PHOTO)
        await server.answered(3)
        server.say("weight")
        await server.answered(4)

    told = chat(tmp_path, talk).texts()
    assert told.count(phrases("en").wordless) == 2
    assert sum("“price”" in each for each in told) == 1


def test_news_of_a_chat_and_a_place_that_moves_are_answered_with_nothing(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        for news in SERVICE:
            server.say("", **news)
        message = server.say("", **KINDS["location"])
        await server.answered(1)
        for second in range(1, 4):
            moved = {"location": {**PLACE, "latitude": 1.5 + second}, "edit_date": message["date"] + second}
            server.update("edited_message", {**message, **moved})
        server.say("price")
        await server.answered(2)

    told = chat(tmp_path, talk).texts()
    assert told[0] == phrases("en").wordless
    assert "“price”" in told[1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_group_hears_nothing_unless_the_bot_is_spoken_to(tmp_path: Path, kind: str) -> None:
    async def talk(server: Fake) -> None:
        server.admins = {42}
        server.say("/settings channels here", GROUP)
        server.say("/settings mention_only off", GROUP)
        await server.answered(2, GROUP)
        server.say("", GROUP, **KINDS[kind])
        ours = {
            "message_id": 5,
            "date": 1,
            "chat": {"id": GROUP, "type": "supergroup"},
            "from": BOT,
            "text": "An answer",
        }
        server.say("", GROUP, reply_to_message=ours, **KINDS[kind])
        assert (await server.answered(3, GROUP))[2] == phrases("en").wordless
        server.say("price", GROUP)
        assert "“price”" in (await server.answered(4, GROUP))[3]

    chat(tmp_path, talk)


def test_a_picture_below_which_only_the_bot_is_named_is_spoken_to_it(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("", GROUP, caption="@wearables_bot", caption_entities=MENTION, **PHOTO)
        assert await server.answered(1, GROUP) == [phrases("en").wordless]

    chat(tmp_path, talk)


def test_a_flood_of_stickers_is_limited_as_questions_are(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        for _ in range(6):
            server.say("", **KINDS["sticker"])
        await server.answered(3)
        server.say("price", 43, sender={"id": 43, "is_bot": False, "first_name": "Bob"})
        await server.answered(1, 43)

    told = chat(tmp_path, talk, limits=Limits(of_user=2, told_user=3)).texts()
    assert told == [phrases("en").wordless, phrases("en").wordless, phrases("en").too_many]


ATTACHED = {
    "id": "1",
    "filename": "a.ogg",
    "size": 9,
    "url": "https://cdn.example/a",
    "proxy_url": "https://cdn.example/a",
}
STICKER = {"id": "1", "name": "Wave", "format_type": 1}


@pytest.mark.parametrize("more", [{"attachments": [ATTACHED]}, {"sticker_items": [STICKER]}])
async def test_discord_is_told_the_same(tmp_path: Path, more: dict[str, Any]) -> None:
    async with bench(tmp_path) as found:
        await found.server.say("", CHANNEL, **more)
        await found.server.say("", DIRECT, **more)
        (answer,) = await until(lambda: found.server.by_bot(DIRECT))
        assert phrases("en").wordless in str(answer)
        await found.server.say("how much is the quark s1", DIRECT, **more)
        await until(lambda: len(found.server.by_bot(DIRECT)) == 2)
        assert found.asked.questions == ["how much is the quark s1"]
        assert found.server.by_bot(CHANNEL) == []
