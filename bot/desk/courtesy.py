"""Greetings and thanks, which ask nothing: no search, no gap, a sentence back."""

from __future__ import annotations

from bot.phrases import Phrases
from bot.text.words import words

_GREETINGS = frozenset((
    "hello", "hi", "hey", "hi there", "hello there", "good morning", "good afternoon", "good evening", "how are you",
    "are you there", "test", "ping", "start", "hallo", "guten tag", "guten morgen", "guten abend", "servus", "moin",
    "bonjour", "bonsoir", "salut", "coucou", "hola", "buenos días", "buenas tardes", "buenas noches", "ciao", "olá",
))  # fmt: skip
_THANKS = frozenset((
    "thanks", "thank you", "thank you very much", "thanks a lot", "many thanks", "thx", "ty", "cheers", "ok", "okay",
    "ok thanks", "great thanks", "cool thanks", "great", "nice", "cool", "perfect", "bye", "goodbye", "good night",
    "danke", "danke schön", "dankeschön", "vielen dank", "tschüss", "merci", "merci beaucoup", "au revoir",
    "gracias", "muchas gracias", "adiós", "grazie", "obrigado", "obrigada",
))  # fmt: skip


def courtesy(said: str, say: Phrases) -> str:
    """Return what to say to a greeting or to thanks; empty for everything else, however short."""
    form = " ".join(said[word.start : word.end].casefold() for word in words(said))
    if form in _GREETINGS:
        return say.empty
    return say.welcome if form in _THANKS else ""
