"""What a tool's result is: whose words are in it, how secret it is, and whether it can be asked whom the user means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from roadworthy.guard.calls.policy import Field, Result
from roadworthy.guard.drafting.argument import Kind, kind_of
from roadworthy.guard.drafting.definition import ToolDefinition
from roadworthy.guard.drafting.schema import Leaf, leaves
from roadworthy.guard.drafting.verb import effect_of
from roadworthy.guard.drafting.word import forms, parts, plain, spoken, vocabulary
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
_PORTRAYS = vocabulary("profile profil perfil")
"""What others write of themselves, and the user of the user."""

_OF_THEMSELVES = vocabulary("bio biography about headline description introduction motto status slogan tagline")
_ABOUT_THE_USER = re.compile(
    r"\b(?:user|customer|patient|client|employee|account holder)['’]s\b"
    r"|\b(?:of|to) the (?:user|customer|patient|client)\b|\b(?:my|personal|private)\b"
)
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
        return Answers(result=_of_an_act(tool), because="it echoes what it was given and what it found there")
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


def _of_an_act(tool: ToolDefinition) -> Result:
    """Return the result of a tool that acts: it gives back what it was given, and is as secret as that."""
    secrecy = _secrecy(tool)
    return Result(secrecy=secrecy) if secrecy.rank > Secrecy.INTERNAL.rank else Result()


def _vouched(tool: ToolDefinition) -> str:
    """Return the word of a tool's name for what the service itself keeps.

    Empty: there is none, or something tells that others write there.
    """
    words = _until(_behind(tool))
    described = {form for word in spoken(tool.description) for form in forms(word)}
    if _fetches(tool) or described & _SAID or tool.hints.get("openWorldHint") is True:
        return ""
    own = _is_of_the_user(tool)
    portrays = not own and (words & _PORTRAYS or _tells_of_itself(tool))
    rosters = set() if words & _OPENS or portrays else _ROSTER
    found = sorted(words & ((_OWN if own else _OWN - _PORTRAYS) | _CLOCK | rosters))
    if not found and words & _SELF and own:
        found = sorted(words & _SELF)
    return found[0] if found else ""


def _tells_of_itself(tool: ToolDefinition) -> bool:
    """Return whether what people write of themselves is in a result whose fields are not stated one by one."""
    whole = [leaf for leaf in leaves(tool.output) if leaf.is_open or leaf.type == "array" or leaf.is_list]
    return any(set(parts(leaf.description)) & _OF_THEMSELVES for leaf in whole)


def _behind(tool: ToolDefinition) -> tuple[str, ...]:
    """Return the words of a name from its verb on: what stands before is a product's or a toolkit's name."""
    words = parts(tool.name)
    verb = next((place for place, one in enumerate(words[:-1]) if effect_of(one) is not None), 0)
    return words[verb:]


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
    """Return whether it tells of the one for whom it is called: it cannot be told of whom, and nobody else is named."""
    named = {form for part in _behind(tool) for form in forms(part)}
    tells = (named | set(spoken(tool.description)[:12])) & _MINE
    others = named & (_PEOPLE - {"user"})
    taken = leaves(tool.parameters)
    names_whose = any(leaf.is_required or kind_of(leaf) in (Kind.RECIPIENT, Kind.IDENTIFIER) for leaf in taken)
    return bool(tells) and not others and not names_whose


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
    public = {form for part in _behind(tool) for form in forms(part)} & _PUBLIC
    if (told & _PRIVATE and not public) or _ABOUT_THE_USER.search(plain(tool.description[:200]).lower()):
        return Secrecy.CONFIDENTIAL
    return Secrecy.PUBLIC if public else Secrecy.INTERNAL


def asks_outside(tool: ToolDefinition) -> bool:
    """Return whether what is asked of ``tool`` may go to somebody else: the web, or what its server calls open."""
    words = {form for part in parts(tool.name) for form in forms(part)}
    return bool(words & _PUBLIC) or tool.hints.get("openWorldHint") is True
