"""The engine of an embedded Chroma, without the Python client around it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

_OWNER = ("default_tenant", "default_database")
"""Chroma makes both in every new folder."""

_OPEN = 16
"""Collections whose vectors stay in memory; a build has one."""


class Chroma:
    """A folder that holds a Chroma, made when it is not there; safe from several threads.

    chromadb's Python client reaches the same engine through imports (grpc, opentelemetry, jsonschema) that cost more
    than an answer does and of which we use nothing; what either writes, the other reads. chromadb is pinned exactly
    and a build names its version, since the engine's own interface is not promised to stay.
    Raises what chromadb does, and on a panic in its Rust code a BaseException.
    """

    def __init__(self, folder: Path) -> None:
        import chromadb_rust_bindings as engine

        _know_errors()
        file = engine.SqliteDBConfig(
            url=str(folder / "chroma.sqlite3"),
            hash_type=engine.MigrationHash.MD5,
            migration_mode=engine.MigrationMode.Apply,
        )
        self._engine = engine.Bindings(
            allow_reset=False, sqlite_db_config=file, persist_path=str(folder), hnsw_cache_size=_OPEN
        )

    def create(self, name: str, hnsw: Mapping[str, str | int]) -> UUID:
        """Return the id of a new collection without texts and metadata. hnsw: how its graph is built."""
        again = False
        made: UUID = self._engine.create_collection(name, json.dumps({"hnsw": hnsw}), None, None, again, *_OWNER).id
        return made

    def find(self, name: str) -> UUID:
        """Return the id of a collection."""
        found: UUID = self._engine.get_collection(name, *_OWNER).id
        return found

    def count(self, collection: UUID) -> int:
        """Return how many vectors a collection holds."""
        return int(self._engine.count(str(collection), *_OWNER))

    def add(self, collection: UUID, ids: Sequence[str], rows: NDArray[np.float32]) -> None:
        """Add (n, d) vectors, row i under ids[i]."""
        self._engine.add(list(ids), str(collection), list(rows), None, None, None, *_OWNER)

    def nearest(self, collection: UUID, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """Return k (id, distance) nearest to vector, best first."""
        found = self._engine.query(str(collection), None, [vector], k, None, None, ["distances"], *_OWNER)
        return [(name, float(far)) for name, far in zip(found.ids[0], found.distances[0], strict=True)]

    def close(self) -> None:
        """Free the files, threads and memory; the object is not to be used afterwards."""
        del self._engine


@cache
def _know_errors() -> None:
    """Read chromadb.errors now: the engine does when something fails, and aborts if no file may be opened by then.

    The package around it takes more than a second to run, so that waits until somebody asks for what is in it.
    """
    found = None if "chromadb" in sys.modules else find_spec("chromadb")
    if found is not None and (loader := found.loader) is not None:
        package = module_from_spec(found)

        def run(name: str) -> object:
            if name.startswith("__"):
                raise AttributeError(name)
            del package.__getattr__
            loader.exec_module(package)
            return getattr(package, name)

        package.__getattr__ = run  # type: ignore[method-assign]
        sys.modules["chromadb"] = package
    import chromadb.errors  # noqa: F401
