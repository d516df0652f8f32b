"""What several tests need and what is slow to make: the real model, and the starter corpus indexed with it.

Both are kept in pytest's cache folder between runs; a changed corpus is reindexed, as in the product.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from bot.index.building import build
from bot.index.model import find_model

# How long an example takes says more about the machine than about the code.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

CORPUS = Path(__file__).parents[1] / "corpus" / "articles"


@pytest.fixture(scope="session")
def model_home(request: pytest.FixtureRequest) -> Path:
    """A data folder in which the default model is ready."""
    assert request.config.cache is not None
    home = request.config.cache.mkdir("model").resolve()
    with FileLock(home / "lock"):
        find_model("", home)
    return home


@pytest.fixture(scope="session")
def starter_home(model_home: Path) -> Path:
    """A data folder in which the starter corpus is indexed."""
    with FileLock(model_home / "lock"):
        build(CORPUS, model_home, find_model("", model_home))
    return model_home
