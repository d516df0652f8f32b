"""Traces as the store keeps them, packed by whoever made them: few are ever looked at."""

from __future__ import annotations

import zlib
from dataclasses import replace

from pydantic import TypeAdapter

from bot.values import Trace

_TRACE = TypeAdapter(Trace)


def light(trace: Trace) -> Trace:
    """Return a trace that travels at little cost: hits and candidates are packed as the store keeps them."""
    return replace(trace, hits=(), candidates=(), packed=_bytes(replace(trace, asked="", rewritten="")))


def whole(trace: Trace) -> Trace:
    """Return a trace with its hits and candidates."""
    if not trace.packed:
        return trace
    return replace(trace_from(trace.packed), asked=trace.asked, rewritten=trace.rewritten)


def trace_bytes(trace: Trace) -> bytes:
    """Return a trace as the store keeps it."""
    if trace.packed and not (trace.asked or trace.rewritten):
        return trace.packed
    return _bytes(whole(trace))


def trace_from(packed: bytes) -> Trace:
    """Return the trace that the store keeps as packed."""
    return _TRACE.validate_json(zlib.decompress(packed))


def _bytes(trace: Trace) -> bytes:
    # Level 1: a ninth larger than 6 makes it, in half the time.
    return zlib.compress(_TRACE.dump_json(trace, exclude={"packed"}), 1)
