"""Greetings, thanks and questions about the bot itself: no search, no gap, a sentence back."""

from __future__ import annotations

import re

from bot.phrases import Phrases

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
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
_ITSELF = frozenset((
    "who are you", "what are you", "are you a bot", "are you human", "are you an ai", "are you real",
    "what can you do", "what do you do", "what can i ask", "what can i ask you", "what do you know", "how do you work",
    "how does this work", "what are your sources", "where do you get your information", "help", "help me",
    "wer bist du", "was bist du", "was kannst du", "was weißt du", "was kann ich fragen", "bist du ein bot", "hilfe",
    "qui es-tu", "qui êtes-vous", "que sais-tu faire", "que peux-tu faire", "tu es un bot", "aide",
    "quién eres", "qué eres", "qué puedes hacer", "qué sabes", "qué puedo preguntar", "eres un bot", "ayuda",
))  # fmt: skip
_GLAD = frozenset("👍👌👏🙏🙌❤♥💙💚🔥🎉😀😃😄😁🙂😊😍🥰🤗👋")


def courtesy(said: str, say: Phrases) -> str:
    """Return what to say to a greeting, to thanks, to signs alone, and to who asks what this is; else empty."""
    form = " ".join(_WORD.findall(said.casefold())).replace("what's", "what is").replace("who're", "who are")
    if not form:
        return say.empty if _GLAD.isdisjoint(said) else say.welcome
    if form in _GREETINGS:
        return say.empty
    if form in _ITSELF:
        return say.itself
    return say.welcome if form in _THANKS else ""
