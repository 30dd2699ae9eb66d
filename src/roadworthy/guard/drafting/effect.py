"""What a tool does to the world, told from its name and its description; where they cannot tell, that is said."""

from __future__ import annotations

import re
from dataclasses import dataclass

from roadworthy.guard.drafting.argument import Kind, kind_of
from roadworthy.guard.drafting.definition import ToolDefinition
from roadworthy.guard.drafting.enumeration import enumerated
from roadworthy.guard.drafting.schema import leaves
from roadworthy.guard.drafting.verb import (
    effect_abroad,
    effect_of,
    is_noun_too,
    is_participle,
    is_vague,
    may_act,
    tells_only,
)
from roadworthy.guard.drafting.word import forms, parts, plain, spoken, vocabulary
from roadworthy.guard.run.effect import Effect

_MONEY = vocabulary(
    "transaction transfer payment money fund bill purchase order subscription refund salary wage donation payout "
    "reservation "
    "booking ticket flight ride uberweisung ueberweisung zahlung virement paiement pago transferencia checkout"
)
_PEOPLE = vocabulary(
    "user member participant guest collaborator attendee invitee viewer editor access permission role admin owner "
    "benutzer mitglied zugriff utilisateur membre acces usuario miembro acceso"
)
_RIGHTS = vocabulary("access permission role admin owner zugriff acces acceso berechtigung permiso")
_CIRCLES = vocabulary("channel group team workspace project kanal gruppe groupe equipe canal grupo equipo")
_JOINS = vocabulary("add assign fug hinzufug fueg ajout agreg anad")
_NAMESPACE = re.compile(r"[.:/]|__")
_VISITS = vocabulary("navigate visit open go goto")
_GOES = vocabulary("navigate visit go goto")
_MEMORY = vocabulary("memory memories gedachtnis gedaechtnis memoire memoria")
_CODE = vocabulary("shell bash terminal python javascript sql command script code cmd powershell")
_MORE = re.compile(
    r"(?:(?<=[.;:\n])\s+|\b(?:also|will|and|then|automatically|auch|und|wird|aussi|et|tambien|y)\s+)"
    r"(?:it\s+|also\s+|will\s+|then\s+|to\s+|be\s+){0,4}([a-z]{3,20})"
)
_MAX_READ = 20_000
_OBJECT = re.compile(r"\s+(?:it|its|the|a|an|them|this|that|these|those|his|her|their|all|any|each|every)\b")
_ALSO = re.compile(r"\b(?:also|will|then|automatically|auch|aussi|tambien)\b")
_PARTICLES = vocabulary("in out off on down over away back into onto up")
_SEPARATED = vocabulary("ein aus an auf zu weg um nach vor zuruck zurueck")
"""What a German verb is another one with: *hole* gets, *hole … ein* obtains from somebody."""

_THINGS = ("tion", "tions", "cion", "ciones", "ment", "ments", "ung", "ungen")
"""Endings with which a word beside a verb tells of a thing: *search reservations*."""

_JOINING = vocabulary("and then or und oder et puis y luego")
_GIVES = vocabulary("return returns give gives")
_HANDS_OVER = vocabulary("return returns give gives provide provides")
"""Verbs that in a description tell of a result, and in a name may be an act: *return an item*."""

