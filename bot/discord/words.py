"""The words of the interface in the languages that a place can choose; answers stay in the articles' words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.values import Role


@dataclass(frozen=True, slots=True)
class Words:
    """One language: what buttons, labels and remarks say. Button labels have at most 30 characters."""

    correction: str = "Correction"
    rumour: str = "Rumour"
    forecast: str = "Forecast"
    earlier: str = "Earlier"
    disagrees: str = "Another source"
    quotes: str = "Quotes"
    useful: str = "Useful"
    not_useful: str = "Not useful"
    gap: str = "Report what is missing"
    share: str = "Share here"
    thanks: str = "Thank you, noted."
    what_was_wrong: str = "What was wrong?"
    wrong: str = "It is wrong"
    outdated: str = "It is outdated"
    beside: str = "It does not answer the question"
    source: str = "The source is poor"
    gap_noted: str = "Noted as missing. Nothing else of your question is kept."
    gone: str = "That answer is no longer kept: ask the question again."
    no_sources: str = "That reply has no sources."
    nothing_yet: str = "Nothing has been asked here yet."
    forgotten: str = "Forgotten: your questions, answers and remarks are deleted."
    not_here: str = "The bot may not write in this channel, so there is nothing to share."

    def lead(self, role: Role) -> str:
        """Return the word that sets a sentence apart from plain facts, "" for plain facts."""
        return {
            Role.CORRECTION: self.correction,
            Role.RUMOUR: self.rumour,
            Role.FORECAST: self.forecast,
            Role.OLDER: self.earlier,
            Role.DISAGREES: self.disagrees,
        }.get(role, "")


LANGUAGES = ("en", "de", "es", "fr")


def words(language: str) -> Words:
    """Return the words of a language, the English ones for a language that is not there."""
    return {"de": _german, "es": _spanish, "fr": _french}.get(language, Words)()


def _german() -> Words:
    return Words(
        correction="Richtigstellung",
        rumour="Gerücht",
        forecast="Prognose",
        earlier="Früher",
        disagrees="Andere Quelle",
        quotes="Zitate",
        useful="Hilfreich",
        not_useful="Nicht hilfreich",
        gap="Lücke melden",
        share="Hier teilen",
        thanks="Danke, notiert.",
        what_was_wrong="Was war falsch?",
        wrong="Es stimmt nicht",
        outdated="Es ist veraltet",
        beside="Es beantwortet die Frage nicht",
        source="Die Quelle ist schwach",
        gap_noted="Als Lücke notiert. Sonst wird von deiner Frage nichts behalten.",
        gone="Diese Antwort ist nicht mehr da: stell die Frage noch einmal.",
        no_sources="Diese Antwort hat keine Quellen.",
        nothing_yet="Hier wurde noch nichts gefragt.",
        forgotten="Vergessen: deine Fragen, Antworten und Rückmeldungen sind gelöscht.",
        not_here="Der Bot darf in diesem Kanal nicht schreiben, also lässt sich nichts teilen.",
    )


def _spanish() -> Words:
    return Words(
        correction="Corrección",
        rumour="Rumor",
        forecast="Previsión",
        earlier="Antes",
        disagrees="Otra fuente",
        quotes="Citas",
        useful="Útil",
        not_useful="No es útil",
        gap="Avisar de lo que falta",
        share="Compartir aquí",
        thanks="Gracias, anotado.",
        what_was_wrong="¿Qué estaba mal?",
        wrong="Es incorrecto",
        outdated="Está anticuado",
        beside="No responde a la pregunta",
        source="La fuente es mala",
        gap_noted="Anotado como carencia. De tu pregunta no se guarda nada más.",
        gone="Esa respuesta ya no se guarda: haz la pregunta otra vez.",
        no_sources="Esa respuesta no tiene fuentes.",
        nothing_yet="Aquí no se ha preguntado nada todavía.",
        forgotten="Olvidado: tus preguntas, respuestas y comentarios se han borrado.",
        not_here="El bot no puede escribir en este canal, así que no hay nada que compartir.",
    )


def _french() -> Words:
    return Words(
        correction="Rectification",
        rumour="Rumeur",
        forecast="Prévision",
        earlier="Auparavant",
        disagrees="Autre source",
        quotes="Citations",
        useful="Utile",
        not_useful="Pas utile",
        gap="Signaler ce qui manque",
        share="Partager ici",
        thanks="Merci, c'est noté.",
        what_was_wrong="Qu'est-ce qui n'allait pas ?",
        wrong="C'est faux",
        outdated="C'est dépassé",
        beside="Cela ne répond pas à la question",
        source="La source est mauvaise",
        gap_noted="Noté comme manque. Rien d'autre de votre question n'est gardé.",
        gone="Cette réponse n'est plus gardée : reposez la question.",
        no_sources="Cette réponse n'a pas de sources.",
        nothing_yet="Rien n'a encore été demandé ici.",
        forgotten="Oublié : vos questions, réponses et remarques sont effacées.",
        not_here="Le bot ne peut pas écrire dans ce salon : rien à partager.",
    )
