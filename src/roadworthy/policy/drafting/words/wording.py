"""Words of duty, of leave and of vagueness in three languages. Data; edited by people who read policies."""

from __future__ import annotations

import re
from types import MappingProxyType

from roadworthy.policy.drafting.statement import Language, Modality


def _any(*forms: str) -> re.Pattern[str]:
    return re.compile(r"(?<![\w-])(?:" + "|".join(forms) + r")(?![\w])", re.IGNORECASE)


_GAP = r"(?: [^\s,;:.]+){0,12}?"
"""Up to a dozen words in between, none of them across a comma."""

NOT_NEEDED = (
    r"(?:do|does|did) not (?:have|need) to|(?:don|doesn|needn)['’]t (?:have to|need to|\w+)"
    r"|need not|(?:is|are) not (?:required|obliged|obligated|bound) to|(?:is|are) not (?:required|mandatory|compulsory"
    r"|obligatory)"
    r"|(?:muss|müssen) nicht(?! (?:nur|mehr|weniger|länger)\b)|(?:ist|sind) nicht (?:verpflichtet|erforderlich)"
    r"|n['’]est pas (?:obligatoire|tenue?|requise?)|ne sont pas (?:obligatoires|tenue?s|requise?s)"
)
"""Says that something need not be done: the opposite of *must not*."""

SIGNS = (
    (
        Modality.DEFINITION,
        _any(
            r"(?:means|refers to|is defined as|are defined as|shall mean)(?! (?:that )?(?:you|we|they)\b)",
            r"for the purposes? of this (?:policy|document|standard)",
            r"(?:bedeutet|bezeichnet|bezeichnen|im sinne (?:dieser|dieses))",
            r"(?:désigne|désignent|on entend par|s['’]entend(?:ent)?)",
        ),
    ),
    (
        Modality.PROHIBITION,
        _any(
            r"(?:must|shall|will) ?(?:not|never)(?! be confused)|mustn['’]t",
            r"may (?:not|never)(?! (?:be (?:accurate|complete|correct|reliable|available|suitable|aware)"
            r"|be (?:obvious|true|possible)|always|have|know|understand|reflect|contain|apply|seem|exist|work)\b)",
            r"(?:must|shall|may|will|should|can) (?:under no circumstances|in no (?:case|event|way)|on no account)",
            r"(?:may|can) (?!not\b)[^.;:,]{0,60}?\b(?:no (?:more|longer|later|fewer|less) than|at most|up to"
            r"|a maximum of)(?= \d| \w+ (?:steps?|times|hours?|days?|weeks?|months?|years?|percent))",
            r"(?:peut|peuvent) [^.;:,]{0,60}?(?:au plus|au maximum)(?= \d)",
            r"(?:is|are|be) (?:strictly |expressly )?(?:prohibited|forbidden|banned|disallowed)",
            r"(?:is|are) (?:not|never) (?:permitted|allowed|to be)",
            r"no \w[^.;:]{0,80}? (?:may|shall|must|can|is permitted|is allowed|are permitted)",
            r"(?:nobody|no one|none|neither) [^.;:]{0,60}?(?:may|shall|must|is permitted)",
            r"(?:may|can) (?:only|solely) be|(?:may|can) [^.;:]{0,60}? only (?:if|when|where|after|with|by|for|in)",
            r"(?:may|can) (?:only|solely)|only [^.;:]{1,80}? (?:may|can|shall)",
            r"(?:at most|no more than) [^.;:]{1,80}? may",
            r"(?:darf|dürfen)"
            + _GAP
            + r" (?:nicht|kein\w*|nie|niemals|nur|ausschließlich|lediglich|keinesfalls|höchstens|maximal)",
            r"(?:kein\w*|niemand|nur|ausschließlich)" + _GAP + r" (?:darf|dürfen)",
            r"(?:ist|sind) (?:\S+ ){0,4}?(?:untersagt|verboten|unzulässig|unstatthaft)",
            r"nicht (?:zulässig|gestattet|erlaubt)|verboten|untersagt",
            r"ne (?:doit|doivent|peut|peuvent)(?: être)?(?: \S+){0,3}? (?:pas|jamais|plus|que|qu['’]\w*)",
            r"n['’](?:est|ont|a) pas (?:autorisée?s?|permis\w*|le droit)|(?:est|sont"
            r"|être) (?:strictement )?interdit\w*",
            r"interdit\w*|il est interdit|aucune? [^.;:]{0,80}? ne (?:peut|doit)|nul ne (?:peut|doit)",
            r"ne (?:peut|peuvent|doit|doivent)",
        ),
    ),
    (
        Modality.PERMISSION,
        _any(
            NOT_NEEDED,
        ),
    ),
    (
        Modality.OBLIGATION,
        _any(
            r"(?:must|shall)(?! not be confused)|(?:is|are) (?:required|obliged|obligated|bound) to",
            r"(?:has|have) to(?! do with)",
            r"needs? to|(?:is|are) (?:mandatory|compulsory|obligatory|required)(?! by law to know)",
            r"(?:is|are) (?:responsible|accountable) for|(?:is|are) to be|(?:is|are) subject to",
            r"requires? (?:the |a |an |prior |written |approval|authori[sz]ation|consent|sign-off)",
            r"muss|müssen|(?:ist|sind) verpflichtet|(?:ist|sind) (?:zwingend |verbindlich )?vorgeschrieben",
            r"(?:ist|sind|hat|haben)"
            + _GAP
            + r" (?:zu \w+en|\w+zu\w+en)|(?:ist|sind) (?:\S+ ){0,3}?(?:verpflichtend|erforderlich|Pflicht)",
            r"bedarf|bedürfen|verantwortet",
            r"doit|doivent|(?:est|sont) tenue?s? de|(?:a|ont) l['’]obligation|(?:est|sont) (?:obligatoires?"
            r"|requis\w*|exigée?s?)",
            r"il (?:faut|convient de|incombe)|veille(?:nt)? à|devra|devront",
        ),
    ),
    (
        Modality.RECOMMENDATION,
        _any(
            r"should|ought to|(?:is|are) (?:strongly )?(?:recommended|encouraged|advised)|we (?:recommend|encourage)",
            r"sollte\w*|soll|sollen|(?:wird|werden) (?:dringend )?empfohlen|empfehlen",
            r"devrait|devraient|(?:il est|est|sont) (?:vivement )?(?:recommandée?s?|conseillée?s?|encouragée?s?)",
        ),
    ),
    (
        Modality.PERMISSION,
        _any(
            r"may(?! (?:not|never)\b)|(?:is|are) (?:permitted|allowed|free) to|(?:is|are) (?:permitted|allowed)",
            r"darf|dürfen|(?:ist|sind) (?:zulässig|gestattet|erlaubt)",
            r"peut|peuvent|(?:est|sont) (?:autorisée?s?|permis\w*)",
        ),
    ),
)
"""In the order in which they are looked for: *must not* before *must*, and a definition before both."""