_TELLING = vocabulary("history status detail details info information list metadata stats statistics overview")
_ONLY_TELLS = frozenset({Effect.READ})
_ALLOWING = (Effect.SEND, Effect.PAY, Effect.DELETE, Effect.SHARE, Effect.EXECUTE, Effect.REMEMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a tool does, and what told so."""

    effects: tuple[Effect, ...]
    because: str
    is_known: bool = True
    """False: nothing told; ``effects`` is then what changes things, and a person must say yes."""


def effects_of(tool: ToolDefinition) -> Told:
    """Return what ``tool`` does.

    The first plain verb of the name counts, and each that is joined to it; what the description says that it does
    besides is added. That a tool only reads is believed of a verb that says no more than that (``get``), of one that
    judges (``check``) where the description agrees, and of one that acts as often (``open``) where the description
    says what it gives. Of a description that opens with several verbs (*View, update, or cancel*) each counts. What
    its server says of it can make it stricter and never vouches. Never fewer effects than the name has.
    """
    named, word = _of_name(tool)
    opening, first = _of_opening(tool.description)
    if word in _VISITS and _has_address(tool):
        named = Effect.READ
    found = [one for one in (named, *_joined(tool)) if one is not None]
    if opening is not None and (named is None or _opens_otherwise(opening, first, named=named, word=word)):
        found += [opening]
    if not found:
        return _untold("neither its name nor its description tells")
    listed = enumerated(tool.description)
    found += [one for one in map(effect_of, listed) if one is not None]
    found += _besides(tool, reads=set(found) == _ONLY_TELLS)
    if set(found) == _ONLY_TELLS and not _only_reads(tool, word or first):
        return _untold(f"{word or first!r} may act as well, and nothing else tells")
    found += _by_things(tool, found[0])
    vague = next((one for one in (*_words_of(tool), *listed) if is_vague(one)), "")
    if vague and set(found) == _ONLY_TELLS:
        return _untold(f"{vague!r} leaves open what is done")
    effects = tuple(sorted({one for one in found if one is not Effect.READ or set(found) == _ONLY_TELLS}, key=_place))
    said = f"{word!r} in its name" if word else f"{first!r} in its description"
    said = f"{said}, and {vague!r} leaves open what is done" if vague else said
    return Told(effects=effects or (Effect.READ,), because=said, is_known=not vague)


def _opens_otherwise(opening: Effect, first: str, *, named: Effect, word: str) -> bool:
    """Return whether a description opens with an act, where the name has a verb that reads, and another one."""
    if set(forms(first)) & set(forms(word)):
        return False
    return opening is not Effect.READ and named is Effect.READ and not first.endswith("ed")


def _only_reads(tool: ToolDefinition, word: str) -> bool:
    """Return whether a tool of which name and description only have verbs that read does no more than that."""
    if tool.hints.get("readOnlyHint") is False or tool.hints.get("destructiveHint") is True:
        return False
    words = _words_of(tool)
    if tells_only(word) or effect_of(word) is None or (word in _GOES and _has_address(tool)):
        return True
    if word not in words and word in _HANDS_OVER:
        return True
    after = words[words.index(word) + 1] if word in words[:-1] else ""
    if after in _PARTICLES:
        return False
    opening = spoken(tool.description)[:8]
    if may_act(word):
        gives = bool(_GIVES & set(opening[:2])) and not set(forms(word)) & _GIVES
        return gives or any(tells_only(one) for one in opening[:3])
    return any(effect_of(one) is Effect.READ for one in opening[:3])


def _joined(tool: ToolDefinition) -> list[Effect]:
    """Return what a name says that is done besides: ``get_and_delete``, ``readThenPay``."""
    words = _words_of(tool)
    after = [words[place + 1] for place, one in enumerate(words[:-1]) if one in _JOINING]
    return [effect for effect in map(effect_of, after) if effect is not None]


def _words_of(tool: ToolDefinition) -> list[str]:
    own = _NAMESPACE.split(tool.name)[-1]
    return [one for one in parts(own) or parts(tool.name) if len(one) > 1]


def _of_name(tool: ToolDefinition) -> tuple[Effect | None, str]:
    words = _words_of(tool)
    english = [one for one in words if effect_of(one) is not None and not is_participle(one)]
    if english:
        words = [one for one in words if not is_participle(one)]
    first = words[0] if words else ""
    plain_verbs = [
        (effect, one)
        for effect, one in ((effect_of(one), one) for one in words)
        if effect is not None and (one is first or not is_noun_too(one))
    ]
    sure = [(effect, one) for effect, one in plain_verbs if not is_noun_too(one)]
    if plain_verbs and plain_verbs[0][1] == first and not _is_about(words, tool.description):
        return plain_verbs[0][0], first
    about = _is_about(words, tool.description)
    chosen = [one for one in sure or plain_verbs if not about or one[0] is Effect.READ]
    if about and not chosen:
        return Effect.READ, words[-1]
    if chosen:
        return chosen[0][0], chosen[0][1]
    acts = [one for one in words if not english or not one.endswith(_THINGS)]
    abroad = [(effect_abroad(one), one) for one in acts if effect_abroad(one) is not None]
    if abroad and abroad[0][0] is Effect.READ and words[-1] in _SEPARATED:
        return None, ""
    return (abroad[0][0], abroad[0][1]) if abroad else (None, "")


def _is_about(words: list[str], description: str) -> bool:
    """Return whether a name tells of a thing that is also a verb: ``order_history``, ``email_lookup``."""
    if len(words) < 2 or not is_noun_too(words[0]):
        return False
    tells = words[-1] in _TELLING or tells_only(words[-1])
    return tells and _of_opening(description)[0] in (Effect.READ, None)


def _of_opening(description: str) -> tuple[Effect | None, str]:
    words = spoken(description)[:6]
    for place, word in enumerate(words[:3]):
        effect = effect_of(word)
        if effect is not None and (place == 0 or not is_noun_too(word)):
            return effect, word
    return next(((effect_abroad(word), word) for word in words if effect_abroad(word) is not None), (None, ""))


def _besides(tool: ToolDefinition, *, reads: bool) -> list[Effect]:
    """Return what the description says that the tool does as well, such as *it also sends an e-mail*.

    Of one that otherwise reads, a word that is as often a thing (*name and email of a user*) counts only where it has
    an object (*and emails it*).
    """
    said = plain(tool.description[:_MAX_READ]).lower()
    found = [
        effect_of(match[1])
        for match in _MORE.finditer(said)
        if not reads or not is_noun_too(match[1]) or _OBJECT.match(said, match.end()) or _ALSO.search(match[0])
    ]
    return [effect for effect in found if effect in _ALLOWING]


def _by_things(tool: ToolDefinition, first: Effect) -> list[Effect]:
    """Return what follows from what the tool acts on: money, people's access, memory, code."""
    words = {form for one in parts(tool.name) for form in forms(one)}
    found: list[Effect] = []
    if first in (Effect.WRITE, Effect.SEND) and words & _MONEY and not words & {"email", "mail", "message"}:
        found.append(Effect.PAY)
    if first is Effect.WRITE and (words & _RIGHTS or (words & _JOINS and words & (_PEOPLE | _CIRCLES))):
        found.append(Effect.SHARE)
    if first in (Effect.WRITE, Effect.EXECUTE) and _has_address(tool):
        found.append(Effect.SEND)
    if first is Effect.WRITE and words & _MEMORY:
        found.append(Effect.REMEMBER)
    if words & _CODE and first is not Effect.WRITE and first is not Effect.DELETE and _takes_code(tool):
        found.append(Effect.EXECUTE)
    return found


def _has_address(tool: ToolDefinition) -> bool:
    return any(kind_of(leaf) is Kind.ADDRESS for leaf in leaves(tool.parameters))


def _takes_code(tool: ToolDefinition) -> bool:
    properties = tool.parameters.get("properties")
    names = {part for name in properties or () for part in parts(str(name))}
    return bool(names & (_CODE | {"query", "statement", "expression"}))


def _untold(because: str) -> Told:
    return Told(effects=(Effect.WRITE,), because=because, is_known=False)


def _place(effect: Effect) -> int:
    return list(Effect).index(effect)
