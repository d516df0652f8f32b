"""What the bot says beside its answers, in the languages of the interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Phrases:
    """The sentences and labels of one language; labels of buttons have at most 30 characters."""

    too_many: str
    crowded: str
    busy: str
    late: str
    unavailable: str
    empty: str
    welcome: str
    too_long: str
    """With {limit} for the number of characters."""
    useful: str
    not_useful: str
    quotes: str
    sources: str
    ask_next: str
    file_gap: str
    gap_filed: str
    tell_me: str
    dont_tell: str
    will_tell: str
    wont_tell: str
    not_your_question: str
    wishes_too_many: str
    ask_again_to_be_told: str
    now_answered: str
    """With {question}; so has told_broke."""
    told_broke: str
    thanks: str
    gone: str
    admins_only: str
    forgotten: str
    correction: str
    disagrees: str
    disputed: str
    """Before the first sentence of an answer, where nothing stands above that it could disagree with."""
    older: str
    as_it_stood: str
    """Before the first sentence of an answer that tells an older state."""
    rumour: str
    forecast: str
    context: str
    superseded: str
    contains_error: str
    no_sources: str
    looking: str
    """While an answer is being made."""
    wrong: str
    outdated: str
    off_topic: str
    unclear: str


_ENGLISH = Phrases(
    too_many="That is a lot of questions at once: please wait a minute and ask again.",
    crowded="This chat has asked a lot in the last minute: please wait a minute and ask again.",
    busy="Many people are asking right now: please ask again in a minute.",
    late="Sorry, I was away when you asked that. Please ask again if you still want to know.",
    unavailable="Sorry, I cannot look that up right now. Please ask again in a few minutes.",
    empty="Ask me something about wearables, for example: how much is the Quark S1",
    welcome="You are welcome. Ask on whenever you like.",
    too_long="That is too long for a question: please ask in {limit} characters or fewer.",
    useful="Useful",
    not_useful="Not useful",
    quotes="Show the quotes",
    sources="Sources",
    ask_next="Ask next",
    file_gap="Report the gap",
    gap_filed="Noted: this gap will be looked at.",
    tell_me="Tell me when it is known",
    dont_tell="Do not tell me",
    will_tell="I will tell you here once an article answers it. Until then your question is kept, for 90 days at most.",
    wont_tell="I will not tell you; your question is deleted.",
    not_your_question="Only the person who asked can wish to be told.",
    wishes_too_many="You wait for a lot of answers already: take one back first, or /forget them all.",
    ask_again_to_be_told="I do not have that question any more: please ask it again and press then.",
    now_answered="You wished to be told: an article now answers “{question}”",
    told_broke="An article now answers “{question}”, but my connection broke while I was telling you: if no answer "
    "stands above, please ask again.",
    thanks="Thank you.",
    gone="That answer is too old: please ask again.",
    admins_only="Only admins of this place can change that.",
    forgotten="Done: everything about you is deleted.",
    correction="Correction",
    disagrees="Sources disagree",
    disputed="Disputed",
    older="Earlier",
    as_it_stood="As it stood then",
    rumour="Rumour",
    forecast="Forecast",
    context="Context",
    superseded="Superseded since",
    contains_error="Known to contain an error",
    no_sources="That reply has no sources.",
    looking="Reading the articles…",
    wrong="It is wrong",
    outdated="It is out of date",
    off_topic="Not what I asked",
    unclear="Hard to understand",
)
_GERMAN = Phrases(
    too_many="Das sind viele Fragen auf einmal: Bitte warte eine Minute und frag dann noch einmal.",
    crowded="In diesem Chat wurde gerade viel gefragt: Bitte warte eine Minute und frag dann noch einmal.",
    busy="Gerade fragen viele Leute: Bitte frag in einer Minute noch einmal.",
    late="Entschuldige, ich war weg, als du das gefragt hast. Frag bitte noch einmal, wenn du es noch wissen willst.",
    unavailable="Entschuldige, ich kann gerade nicht nachsehen. Bitte frag in ein paar Minuten noch einmal.",
    empty="Frag mich etwas über Wearables, zum Beispiel: Was kostet die Quark S1",
    welcome="Gern. Frag jederzeit weiter.",
    too_long="Das ist zu lang für eine Frage: Bitte frag mit höchstens {limit} Zeichen.",
    useful="Nützlich",
    not_useful="Nicht nützlich",
    quotes="Zitate zeigen",
    sources="Quellen",
    ask_next="Frag als Nächstes",
    file_gap="Lücke melden",
    gap_filed="Notiert: Diese Lücke wird angesehen.",
    tell_me="Sag mir, wenn man es weiß",
    dont_tell="Sag es mir nicht",
    will_tell="Ich sage es dir hier, sobald ein Artikel es beantwortet. Bis dahin bleibt deine Frage gespeichert, "
    "höchstens 90 Tage.",
    wont_tell="Ich sage nichts; deine Frage ist gelöscht.",
    not_your_question="Das kann sich nur wünschen, wer gefragt hat.",
    wishes_too_many="Du wartest schon auf viele Antworten: Nimm erst eine zurück, oder lösche alle mit /forget.",
    ask_again_to_be_told="Diese Frage habe ich nicht mehr: Bitte stell sie noch einmal und drück dann.",
    now_answered="Du wolltest es wissen: Ein Artikel beantwortet jetzt „{question}“",
    told_broke="Ein Artikel beantwortet jetzt „{question}“, aber meine Verbindung brach ab, als ich es dir sagte: "
    "Steht oben keine Antwort, frag bitte noch einmal.",
    thanks="Danke.",
    gone="Diese Antwort ist zu alt: Bitte frag noch einmal.",
    admins_only="Das können nur Admins dieses Ortes ändern.",
    forgotten="Erledigt: Alles über dich ist gelöscht.",
    correction="Richtigstellung",
    disagrees="Quellen widersprechen sich",
    disputed="Umstritten",
    older="Früher",
    as_it_stood="Damaliger Stand",
    rumour="Gerücht",
    forecast="Prognose",
    context="Zusammenhang",
    superseded="Inzwischen überholt",
    contains_error="Enthält bekanntlich einen Fehler",
    no_sources="Diese Antwort hat keine Quellen.",
    looking="Ich lese in den Artikeln …",
    wrong="Es stimmt nicht",
    outdated="Es ist veraltet",
    off_topic="Nicht meine Frage",
    unclear="Schwer zu verstehen",
)
_FRENCH = Phrases(
    too_many="Cela fait beaucoup de questions : attendez une minute et reposez la vôtre.",
    crowded="On a beaucoup demandé dans ce chat : attendez une minute et reposez votre question.",
    busy="Beaucoup de personnes demandent en ce moment : reposez votre question dans une minute.",
    late="Désolé, j'étais absent quand vous avez demandé cela. Reposez la question si elle vous intéresse encore.",
    unavailable="Désolé, je ne peux pas chercher pour le moment. Reposez la question dans quelques minutes.",
    empty="Posez-moi une question sur les objets connectés, par exemple : prix des Quark S1",
    welcome="Avec plaisir. Posez une autre question quand vous voulez.",
    too_long="C'est trop long pour une question : {limit} caractères au plus, s'il vous plaît.",
    useful="Utile",
    not_useful="Pas utile",
    quotes="Voir les citations",
    sources="Sources",
    ask_next="À demander ensuite",
    file_gap="Signaler la lacune",
    gap_filed="C'est noté : cette lacune sera examinée.",
    tell_me="Prévenez-moi",
    dont_tell="Ne me prévenez pas",
    will_tell="Je vous préviendrai ici dès qu'un article y répondra. D'ici là votre question est gardée, 90 jours au "
    "plus.",
    wont_tell="Je ne vous préviendrai pas ; votre question est supprimée.",
    not_your_question="Seule la personne qui a posé la question peut demander à être prévenue.",
    wishes_too_many="Vous attendez déjà beaucoup de réponses : renoncez d'abord à une, ou à toutes avec /forget.",
    ask_again_to_be_told="Je n'ai plus cette question : posez-la de nouveau, puis appuyez.",
    now_answered="Vous vouliez être prévenu : un article répond maintenant à « {question} »",
    told_broke="Un article répond maintenant à « {question} », mais ma connexion s'est rompue pendant l'envoi : si "
    "aucune réponse n'apparaît ci-dessus, reposez la question.",
    thanks="Merci.",
    gone="Cette réponse est trop ancienne : reposez la question.",
    admins_only="Seuls les admins de ce lieu peuvent changer cela.",
    forgotten="C'est fait : tout ce qui vous concerne est supprimé.",
    correction="Rectification",
    disagrees="Les sources se contredisent",
    disputed="Contesté",
    older="Auparavant",
    as_it_stood="À cette date",
    rumour="Rumeur",
    forecast="Prévision",
    context="Contexte",
    superseded="Dépassé depuis",
    contains_error="Contient une erreur connue",
    no_sources="Cette réponse n'a pas de sources.",
    looking="Je lis les articles…",
    wrong="C'est faux",
    outdated="C'est dépassé",
    off_topic="Pas ma question",
    unclear="Difficile à comprendre",
)
_SPANISH = Phrases(
    too_many="Son muchas preguntas a la vez: espera un minuto y vuelve a preguntar.",
    crowded="En este chat se ha preguntado mucho: espera un minuto y vuelve a preguntar.",
    busy="Ahora mismo pregunta mucha gente: vuelve a preguntar en un minuto.",
    late="Perdona, no estaba cuando preguntaste eso. Vuelve a preguntar si aún te interesa.",
    unavailable="Perdona, ahora mismo no puedo consultarlo. Vuelve a preguntar en unos minutos.",
    empty="Pregúntame algo sobre wearables, por ejemplo: precio de las Quark S1",
    welcome="De nada. Pregunta cuando quieras.",
    too_long="Es demasiado largo para una pregunta: {limit} caracteres como máximo, por favor.",
    useful="Útil",
    not_useful="No es útil",
    quotes="Ver las citas",
    sources="Fuentes",
    ask_next="Pregunta ahora",
    file_gap="Avisar de la laguna",
    gap_filed="Anotado: se revisará esta laguna.",
    tell_me="Avísame cuando se sepa",
    dont_tell="No me avises",
    will_tell="Te avisaré aquí en cuanto un artículo lo responda. Hasta entonces se guarda tu pregunta, 90 días como "
    "máximo.",
    wont_tell="No te avisaré; tu pregunta se ha borrado.",
    not_your_question="Solo quien preguntó puede pedir que le avise.",
    wishes_too_many="Ya esperas muchas respuestas: renuncia antes a una, o a todas con /forget.",
    ask_again_to_be_told="Ya no tengo esa pregunta: vuelve a hacerla y pulsa entonces.",
    now_answered="Querías saberlo: un artículo responde ahora a «{question}»",
    told_broke="Un artículo responde ahora a «{question}», pero mi conexión se cortó mientras te avisaba: si no hay "
    "ninguna respuesta arriba, vuelve a preguntar.",
    thanks="Gracias.",
    gone="Esa respuesta es demasiado antigua: vuelve a preguntar.",
    admins_only="Solo los admins de este lugar pueden cambiar eso.",
    forgotten="Hecho: se ha borrado todo lo tuyo.",
    correction="Corrección",
    disagrees="Las fuentes discrepan",
    disputed="En disputa",
    older="Antes",
    as_it_stood="En aquel momento",
    rumour="Rumor",
    forecast="Pronóstico",
    context="Contexto",
    superseded="Superado desde entonces",
    contains_error="Contiene un error conocido",
    no_sources="Esa respuesta no tiene fuentes.",
    looking="Estoy leyendo los artículos…",
    wrong="Es incorrecto",
    outdated="Está anticuado",
    off_topic="No es lo que pregunté",
    unclear="Cuesta entenderlo",
)
LANGUAGES: Mapping[str, Phrases] = MappingProxyType({"en": _ENGLISH, "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH})
"""Language code -> what is said in it."""


def phrases(language: str) -> Phrases:
    """Return the phrases of a language ("de", "de-AT"), English where there are none."""
    return LANGUAGES.get(language.lower()[:2], _ENGLISH)
