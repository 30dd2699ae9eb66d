"""What a tool's result is: whose words are in it, how secret it is, and whether it can be asked whom the user means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from roadworthy.guard.calls.policy import Field, Result
from roadworthy.guard.drafting.argument import Kind, kind_of
from roadworthy.guard.drafting.definition import ToolDefinition
from roadworthy.guard.drafting.schema import Leaf, leaves
from roadworthy.guard.drafting.word import forms, parts, spoken, vocabulary
from roadworthy.guard.flow.label import Secrecy
from roadworthy.guard.run.effect import Effect

_OTHERS = vocabulary(
    "email mail inbox message chat thread conversation file document doc attachment page webpage web website url site "
    "review comment post feed news article tweet ticket issue pull event calendar appointment invitation transaction "
    "note wiki repository repo code log result forum reply answer transcript caption description blog "
    "story notification request response form invoice bill attachment download drive sms voicemail rating product job "
    "nachricht datei dokument seite bewertung kommentar beitrag termin rechnung notiz fichier courriel avis "
    "commentaire facture archivo correo mensaje pagina opinion comentario factura pagina evento"
)
_OWN = vocabulary(
    "contact directory addressbook employee colleague staff coworker balance iban profile timezone "
    "beneficiary payee kontakt verzeichnis mitarbeiter saldo guthaben profil solde annuaire employe contacto "
    "directorio empleado saldo perfil"
)
_ROSTER = vocabulary("user member channel group team people person benutzer mitglied utilisateur membre usuario")
_CLOCK = vocabulary("date day time today now clock weekday")
_SAID = vocabulary(
    "message post comment review body content chat thread text said wrote written nachricht beitrag texte contenu "
    "mensaje texto"
)
"""Words of a description that tell that what people wrote is in the result."""

_OPENS = vocabulary("read open fetch load view show display visit export download lies lire leer")
"""Verbs that give a thing's content, not who or what there is."""

_PEOPLE = vocabulary(
    "contact directory addressbook employee colleague staff coworker user member channel group team people person "
    "beneficiary payee customer kontakt mitarbeiter benutzer mitglied annuaire employe utilisateur contacto "
    "directorio empleado usuario"
)
_SELF = vocabulary("profile me self own my current iban account whoami perfil profil")
_MINE = vocabulary("info information profile current my own me whoami iban mein meine mon ma mi")
_SECRET = vocabulary("password credential secret token key passwd kennwort passwort")
_PRIVATE = vocabulary(
    "email mail inbox message chat file document drive note calendar event transaction balance account iban invoice "
    "bill payment salary health medical patient record passport card address profile contact history order booking "
    "nachricht datei konto rechnung courriel compte correo cuenta"
)
_PUBLIC = vocabulary("web website webpage news weather stock wikipedia hotel restaurant flight map public review")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a tool tells."""

    result: Result
    because: str
    is_directory: bool = False
    """Whether its records say which address belongs to whom."""

    is_own: bool = False
    """Whether it tells of the user."""


def answers_of(tool: ToolDefinition, *, effects: Sequence[Effect]) -> Answers:
    """Return what the result of ``tool`` is; what cannot be told is not trusted."""
    if tuple(effects) != (Effect.READ,):
        return Answers(
            result=Result(secrecy=_secrecy(tool)), because="it echoes what it was given and what it found there"
        )
    secrecy = _secrecy(tool)
    told = sorted(_object(tool) & _OTHERS)
    if told:
        return Answers(result=Result(secrecy=secrecy), because=f"others can write what it tells ({told[0]})")
    vouched = _vouched(tool)
    if not vouched:
        return Answers(result=Result(secrecy=secrecy), because="nothing tells that others cannot write it")
    is_own = _is_of_the_user(tool)
    return Answers(
        result=Result(trusted=True, secrecy=secrecy, fields=_written(tool)),
        because=f"it tells what the service keeps itself ({vouched})",
        is_directory=bool(_until(parts(tool.name)) & _PEOPLE) and not is_own,
        is_own=is_own and vouched not in _CLOCK,
    )


def _vouched(tool: ToolDefinition) -> str:
    """Return the word of a tool's name for what the service itself keeps.

    Empty: there is none, or something tells that others write there.
    """
    words = _until(parts(tool.name))
    described = {form for word in spoken(tool.description) for form in forms(word)}
    if _fetches(tool) or described & _SAID or tool.hints.get("openWorldHint") is True:
        return ""
    rosters = set() if words & _OPENS else _ROSTER
    found = sorted(words & (_OWN | _CLOCK | rosters))
    if not found and words & _SELF and _is_of_the_user(tool):
        found = sorted(words & _SELF)
    return found[0] if found else ""


_ENDS = vocabulary("by with for from in to of at on per via nach von par de por para que con desde")
"""Words of a name behind which it says how something is found, not what."""


def _object(tool: ToolDefinition) -> set[str]:
    """Return the words for what a tool tells of: in its name, and where that has none, in its description."""
    known = _OTHERS | _OWN | _ROSTER | _CLOCK | _SELF
    words = _until(parts(tool.name))
    return words if words & known else words | _until(spoken(tool.description)[1:14], first=6)


def _until(words: Sequence[str], *, first: int = 1) -> set[str]:
    """Return the forms of ``words`` up to a preposition behind the ``first`` of them."""
    end = next((place for place, word in enumerate(words) if place >= first and word in _ENDS), len(words))
    return {form for word in words[:end] for form in forms(word)}


def _is_of_the_user(tool: ToolDefinition) -> bool:
    """Return whether it tells of the one for whom it is called: it takes nothing, and nobody else is named."""
    named = {form for part in parts(tool.name) for form in forms(part)}
    tells = (named | set(spoken(tool.description)[:12])) & _MINE
    others = named & (_PEOPLE - {"user"})
    return bool(tells) and not others and not any(leaf.is_required for leaf in leaves(tool.parameters))


def _fetches(tool: ToolDefinition) -> bool:
    return any(kind_of(leaf) in (Kind.ADDRESS, Kind.PATH) for leaf in leaves(tool.parameters))


def _written(tool: ToolDefinition) -> tuple[Field, ...]:
    """Return the fields of a trusted result in which people write freely: these are not vouched for."""
    found = [leaf for leaf in leaves(tool.output) if leaf.path and kind_of(leaf) is Kind.TEXT and _is_words(leaf)]
    return tuple(Field(path="/" + leaf.path, trusted=False) for leaf in found)


def _is_words(leaf: Leaf) -> bool:
    return leaf.type in ("string", "") and not leaf.one_of


def _secrecy(tool: ToolDefinition) -> Secrecy:
    words = {form for part in parts(tool.name) for form in forms(part)}
    told = words | {form for part in spoken(tool.description)[:12] for form in forms(part)}
    if words & _SECRET and not words & {"check", "strength"}:
        return Secrecy.SECRET
    if told & _PRIVATE and not words & _PUBLIC:
        return Secrecy.CONFIDENTIAL
    return Secrecy.PUBLIC if words & _PUBLIC else Secrecy.INTERNAL
