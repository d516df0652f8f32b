"""The money that a question asks for, and how it stands in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.text.words import Word

_CURRENCY = {
    "euro": ("€", "eur"), "eur": ("€", "eur"), "pound": ("£", "pound"), "gbp": ("£", "pound"), "quid": ("£", "pound"),
    "dollar": ("$", "dollar"), "usd": ("$", "dollar"), "yuan": ("yuan", "rmb", "cny"),
    "rmb": ("yuan", "rmb", "cny"), "yen": ("yen", "¥"), "rupee": ("₹", "rupee"),
    "franc": ("chf", "franc"), "chf": ("chf", "franc"),
    "€": ("€", "euro"), "£": ("£", "pound"), "¥": ("¥", "yen"), "₹": ("₹", "rupee"), "peso": ("peso",),
    "krona": ("krona", "sek"),
    "krone": ("krone",), "zloty": ("zloty",), "ruble": ("ruble", "rouble"), "lira": ("lira",),
    "dirham": ("dirham", "aed"),
    "baht": ("baht",), "aud": ("a$", "aud"), "cad": ("c$", "cad"), "hkd": ("hk$", "hkd"), "sgd": ("s$", "sgd"),
}  # fmt: skip


def currencies(name: str) -> tuple[str, ...]:
    """Return the signs and words by which a currency stands in a text."""
    return _CURRENCY.get(name, ())


def currency_of(text: str, found: Sequence[Word]) -> str:
    """Return the currency that a question asks for, by word or sign; "" when none, or only a sum ("299 dollars")."""
    words = zip(("", *(w.form for w in found)), found, strict=False)
    named = next(
        (c for before, w in words if (c := w.form.removesuffix("s")) in _CURRENCY and not before[:1].isdigit()), ""
    )
    return named or next((c for c in text if c in _CURRENCY and not re.search(rf"\{c}\s?\d", text)), "")
