"""Versions of what writes a build, without importing it."""

from importlib.metadata import version


def chroma_version() -> str:
    """Return the version of the chromadb that is installed."""
    return version("chromadb")
