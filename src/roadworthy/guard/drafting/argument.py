"""What an argument is, told from its name, its schema and its description."""

from __future__ import annotations

from enum import StrEnum

from roadworthy.guard.drafting.schema import Leaf
from roadworthy.guard.drafting.word import forms, parts, spoken, vocabulary


class Kind(StrEnum):
    """What an argument says."""

    SECRET = "secret"
    """A password, a key."""

    COMMAND = "command"
    """Code, SQL, a command line."""

    RECIPIENT = "recipient"
    """A person, a group, an address, an account: who gets something."""

    ADDRESS = "address"
    """A URL or a host."""

    AMOUNT = "amount"
    """Money, or how many."""

    IDENTIFIER = "identifier"
    """Which thing."""

    PATH = "path"
    """A file or a folder."""

    MOMENT = "moment"
    """A date or a time."""

    TEXT = "text"
    """Words for somebody to read."""

    FLAG = "flag"
    CHOICE = "choice"
    """One of a closed set."""

    RIGHT = "right"
    """A role or a permission."""

    OTHER = "other"


_WORDS: tuple[tuple[Kind, str], ...] = (
    (Kind.SECRET, "password passwd passphrase passcode pin secret credential otp cvv kennwort passwort geheimnis "
                  "contrasena motdepasse mdp clave"),
    (Kind.COMMAND, "command cmd sql shell bash program befehl commande comando bytecode script code "
                  "soql graphql sparql cypher jql kql jsonpath xpath"),
    (Kind.RIGHT, "permission role scope privilege access visibility recht rolle berechtigung droit permiso rol"),
    (Kind.ADDRESS, "url uri link href host hostname domain endpoint webhook website site server ip adresse_url enlace "
                   "lien webpage homepage"),
    (Kind.RECIPIENT, "recipient to cc bcc receiver addressee email mail phone mobile number_to channel user username "
                     "participant attendee invitee guest member contact payee beneficiary iban account handle group "
                     "assignee collaborator audience counterparty wallet payer follower friend empfanger empfaenger "
                     "teilnehmer konto kontakt benutzer mitglied an destinataire compte utilisateur participante "
                     "destinatario cuenta usuario correo telefono"),
    (Kind.AMOUNT, "amount price quantity sum qty cost fee budget betrag summe menge preis montant somme quantite prix "
                  "importe cantidad monto precio"),
    (Kind.MOMENT, "date time datetime day deadline due when month year hour minute start end timestamp until duration "
                  "timezone datum zeit tag beginn ende uhrzeit heure jour debut fin fecha hora dia inicio"),
    (Kind.TEXT, "body text content message subject description note comment summary title caption reason memo detail "
                "reference purpose topic remark explanation greeting feedback review post markdown html headline "
                "betreff inhalt nachricht text beschreibung titel notiz grund verwendungszweck objet contenu corps "
                "titre motif asunto contenido mensaje cuerpo titulo descripcion nota motivo bio biography"),
    (Kind.PATH,
        "path file filename filepath folder attachment directory dir datei pfad ordner dateiname fichier "
        "chemin dossier "
                "archivo ruta carpeta"),
    (Kind.IDENTIFIER, "id uuid guid identifier key ref nr nummer identifiant identificador sku isbn slug"),
)  # fmt: skip
_KIND_OF = {word: kind for kind, words in reversed(_WORDS) for word in words.split()}
_BY_FORMAT = {
    "email": Kind.RECIPIENT,
    "idn-email": Kind.RECIPIENT,
    "iban": Kind.RECIPIENT,
    "phone": Kind.RECIPIENT,
    "uri": Kind.ADDRESS,
    "url": Kind.ADDRESS,
    "uri-reference": Kind.ADDRESS,
    "hostname": Kind.ADDRESS,
    "ipv4": Kind.ADDRESS,
    "ipv6": Kind.ADDRESS,
    "date": Kind.MOMENT,
    "date-time": Kind.MOMENT,
    "time": Kind.MOMENT,
    "duration": Kind.MOMENT,
    "uuid": Kind.IDENTIFIER,
    "password": Kind.SECRET,
}
_SAID = (
    (Kind.SECRET, vocabulary("password passwort secret credential contrasena")),
    (Kind.RECIPIENT, vocabulary("recipient email iban account phone payee beneficiary empfanger destinataire")),
    (Kind.ADDRESS, vocabulary("url uri hostname webhook website")),
    (Kind.COMMAND, vocabulary("command shell sql script")),
    (Kind.PATH, vocabulary("path filename directory folder pfad")),
    (Kind.MOMENT, vocabulary("date time timestamp iso datum fecha")),
    (Kind.AMOUNT, vocabulary("amount price quantity betrag montant importe")),
)
"""What a description may tell where the name does not, the first that fits."""