WILL = re.compile(
    r"\b(?:cannot|can not|can['’]t)\b|\bwill (?!not\b)(?:also |always |promptly )?(?:be \w+|[a-z]+)", re.IGNORECASE
)
"""A duty only where somebody who can have one stands before it."""

ACTORS = re.compile(
    r"\b(?:owners?|teams?|staff|employees?|users?|managers?|committees?|boards?|officers?|developers?|suppliers?"
    r"|vendors?|functions?|departments?|personnel|contractors?|clinicians?|stelle|team|beschäftigte\w*|personal"
    r"|anwender\w*|mitarbeit\w*|ärzt\w*|équipes?|responsables?|salariés?|reviewers?|operators?|data scientists?"
    r"|the (?:bank|company|organi[sz]ation|hospital|firm|university|agency)|everyone|everybody|anyone|we|you)\b",
    re.IGNORECASE,
)

EXCEPTION = _any(
    r"(?:this|these|the above|clause \S+|section \S+) (?:\w+ ){0,3}?(?:does|do) not apply",
    r"exceptions?(?: to this)? (?:may|are|is)|by way of exception|exempt(?:ed)? from",
    r"(?:gilt|gelten) nicht|ausgenommen|abweichend (?:hiervon|davon)|ausnahmen",
    r"ne s['’]appliqu\w+ pas|par dérogation|à titre exceptionnel",
)

CONDITION = re.compile(
    r"(?<![\w-])(?P<word>provided that|with the exception of|other than|apart from|excluding|mit Ausnahme"
    r"|abgesehen von|à l['’]exception d\w|hormis|except where|except for|except when|except|unless|where|if|when"
    r"|whenever|before|after(?! (?:at most|at least|\d|no more))|once"
    r"|prior to|until|nachdem|sobald|après|es sei denn|sofern|soweit|falls|wenn|außer|bevor|sauf|lorsque"
    r"|lorsqu['’]\w*|si|à moins que"
    r"|dès lors que|avant)\s(?P<rest>[^,;:.()]{2,300})",
    re.IGNORECASE,
)

