"""What answers questions from the index of these settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache, partial

from bot.answering.reranker import load_reranker
from bot.conversation import Conversation, Covered
from bot.index.builds import Builds
from bot.index.encoder import TokenEncoder
from bot.index.lending import Library
from bot.index.model import find_model
from bot.retrieval import search_texts, wordings
from bot.settings import Settings
from bot.values import Article, Ask, Hit, Turn

Search = Callable[[str, Sequence[Turn], int], list[tuple[Hit, Article]]]
"""(question, history, k) -> hits with their articles, best first."""


@contextmanager
def search(settings: Settings) -> Iterator[Search]:
    """Lend a search over the index that serves. Raises NoIndex, IndexDamaged, ModelError."""
    with warm(settings) as (library, encoder):

        def find(question: str, history: Sequence[Turn], k: int) -> list[tuple[Hit, Article]]:
            with library.snapshot() as snapshot:
                hits = search_texts(snapshot, encoder, wordings(question, history), k)
                return [(hit, snapshot.article(hit.passage.article_id)) for hit in hits]

        yield find


@contextmanager
def conversation(settings: Settings) -> Iterator[Ask]:
    """Lend what answers a question, given the turns before it. Raises NoIndex, IndexDamaged, ModelError."""
    with answering(settings) as talk:
        yield talk.ask


@contextmanager
def answering(settings: Settings) -> Iterator[Conversation]:
    """Lend the conversation of this process. Raises NoIndex, IndexDamaged, ModelError."""
    with warm(settings) as (library, encoder):
        yield Conversation(library, encoder, load_reranker(settings.reranker))


@contextmanager
def worker(settings: Settings) -> Iterator[Conversation]:
    """Lend the conversation of a process that only answers; its log lines go where those of its owner go."""
    from bot.logs import begin

    begin(settings.log_level, ())
    if settings.reranker:
        import torch

        torch.set_num_threads(1)  # the other cores belong to the other workers
    with answering(settings) as talk:
        yield talk


@contextmanager
def asking(settings: Settings) -> Iterator[tuple[Ask, Covered]]:
    """Lend what answers the chat platforms, warm, and what the build covers: workers, or with one of them ourselves."""
    from bot.workers import Crew

    if settings.workers == 1:
        with warm(settings) as (library, encoder):
            talk = Conversation(library, encoder, load_reranker(settings.reranker))
            talk.warm()
            yield talk.ask, Covered(library)
    else:
        with (
            reading(settings) as (library, _),
            closing(Crew(partial(worker, settings.bare()), settings.workers)) as crew,
        ):
            yield crew.ask, Covered(library)


@contextmanager
def warm(settings: Settings) -> Iterator[tuple[Library, TokenEncoder]]:
    """Lend the index that serves and the model, warm. Raises NoIndex, IndexDamaged, ModelError."""
    with reading(settings) as (library, open_encoder):
        yield library, open_encoder()


@contextmanager
def reading(settings: Settings) -> Iterator[tuple[Library, Callable[[], TokenEncoder]]]:
    """Lend the index that serves, warm, and what opens its model, once. Raises NoIndex, IndexDamaged, ModelError."""
    # Before the model: it takes half a minute to make ready the first time, for nothing when there is no index.
    Builds(settings.data_dir).current()
    model = find_model(settings.model, settings.data_dir)
    open_encoder = cache(model.open)
    with closing(Library(settings.data_dir, model.identity, open_encoder=open_encoder)) as library:
        library.warm()
        yield library, open_encoder
