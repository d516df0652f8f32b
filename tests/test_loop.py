"""The whole loop over a real index, the real model and the real answerer: a gap, an article, an answer, once."""

from __future__ import annotations

import itertools
import time
from contextlib import closing
from pathlib import Path

from answering_parts import opened

from bot.answering.verify import faults
from bot.conversation import Conversation, Covered
from bot.desk import Desk
from bot.desk.telling import Wished
from bot.index.building import build
from bot.index.builds import Builds
from bot.index.lending import Library
from bot.messages import Message, Place
from bot.newsroom.review import review
from bot.store import Store

GROUP = Place("telegram", "-100777", "9")
OLD = """\
---
title: Alibaba launches the Quark S1
publisher: EconomyWatch
published: 2025-11-28
url: https://example.org/s1
topic: smart glasses
companies: [Alibaba]
products: [Quark S1]
---
Alibaba launched its Quark S1 smart glasses in China.

The flagship Quark S1 costs RMB 3,799.
"""
NEW = """\
---
title: The Zephyr Lens on the scales
publisher: EconomyWatch
published: 2026-11-20
url: https://example.org/zephyr
topic: smart glasses
companies: [Zephyr]
products: [Zephyr Lens]
---
The Zephyr Lens was tested in Berlin. The Zephyr Lens weighs 38 grams.
"""


def test_who_reported_a_gap_is_told_when_an_article_fills_it(tmp_path: Path, model_home: Path) -> None:
    model, encoder = opened(model_home)
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    corpus.mkdir()
    ids = itertools.count(1)

    def publish(name: str, text: str) -> None:
        (corpus / name).write_text(text, "utf-8")
        build(corpus, data, model)

    publish("s1.md", OLD)
    with closing(Store(data)) as store, closing(Library(data, model.identity, look_every=0)) as library:
        talk, covered = Conversation(library, encoder), Covered(library)
        desk = Desk(store, talk.ask, covered.names, products=covered.products, serving=covered.serving)
        looking = review(store, talk.ask, covered, lambda: encoder).gaps

        def ask(text: str) -> str:
            message = Message(f"7:{next(ids)}", GROUP, "11", text, time.time())
            desk.accept(message)
            reply = desk.answer(message)
            desk.done(message, str(next(ids)))
            return reply.answer_id

        def idle() -> int:
            switched = Builds(data).serving().build
            ends = time.monotonic() + 30
            while covered.serving() != switched and time.monotonic() < ends:
                time.sleep(0.02)
            while desk.prepare():
                pass
            return len(desk.telling.due("telegram"))

        declined = ask("how heavy is the zephyr lens?")
        assert desk.telling.wish(declined, GROUP, "11") is Wished.YES
        (gap,) = looking.look(30).found
        assert (gap.topic.declined, gap.told_now) == (1, False)
        assert idle() == 0
        publish("zephyr.md", NEW)
        assert idle() == 1
        (notice,) = desk.telling.due("telegram")
        reply = desk.telling.begin(notice)
        assert reply is not None
        assert "The Zephyr Lens weighs 38 grams." in reply.answer.text
        with library.snapshot() as snapshot:
            by_number = {citation.n: citation for citation in reply.answer.citations}
            assert reply.answer.statements
            assert not any(faults(each, by_number, snapshot.article) for each in reply.answer.statements)
        desk.telling.end(notice, "900")
        assert looking.look(30).found == ()
        assert idle() == 0
