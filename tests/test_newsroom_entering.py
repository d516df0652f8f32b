"""A link or a file sent in a chat becomes an article that can be cited; from both chats, with the real clients."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from discord_parts import connected
from discord_server import ADMIN as DISCORD_ADMIN
from discord_server import ALICE, BOT, DIRECT, buttons, discord_server, texts, until
from feed_server import QUICK, FeedServer, Item, Page, article_page, rss
from liars import GROUP
from newsroom_parts import ADMIN, EDITOR, STRANGER
from telegram_parts import served
from telegram_server import Fake, Json

from bot.app import indexing, newsroom
from bot.conversation import Conversation
from bot.errors import FetchError
from bot.fetching import Getter
from bot.index.lending import Library
from bot.index.model import find_model
from bot.newsroom.articles import Articles
from bot.newsroom.attached import download
from bot.newsroom.newsroom import Newsroom
from bot.settings import Settings
from bot.store import Store

RING = [
    "The Halo Ring 3 costs 299 euros and goes on sale on 12 December 2026, its maker said on Tuesday.",
    "It measures the heart rate, the temperature of the skin and the oxygen in the blood through the night.",
    "The battery lasts nine days, two days more than that of the ring before it, and charges in forty minutes.",
]
MARKDOWN = """\
---
title: The Nimbus Band
publisher: Wearable Wire
published: 2026-11-20
url: https://wire.example/nimbus
---
The Nimbus Band weighs 21 grams. It is sold in Norway only.
"""


@pytest.fixture
def settings(model_home: Path, tmp_path: Path) -> Settings:
    home, corpus = tmp_path / "data", tmp_path / "corpus"
    home.mkdir()
    corpus.mkdir()
    (home / "models").symlink_to(model_home / "models")
    (corpus / "first.md").write_text("---\ntitle: The Alto Watch\n---\nThe Alto Watch costs 99 dollars.\n", "utf-8")
    return Settings(
        _env_file=None,
        data_dir=home,
        corpus_dir=corpus,
        golden_file=tmp_path / "no.toml",
        admins=(f"telegram:{ADMIN}", f"discord:{DISCORD_ADMIN}"),
        editors=(f"telegram:{EDITOR}",),
    )


@pytest.fixture
def site() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def room(settings: Settings, site: FeedServer) -> Iterator[Newsroom]:
    indexing.index(settings)
    shelf = Articles(
        settings.data_dir, Getter(limits=QUICK, allowed=site.allowed), settings.data_dir.with_name("sources.toml")
    )
    with closing(Store(settings.data_dir)) as store:
        yield newsroom.newsroom(settings, store, shelf=shelf)


def answer(settings: Settings, question: str) -> str:
    model = find_model("", settings.data_dir)
    with closing(Library(settings.data_dir, model.identity)) as library:
        found, _ = Conversation(library, model.open()).ask(question)
        return found.text


def account(number: int) -> Json:
    return {"id": number, "is_bot": False, "first_name": "Ada"}


@asynccontextmanager
async def telegram(folder: Path, room: Newsroom) -> AsyncIterator[Fake]:
    async with Fake(per_second=0) as server, served(server, folder, newsroom=room):
        yield server


def message(server: Fake, chat: int, holds: str) -> Json | None:
    return next((m for (c, _), m in server.messages.items() if c == str(chat) and holds in m["text"]), None)


def test_a_link_in_telegram_is_shown_entered_and_cited(settings: Settings, site: FeedServer, room: Newsroom) -> None:
    site.pages["/ring"] = Page(article_page("Halo Ring 3 announced", RING))

    async def talk() -> None:
        async with telegram(settings.data_dir, room) as server:
            server.say(f"/add {site.url('/ring')}", EDITOR, sender=account(EDITOR))
            await server.until(lambda: message(server, EDITOR, RING[0]), 60)
            shown = message(server, EDITOR, RING[0])
            assert shown
            assert "Wearable Wire · undated" in shown["text"]
            server.press(shown, "Enter", account(STRANGER))
            await server.until(lambda: server.made("answerCallbackQuery"))
            assert "Only admins and editors" in server.made("answerCallbackQuery")[0]["text"]
            server.press(shown, "Enter", account(EDITOR))
            await server.until(lambda: message(server, EDITOR, "2 articles: 1 added"), 120)
            entered = message(server, EDITOR, "2 articles: 1 added")
            assert entered
            assert "Entered as" in entered["text"]
            server.press(shown, "Enter", account(EDITOR))
            await server.until(lambda: message(server, EDITOR, "This draft is gone"))
            assert server.refused == []

    asyncio.run(talk())
    assert "299 euros" in answer(settings, "how much is the Halo Ring 3")


def test_feeds_are_followed_from_a_chat_and_those_that_fail_are_told(
    settings: Settings, site: FeedServer, room: Newsroom
) -> None:
    site.pages["/ring"] = Page(article_page("Halo Ring 3 announced", RING))
    items = [Item("/ring", "Halo Ring 3 announced", "Wed, 25 Nov 2026 08:00:00 +0000")]
    site.pages["/wire"] = Page(rss(items, site), "application/rss+xml")
    source = '[[source]]\nname = "{0}"\nurl = "{1}"\npublisher = "Wire"\n'
    sources = [source.format(name, site.url(f"/{name}")) for name in ("wire", "gone")]
    settings.data_dir.with_name("sources.toml").write_text("".join(sources), "utf-8")

    async def talk() -> None:
        async with telegram(settings.data_dir, room) as server:

            async def say(text: str, ends: str, who: int = ADMIN) -> str:
                before = len(server.texts(who))
                server.say(text, who, sender=account(who))
                await server.until(lambda: len(server.texts(who)) > before and ends in server.texts(who)[-1], 60)
                return server.texts(who)[-1]

            await say("/follow", "Only admins", EDITOR)
            await say("/switch wire off", "Only admins", EDITOR)
            assert "No source is enabled: /feeds" in await say("/follow", "/switch NAME on")
            assert "Not followed: wire, gone." in await say("/feeds", "has it followed.")
            assert site.asked == []
            await say("/switch wire on", "wire is followed from now on")
            await say("/switch gone on", "gone is followed from now on")
            assert "switch gone on" in await say("/audit 2", "wire is followed from now on")
            told = await say("/follow", "2 articles: 1 added")
            for line in ("2 sources asked, 1 failed: 1 articles new", "\nwire: 1 new", "\ngone: There is no such page"):
                assert line in told
            await say("/follow", "No source is due; /follow all")
            assert "cannot be read" not in await say("/status", "Serving: ")
            for _ in range(2):
                await say("/follow all", "0 articles new")
            await say("/status", "The source gone cannot be read: There is no such page")
            settings.data_dir.with_name("sources.toml").write_text("[", "utf-8")
            assert "is no TOML" in await say("/status", "Serving: ")

    asyncio.run(talk())
    assert "299 euros" in answer(settings, "how much is the Halo Ring 3")


def test_a_file_in_telegram_is_shown_and_discarded(settings: Settings, room: Newsroom) -> None:
    async def talk() -> None:
        async with telegram(settings.data_dir, room) as server:
            server.files = {
                "good": ("documents/nimbus.md", MARKDOWN.encode()),
                "bad": ("documents/nimbus.exe", b"MZ\x00\x01" * 100),
                "local": ("/etc/passwd", b""),
                "up": ("../../../etc/passwd", b""),
                "far": ("https://evil.example/x.md", b""),
            }
            for sender in (STRANGER, EDITOR):
                sent = {"file_id": "good", "file_unique_id": "u", "file_name": "nimbus.md", "file_size": 9}
                server.say("", sender, sender=account(sender), document=sent)
            await server.until(lambda: message(server, EDITOR, "The Nimbus Band weighs 21 grams."), 60)
            shown = message(server, EDITOR, "The Nimbus Band weighs 21 grams.")
            assert shown
            assert "Wearable Wire · 20 Nov 2026" in shown["text"]
            assert message(server, STRANGER, "Nimbus") is None
            server.press(shown, "Discard", account(EDITOR))
            await server.until(lambda: message(server, EDITOR, "Discarded"))
            for number, name in enumerate(("bad", "local", "up", "far", "too big"), 1):
                sent = {"file_id": name, "file_unique_id": "u", "file_name": f"{name}.md", "file_size": 9}
                server.say("", EDITOR, sender=account(EDITOR), document=sent)
                await server.answered(2 + number, EDITOR)
            await server.until(lambda: "Reading …" not in server.texts(EDITOR), 60)
            binary, local, up, far, large = server.texts(EDITOR)[2:]
            assert "text" in binary
            assert "does not lie on the servers" in local
            assert "does not lie on the servers" in up
            assert "nothing in it" in far, "asked of the platform itself, whatever the path is"
            assert "bots get files of at most 20 MB" in large
            assert server.fetched[:2] == ["/nimbus.md", "/nimbus.exe"]

    asyncio.run(talk())
    assert list(newsroom.articles(settings).all()) == []


async def test_a_file_in_a_group_is_added_below_it_or_in_reply_to_it(settings: Settings, room: Newsroom) -> None:
    async with telegram(settings.data_dir, room) as server:
        server.files = {"good": ("documents/nimbus.md", MARKDOWN.encode())}
        file = {"file_id": "good", "file_unique_id": "u", "file_name": "nimbus.md", "file_size": 9}
        caption = {"caption": "/add", "document": file}
        command = [{"type": "bot_command", "offset": 0, "length": 4}]
        server.say("", GROUP, sender=account(STRANGER), **caption, caption_entities=command)
        sent = server.say("", GROUP, sender=account(STRANGER), document=file)
        server.say("/add", GROUP, sender=account(STRANGER), reply_to_message=sent, entities=command)
        server.say("", GROUP, sender=account(EDITOR), **caption, caption_entities=command)
        server.say("/add", GROUP, sender=account(EDITOR), reply_to_message=sent, entities=command)
        await server.until(lambda: sum("weighs 21 grams" in text for text in server.texts(GROUP)) == 2, 60)
        assert len(server.texts(GROUP)) == 2
        assert len(server.fetched) == 2
        server.say("/add https://a.example/ https://b.example/", EDITOR, sender=account(EDITOR))
        await server.until(lambda: server.texts(EDITOR) and "one link at a time" in server.texts(EDITOR)[-1])
        server.say("/add nonsense", GROUP, sender=account(EDITOR), reply_to_message=sent, entities=command)
        await server.until(lambda: "Give the link of an article" in server.texts(GROUP)[-1])
        assert server.refused == []


async def test_a_forwarded_file_is_not_the_editors(settings: Settings, room: Newsroom) -> None:
    async with telegram(settings.data_dir, room) as server:
        server.files = {"good": ("documents/nimbus.md", MARKDOWN.encode())}
        sent = {"file_id": "good", "file_unique_id": "u", "file_name": "nimbus.md", "file_size": 9}
        origin = {"type": "hidden_user", "date": 5, "sender_user_name": "somebody"}
        server.say("", EDITOR, sender=account(EDITOR), document=sent, forward_origin=origin)
        await server.until(lambda: message(server, EDITOR, "Only admins and editors"))
        assert server.fetched == []


def test_a_file_on_discord_becomes_an_article_that_is_edited_and_removed(settings: Settings, room: Newsroom) -> None:
    async def talk() -> None:
        async with (
            discord_server() as server,
            connected(server, settings.data_dir, newsroom=room) as found,
        ):
            server.attachments["nimbus.md"] = MARKDOWN.encode()
            url = f"http://127.0.0.1:{server.port}/attachments/nimbus.md"
            refused = await server.admin("add", user=ALICE, file=url)
            assert "Only admins and editors" in texts(await until(partial(server.answer_to, refused)))
            asked = await server.admin("add", user=DISCORD_ADMIN, file=url)
            await until(lambda: "weighs 21 grams" in told(server.answer_to, asked), 60)
            pressed = await server.press(asked.original, "Enter", DISCORD_ADMIN)
            shown = partial(told, server.answer_to, pressed)
            await until(lambda: "2 articles: 1 added" in shown(), 120)
            article_id = shown().split("Entered as ")[1].split(":")[0].replace("\\", "")
            assert "21 grams" in await asyncio.to_thread(answer, settings, "how heavy is the Nimbus Band")
            asked = await server.admin("edit", user=DISCORD_ADMIN, what=f"{article_id} publisher The Norse Times")
            await until(lambda: "1 changed" in told(server.answer_to, asked), 120)
            asked = await server.admin("articles", user=DISCORD_ADMIN, what="nimbus")
            await until(lambda: "The Norse Times" in told(server.answer_to, asked))
            asked = await server.admin("remove", user=DISCORD_ADMIN, what=article_id)
            # Half of two articles: the guard against an empty folder asks first.
            await until(lambda: "Only 1 of 2 articles are left" in told(server.answer_to, asked), 120)
            pressed = await server.press(asked.original, "Switch anyway", DISCORD_ADMIN)
            await until(lambda: "1 removed" in told(server.answer_to, pressed), 120)
            far = await server.admin("add", user=DISCORD_ADMIN, file="https://evil.example/attachments/nimbus.md")
            await until(lambda: "does not lie on the servers" in told(server.answer_to, far))
            assert server.refusals == []
            assert found.asked.heard == []

    asyncio.run(talk())
    assert "21 grams" not in answer(settings, "how heavy is the Nimbus Band")


def test_a_file_sent_to_the_bot_alone_on_discord_is_shown_and_entered(settings: Settings, room: Newsroom) -> None:
    async def talk() -> None:
        async with discord_server() as server, connected(server, settings.data_dir, newsroom=room) as found:
            server.attachments |= {"nimbus.md": MARKDOWN.encode(), "bad.md": b"MZ\x00\x01" * 100}
            home = f"http://127.0.0.1:{server.port}/attachments"
            files = [attachment(f"{home}/nimbus.md"), attachment(f"{home}/bad.md")]
            files += [attachment("https://evil.example/attachments/far.md")]
            # Of a stranger, in a channel, or beside a question a file is left alone, and the message is what it was.
            await server.say("", channel=DIRECT, user=ALICE, attachments=files)
            await until(lambda: "only read text" in "".join(map(texts, server.by_bot(DIRECT))))
            await server.say("is this true?", channel=DIRECT, user=DISCORD_ADMIN, attachments=files)
            await until(lambda: found.asked.questions == ["is this true?"])
            await server.say(f"<@{BOT}>", user=DISCORD_ADMIN, attachments=files)
            await until(server.by_bot)
            await until(lambda: len(server.by_bot(DIRECT)) == 2)

            await server.say("", channel=DIRECT, user=DISCORD_ADMIN, attachments=files)
            await server.again()
            await until(lambda: "does not lie on the servers" in texts(server.by_bot(DIRECT)[-1]), 60)
            draft, binary, _ = server.by_bot(DIRECT)[2:]
            assert "weighs 21 grams" in texts(draft)
            assert "text" in texts(binary)
            assert buttons(binary) == []
            refused = await server.press(int(draft["id"]), "Enter", ALICE)
            await until(lambda: "Only admins and editors" in told(server.answer_to, refused))
            pressed = await server.press(int(draft["id"]), "Enter", DISCORD_ADMIN)
            await until(lambda: "2 articles: 1 added" in told(server.answer_to, pressed), 120)
            assert server.refusals == []

    asyncio.run(talk())
    assert "21 grams" in answer(settings, "how heavy is the Nimbus Band")


def attachment(url: str) -> Json:
    return {"id": "77", "filename": url.rpartition("/")[2], "size": 9, "url": url, "proxy_url": url}


def told(answer_to: Callable[..., Json | None], asked: object) -> str:
    found = answer_to(asked)
    return texts(found) if found else ""


@pytest.fixture
def host() -> Iterator[str]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/far":
                self.send_response(302)
                self.send_header("Location", "/file")
                self.end_headers()
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 2000)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def test_a_file_is_fetched_from_the_platform_only(host: str) -> None:
    assert download(f"{host}file", [host], 2000) == b"x" * 2000
    for url, says in {
        f"{host}file": "larger than 0 MB",
        f"{host}far": "302",
        f"{host}a/../file": "does not lie",
        f"{host}a/%2e%2e/file": "does not lie",
        f"{host}@evil.example/": "larger than 0 MB",
        "http://127.0.0.1:1/file": "does not lie",
        f"{host.rstrip('/')}.evil.example/": "does not lie",
        "file:///etc/passwd": "does not lie",
        "": "does not lie",
    }.items():
        with pytest.raises(FetchError, match=says) as caught:
            download(url, [host], 1999)
        assert "127.0.0.1" not in str(caught.value)
    with pytest.raises(FetchError, match="could not be fetched"):
        download("http://127.0.0.1:1/file", ["http://127.0.0.1:1/"], 10)