_THINGS = vocabulary("email mail message contact group channel thread")
"""Things that have ids, and in whose place a recipient can stand."""

_ONLY_SHOWS = vocabulary(
    "format unit units language lang locale sort order ascending descending html plain markdown verbose detailed "
    "pretty encoding style colour color size orientation theme case exact"
)
"""Words of names of flags and choices that say how something looks, not what is done or who sees it."""

_WIDENS = vocabulary("public private share shared visible external everyone admin force remote send notify delete pay")

_LAST_COUNTS = frozenset(
    {"id", "uuid", "guid", "url", "uri", "link", "path", "date", "time", "number", "name", "title"}
)


def kind_of(leaf: Leaf) -> Kind:
    """Return what ``leaf`` is. Its name counts first, then its format, then its description.

    >>> kind_of(Leaf(path="to", type="string")).value, kind_of(Leaf(path="start_time")).value
    ('recipient', 'moment')
    >>> kind_of(Leaf(path="user_id", type="string")).value, kind_of(Leaf(path="x", type="boolean")).value
    ('recipient', 'flag')
    """
    if leaf.type == "boolean":
        return Kind.FLAG
    named = _of_name(leaf.name)
    if named is Kind.RIGHT or (leaf.one_of and named not in (Kind.SECRET, Kind.COMMAND)):
        return named if named is Kind.RIGHT else Kind.CHOICE
    if leaf.format in _BY_FORMAT:
        return _BY_FORMAT[leaf.format]
    if named is not None and not (named is Kind.TEXT and leaf.type in ("integer", "number")):
        return named
    return _of_description(leaf)


def only_shows(leaf: Leaf) -> bool:
    """Return whether a flag or a choice says no more than how something looks.

    >>> only_shows(Leaf(path="format", type="string")), only_shows(Leaf(path="is_public", type="boolean"))
    (True, False)
    """
    words = set(parts(leaf.name))
    return bool(words & _ONLY_SHOWS) and not words & _WIDENS


def mentions(leaf: Leaf, words: frozenset[str]) -> bool:
    """Return whether the name of ``leaf`` has one of ``words``."""
    return any(form in words for part in parts(leaf.name) for form in forms(part))


def _of_name(name: str) -> Kind | None:
    words = parts(name)
    if len(words) > 1 and words[-1] in ("code", "at"):
        return Kind.IDENTIFIER if words[-1] == "code" else Kind.MOMENT
    found = [_kind_of_word(word) for word in words]
    told = [kind for kind in found if kind is not None]
    if not told:
        joined = "".join(words)
        return _kind_of_word(joined)
    if found[-1] is Kind.IDENTIFIER and len(words) > 1:
        ahead = next((kind for kind in told if kind in (Kind.RECIPIENT, Kind.SECRET)), None)
        is_thing = any(form in _THINGS for word in words for form in forms(word) if word not in ("channel", "group"))
        return ahead if ahead is not None and not is_thing else Kind.IDENTIFIER
    if words[-1] in _LAST_COUNTS and found[-1] is not None:
        return found[-1]
    return min(told, key=list(Kind).index) if len(set(told)) > 1 and Kind.SECRET in told else told[-1]


def _kind_of_word(word: str) -> Kind | None:
    return next((_KIND_OF[form] for form in forms(word) if form in _KIND_OF), None)


def _of_description(leaf: Leaf) -> Kind:
    words = {form for word in spoken(leaf.description)[:40] for form in forms(word)}
    if "mail" in words and "e" in words:
        words.add("email")
    told = [kind for kind, fitting in _SAID if words & fitting]
    if leaf.type in ("integer", "number"):
        return Kind.AMOUNT if Kind.AMOUNT in told else Kind.OTHER
    if leaf.type == "object" and told[:1] == [Kind.RECIPIENT]:
        return Kind.OTHER
    return told[0] if told else Kind.OTHER
