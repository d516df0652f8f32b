"""What only Discord needs to say, beside the phrases that every platform shares."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One language; labels of buttons have at most 30 characters."""

    share: str
    open_it: str
    """Behind a receipt, as the link to the quoted sentence."""
    what_was_wrong: str
    nothing_yet: str
    gap_filed_already: str


def words(language: str) -> Words:
    """Return the words of a language, the English ones for a language that is not there."""
    return {"de": _GERMAN, "es": _SPANISH, "fr": _FRENCH}.get(language.lower()[:2], _ENGLISH)


_ENGLISH = Words(
    share="Share here",
    open_it="open the sentence",
    what_was_wrong="Thank you. What was wrong with it?",
    nothing_yet="You have not asked anything here lately.",
    gap_filed_already="That gap is gone or was noted before.",
)
_GERMAN = Words(
    share="Hier teilen",
    open_it="den Satz öffnen",
    what_was_wrong="Danke. Was war daran falsch?",
    nothing_yet="Du hast hier in letzter Zeit nichts gefragt.",
    gap_filed_already="Diese Lücke ist nicht mehr da oder wurde schon notiert.",
)
_SPANISH = Words(
    share="Compartir aquí",
    open_it="abrir la frase",
    what_was_wrong="Gracias. ¿Qué estaba mal?",
    nothing_yet="No has preguntado nada aquí últimamente.",
    gap_filed_already="Esa laguna ya no está o ya se anotó.",
)
_FRENCH = Words(
    share="Partager ici",
    open_it="ouvrir la phrase",
    what_was_wrong="Merci. Qu'est-ce qui n'allait pas ?",
    nothing_yet="Vous n'avez rien demandé ici récemment.",
    gap_filed_already="Cette lacune n'est plus là ou a déjà été notée.",
)
