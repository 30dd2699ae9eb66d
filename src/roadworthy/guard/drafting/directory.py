"""What a directory tells of, so that it is asked for that alone: no channel is named by a person's record."""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.guard.drafting.word import forms, parts, vocabulary

_CLASSES = (
    vocabulary("channel kanal canal"),
    vocabulary("group team gruppe groupe equipe grupo equipo"),
    vocabulary("iban account payee beneficiary counterparty wallet payer konto compte cuenta beneficiario"),
    vocabulary(
        "user username member person people contact customer employee colleague staff coworker mail email phone mobile "
        "telefono telefon correo participant attendee invitee guest assignee collaborator friend follower handle "
        "kontakt mitarbeiter benutzer mitglied annuaire employe utilisateur membre contacto empleado usuario "
        "teilnehmer participante directory addressbook directorio verzeichnis annuaire"
    ),
)
_HOLDS_ALSO = {2: (3,), 1: (3,)}
"""Who is paid, or is in a group, may be named by a person's record as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """A tool that tells which address belongs to whom."""

    tool: str

    def tells_of(self, argument: str) -> bool:
        """Return whether its records may say what an argument of this name is; one that does not tell may be any.

        >>> Directory(tool="list_users").tells_of("channel"), Directory(tool="list_users").tells_of("to")
        (False, True)
        """
        wanted, holds = _classes(argument), _classes(self.tool)
        wider = wanted | {further for one in wanted for further in _HOLDS_ALSO.get(one, ())}
        return not wanted or not holds or bool(wider & holds)


def _classes(name: str) -> set[int]:
    words = {form for part in parts(name) for form in forms(part)}
    return {place for place, one in enumerate(_CLASSES) if words & one}