UNDER_HEADING = (
    (
        Modality.PROHIBITION,
        _any(r"prohibited|forbidden|not (?:allowed|permitted)|verboten\w*|unzulässig\w*|interdit\w*"),
    ),
    (Modality.OBLIGATION, _any(r"requirements|obligations|duties|anforderungen|pflichten|exigences")),
)
"""Headings whose bare lists are what they say: *Prohibited uses*, and below it *social scoring*."""

REFERENCE = re.compile(
    r"(?:\b(?:section|clause|annex|appendix|article|art\.|chapter|paragraph|abschnitt|ziffer|anhang|kapitel|artikel"
    r"|abs\.|annexe|paragraphe|chapitre)|§{1,2})\s?(\d{1,3}(?:\.\d{1,3})*(?:\([a-z0-9]{1,3}\))?|[A-Z])(?!\w)",
    re.IGNORECASE,
)

VAGUE = _any(
    r"appropriate(?:ly)?|adequate(?:ly)?|reasonable|reasonably|suitable|suitably|sufficient(?:ly)?|fair|fairly",
    r"responsibly|responsible (?:use|ai|manner|way|behaviou?r)|ethical(?:ly)?|trustworthy|robust(?:ly)?"
    r"|where possible|as far as possible|best efforts?",
    r"good judge?ment|proportionate(?:ly)?|meaningful(?:ly)?|timely|in due course|promptly|as needed|as necessary",
    r"transparent(?:ly)?|respectful(?:ly)?|with care|carefully|high[- ]quality|state[- ]of[- ]the[- ]art"
    r"|human[- ]cent(?:red|ric)",
    r"angemessen\w*|geeignet\w*|hinreichend\w*|ausreichend\w*|verantwortungsvoll\w*|fair\w*|sorgfältig\w*|zeitnah\w*",
    r"nach möglichkeit|soweit möglich|ethisch\w*|vertrauenswürdig\w*|transparent\w*|sachgerecht\w*|nachvollziehbar\w*",
    r"appropriée?s?|adéquate?s?|raisonnables?|suffisante?s?|éthiques?|équitables?|(?:manière|façon|usage"
    r"|utilisation) responsable"
    r"|dans la mesure du possible",
    r"avec soin|en temps utile|proportionnée?s?|dignes? de confiance|transparente?s?",
)
"""Words on which two honest reviewers differ. A statement whose test hangs on them is not translated."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION_WORDS = MappingProxyType(
    {
        Language.ENGLISH: _words("the of and to in is that for with by are be must on not any which or this it as"),
        Language.GERMAN: _words(
            "der die das und den dem des ein eine einer einem einen nicht mit ist sind zu von für auf im muss müssen "
            "darf dürfen werden wird oder nur bei vor nach durch sich"
        ),
        Language.FRENCH: _words(
            "le la les des du de un une et est sont dans pour par sur ne pas doit doivent être que qui au aux ou "
            "avant toute tout peut avec sans"
        ),
    }
)
"""Small words by which a sentence's language is told."""

VERBS = _words(
    "accept achieve acknowledge analyse analyze announce answer apply appoint approve archive ask assess "
    "assign attach attend authorise authorize avoid block calculate calibrate carry check classify "
    "collect communicate compare complete comply conduct confirm consider contain contact continue copy "
    "create decide define delete demonstrate deploy describe detect determine disable disclose discuss "
    "display document draft encrypt enforce ensure enter erase escalate establish evaluate examine exceed "
    "exclude explain export express expose feed file fix follow give have hold identify implement include "
    "inform inspect install investigate issue justify keep label limit list log maintain make mark "
    "measure minimise minimize monitor name notify obtain offer operate override paste perform pin "
    "prepare present prevent produce protect prove provide publish quarantine rate read receive recertify "
    "record redact reduce refresh refuse register reject release rely remain remove repeat replace report "
    "require resolve respond restrict retain retire return reveal review revoke run scan screen send "
    "separate set share show sign specify start state stop store submit support suspend switch take tell "
    "test track train transfer treat turn undergo undertake update upload use validate verify withdraw "
    "withhold write"
)
"""Base forms: what may follow *must*, or begin an instruction."""

NOUNS_TOO = _words(
    "answer approve check copy document draft fix file label limit list log mark measure name present "
    "offer protect rate record release report review run scan screen set share show sign start state stop "
    "store support switch test track train transfer treat turn update upload use test register contact "
    "process"
)
"""Verbs that are nouns as well: the second half of an *and* only where an article or a pronoun follows."""
