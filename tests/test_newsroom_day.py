"""A whole day of a newsroom: the real bot over Telegram, a site with a feed, real index runs in processes of their own.

Morning: the feed is followed and indexed. A reader gets an answer; another asks what nobody has written yet and wishes
to be told. Noon: the feed grows, an article is corrected, another withdrawn. An index run is killed; the next one is
refused, since a known question would no longer be answered, and the admin overrules. The reader is told, once. At
night the admin takes it back, and the index of the morning answers.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from feed_server import QUICK, FeedServer, Item, Page, article_page, hours_pass, rss
from index_parts import write_article
from pydantic import SecretStr
from telegram_parts import HURRIED
from telegram_server import PERSON, TOKEN, Fake, Json

from bot.app import indexing, serving
from bot.desk import Desk
from bot.fetching import Getter
from bot.index.builds import Builds
from bot.newsroom.articles import Articles
from bot.newsroom.newsroom import Newsroom
from bot.phrases import phrases
from bot.settings import Settings
from bot.telegram import Telegram

ADMIN = {"id": 701, "is_bot": False, "first_name": "Grace"}
AWAKE = {"id": 702, "is_bot": False, "first_name": "Ada"}
SAY = phrases("en")
TEXTS = {
    "s1": [
        "Alibaba launched its Quark S1 smart glasses in China on Thursday morning.",
        "The Quark S1 costs 3,799 yuan and comes with two batteries that can be swapped.",
    ],
    "ring": [
        "Oura brought a new ring to its shops in Finland and in the United States.",
        "The Oura Ring 5 costs 399 dollars and has a thinner body than the one before.",
    ],
    "s3": [
        "Alibaba showed its Quark S3 smart glasses at a fair in Shanghai this afternoon.",
        "The Quark S3 weighs 38 grams, and its frame is made of a magnesium alloy.",
    ],
}
TITLES = {"s1": "Alibaba launches the Quark S1", "ring": "Oura sells a new ring", "s3": "Alibaba shows the Quark S3"}
GOLDEN = '[[question]]\nask = "how much does the Oura Ring 5 cost?"\nmust = [["399"]]\n'


class Site:
    """A publisher: its pages, and a feed of those that it names."""

    def __init__(self, server: FeedServer, folder: Path) -> None:
        self.server = server
        source = f'[[source]]\nname = "wire"\nurl = "{server.url("/feed")}"\npublisher = "Wearable Wire"\n'
        sources = folder / "sources.toml"
        sources.write_text(f'{source}topic = "glasses"\ntrust = "high"\nenabled = true\n', "utf-8")
        getter = Getter(limits=QUICK, allowed=server.allowed)
        self.articles = Articles(folder / "data", getter, sources)

    def publish(self, *names: str) -> None:
        for name in names:
            self.server.pages.setdefault(f"/{name}", Page(article_page(TITLES[name], TEXTS[name])))
        items = [Item(f"/{name}", TITLES[name], "Wed, 25 Nov 2026 08:00:00 +0000") for name in names]
        self.server.pages["/feed"] = Page(rss(items[::-1], self.server), "application/rss+xml")

    async def follow(self) -> None:
        await asyncio.to_thread(self.articles.follow, everything=True)


class Chat:
    """What people write to the bot, and what it says to each of them."""

    def __init__(self, server: Fake) -> None:
        self.server = server

    async def say(self, text: str, who: Json = PERSON) -> str:
        before = len(self.server.texts(who["id"]))
        self.server.say(text, who["id"], sender=who)
        return (await self.server.answered(before + 1, who["id"]))[-1]

    def last(self, who: Json = PERSON) -> Json:
        return max(
            (m for (c, _), m in self.server.messages.items() if c == str(who["id"])), key=lambda m: m["message_id"]
        )

    async def press(self, label: str, who: Json = PERSON) -> None:
        pressed = len(self.server.made("answerCallbackQuery"))
        self.server.press(self.last(who), label, who)
        await self.server.until(lambda: len(self.server.made("answerCallbackQuery")) > pressed, 60)

    async def ended(self) -> str:
        """Wait until an index run is over, and return what is said of it."""
        told = ("The index 2", "did not finish", "the old one still serves")
        await self.server.until(lambda: any(words in self.server.texts(701)[-1] for words in told), 60)
        return self.server.texts(701)[-1]


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Desk, Newsroom]]:
    """Serve Telegram, as the serve command puts it together."""
    with serving.desk(settings) as (desk, room):
        stop = asyncio.Event()
        running = asyncio.create_task(Telegram(desk, settings, HURRIED, room).run(stop))
        try:
            yield desk, room
        finally:
            stop.set()
            await asyncio.wait_for(running, 20)


async def kill_the_index_run(room: Newsroom, server: Fake) -> None:
    """Let kill -9 end the process that indexes, as soon as it embeds texts."""
    reindexing = room._commands["reindex"].run.__self__.reindexing  # type: ignore[attr-defined]
    await server.until(lambda: reindexing._run and reindexing._run.stage == "encode", 60)
    os.killpg(reindexing._run.child.pid, signal.SIGKILL)


class Day:
    """The folders of a newsroom, and what happens in it from morning to evening."""

    def __init__(self, folder: Path, model_home: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self.data.mkdir()
        (self.data / "models").symlink_to(model_home / "models")
        (folder / "golden.toml").write_text(GOLDEN, "utf-8")
        for number in range(4):
            text = f"The band {number} of Maker costs 1{number} dollars."
            write_article(folder / "corpus", f"band-{number}", f"Band {number}", text)

    @property
    def served(self) -> str:
        return Builds(self.data).current().build

    async def pass_by(self, server: Fake, wire: FeedServer) -> None:
        settings = Settings(
            _env_file=None,
            data_dir=self.data,
            corpus_dir=self.folder / "corpus",
            golden_file=self.folder / "golden.toml",
            telegram_token=SecretStr(TOKEN),
            telegram_api_url=server.url,
            admins=("telegram:701",),
            workers=1,
        )
        site, chat = Site(wire, self.folder), Chat(server)
        site.publish("s1", "ring")
        await site.follow()
        await asyncio.to_thread(indexing.index, settings)
        async with opened(settings) as (desk, room):
            await self.morning(chat)
            await self.at_noon_the_news_change(site)
            await self.indexing_fails_twice_and_is_overruled(chat, room)
            await self.evening(chat, desk)
            await self.night(chat, desk)

    async def morning(self, chat: Chat) -> None:
        assert "3,799 yuan" in await chat.say("how much is the quark s1?")
        assert SAY.declined in await chat.say("how heavy is the quark s3?")
        await chat.press(SAY.file_gap)
        await chat.press(SAY.tell_me)
        assert ": 1 declined" in await chat.say("/gaps", ADMIN)

    async def at_noon_the_news_change(self, site: Site) -> None:
        site.publish("s1", "ring", "s3")
        corrected = [text.replace("3,799", "3,999") for text in TEXTS["s1"]]
        site.server.pages["/s1"] = Page(article_page(TITLES["s1"], corrected))
        site.server.pages["/ring"] = Page(status=410)
        await site.follow()
        hours_pass(self.data)
        await site.follow()

    async def indexing_fails_twice_and_is_overruled(self, chat: Chat, room: Newsroom) -> None:
        served = self.served
        chat.server.say("/reindex", 701, sender=ADMIN)
        await kill_the_index_run(room, chat.server)
        assert "the index that served still serves" in await chat.ended()
        assert "3,799 yuan" in await chat.say("how much is the quark s1?")
        chat.server.say("/reindex", 701, sender=ADMIN)
        await chat.server.answered(3, 701)
        refused = await chat.ended()
        assert "how much does the Oura Ring 5 cost?" in refused
        assert "it is declined" in refused
        assert self.served == served
        await chat.press("Switch anyway", ADMIN)
        await chat.server.until(lambda: chat.server.texts(701)[-1] != refused, 60)
        assert "The index 2" in await chat.ended()
        assert self.served != served

    async def evening(self, chat: Chat, desk: Desk) -> None:
        await chat.server.until(lambda: desk.telling.serving() == self.served, 60)
        while await asyncio.to_thread(desk.prepare):
            pass
        begins = SAY.now_answered.format(question="how heavy is the quark s3?")
        await chat.server.until(lambda: any(text.startswith(begins) for text in chat.server.texts()), 30)
        (told,) = [text for text in chat.server.texts() if text.startswith(begins)]
        assert "The Quark S3 weighs 38 grams" in told
        assert "Wearable Wire · 25 Nov 2026" in told
        corrected = await chat.say("how much is the quark s1?")
        assert "3,999 yuan" in corrected
        assert "3,799" not in corrected
        assert SAY.declined in await chat.say("how much does the oura ring 5 cost?")
        assert "reindex" in await chat.say("/audit 5", ADMIN)
        assert sum(text.startswith(begins) for text in chat.server.texts()) == 1

    async def night(self, chat: Chat, desk: Desk) -> None:
        """The admin thinks better of it: what was withdrawn and corrected stands again as it did in the morning."""
        switched = self.served
        assert "is served again" in await chat.say("/rollback", ADMIN)
        assert self.served != switched
        await chat.server.until(lambda: desk.telling.serving() == self.served, 60)
        assert "399 dollars" in await chat.say("how much does the oura ring 5 cost?", AWAKE)
        assert "3,799 yuan" in await chat.say("how much is the quark s1?", AWAKE)
        assert SAY.declined in await chat.say("how heavy is the quark s3?", AWAKE)
        assert "is served again" in await chat.say("/rollback", ADMIN)
        assert self.served == switched


async def test_a_day(tmp_path: Path, model_home: Path) -> None:
    with FeedServer() as wire:
        async with Fake(per_second=0) as server:
            await Day(tmp_path, model_home).pass_by(server, wire)
        assert server.refused == []
