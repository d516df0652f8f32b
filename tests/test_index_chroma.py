"""What we write into Chroma its own client reads, and the other way round: one engine, reached by two doors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.errors import IndexDamaged
from bot.index.chroma import Chroma
from bot.index.vectors import COLLECTION, VectorSearch, write_vectors

ROWS = 300
COSINE = {"space": "cosine"}
NO_FILE_LEFT = """
import resource, sys
from pathlib import Path
import numpy as np
from bot.errors import IndexDamaged
from bot.index.chroma import Chroma
from bot.index.vectors import _panics, write_vectors

write_vectors(Path(sys.argv[1]), np.eye(3, 48, dtype=np.float16))
chroma = Chroma(Path(sys.argv[1]))
assert "chromadb.api" not in sys.modules, "the whole client was read"
resource.setrlimit(resource.RLIMIT_NOFILE, (3, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
try:
    with _panics("one sentence"):
        chroma.find("others")
except IndexDamaged as error:
    known = sys.modules["chromadb.errors"].ChromaError
    print(error, isinstance(error.__cause__, known))
"""


@pytest.fixture
def rows() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    drawn = np.random.default_rng(7).standard_normal((ROWS, 48)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def test_chromas_own_client_finds_in_our_folder_what_we_find(tmp_path: Path, rows: np.ndarray) -> None:
    import chromadb

    write_vectors(tmp_path, rows.astype(np.float16))
    client = chromadb.PersistentClient(path=str(tmp_path))
    collection = client.get_collection(COLLECTION, embedding_function=None)
    theirs = [collection.query(query_embeddings=[row], n_results=10, include=["distances"]) for row in rows[:20]]
    client.close()
    search = VectorSearch(tmp_path, ROWS)
    ours = [search.search(row, 10) for row in rows[:20]]
    search.close()
    assert [[str(name) for name, _ in found] for found in ours] == [found["ids"][0] for found in theirs]
    assert [[1.0 - far for far in found["distances"][0]] for found in theirs] == [
        [cosine for _, cosine in found] for found in ours
    ]


def test_we_find_in_a_folder_of_chromas_own_client_what_it_finds(tmp_path: Path, rows: np.ndarray) -> None:
    import chromadb

    client = chromadb.PersistentClient(path=str(tmp_path))
    collection = client.create_collection(COLLECTION, embedding_function=None, configuration={"hnsw": COSINE})
    collection.add(ids=[str(row) for row in range(ROWS)], embeddings=rows)
    theirs = [collection.query(query_embeddings=[row], n_results=10, include=[])["ids"][0] for row in rows[:20]]
    client.close()
    search = VectorSearch(tmp_path, ROWS)
    assert [[str(name) for name, _ in search.search(row, 10)] for row in rows[:20]] == theirs
    search.close()


def test_a_collection_that_is_not_there_and_an_id_given_twice(tmp_path: Path, rows: np.ndarray) -> None:
    chroma = Chroma(tmp_path)
    collection = chroma.create(COLLECTION, COSINE)
    chroma.add(collection, ["0", "1"], rows[:2])
    assert chroma.find(COLLECTION) == collection
    assert chroma.count(collection) == 2
    with pytest.raises(Exception, match="already exists"):
        chroma.create(COLLECTION, COSINE)
    with pytest.raises(Exception, match="does not exist"):
        chroma.find("others")
    chroma.close()
    with pytest.raises(IndexDamaged, match="are 2 and not 3"):
        VectorSearch(tmp_path, 3)


@pytest.mark.skipif(sys.platform != "linux", reason="counts files in /proc")
def test_what_fails_when_no_file_may_be_opened_is_an_error_and_no_end(tmp_path: Path) -> None:
    command = [sys.executable, "-c", NO_FILE_LEFT, str(tmp_path)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (0, "one sentence True\n"), ended.stderr
