"""Verbs of tools' names and descriptions, and what they do to the world. Data: English whole, others by their stem."""

from __future__ import annotations

from roadworthy.guard.drafting.word import forms, plain, vocabulary
from roadworthy.guard.run.effect import Effect

_TELLS = (
    "get list search find read fetch lookup look show view query count describe retrieve display calculate compute "
    "preview inspect peek poll recall select discover"
)
_JUDGES = (
    "check convert estimate validate verify compare translate summarize summarise analyze analyse locate detect "
    "identify recommend suggest filter scan parse predict classify recognize recognise measure sum browse download "
    "explore"
)
_MAY_ACT = (
    "return sort resolve monitor track watch see visit tell ask answer explain extract export provide obtain collect "
    "gather load open"
)
_READ = f"{_TELLS} {_JUDGES} {_MAY_ACT}"
_WRITE = (
    "create add update set write append edit modify change insert move rename save upload schedule reschedule make "
    "mark archive assign attach copy draft put patch store register sign complete star label tag rate like follow "
    "apply adjust configure sync import log record submit plan join unarchive merge upsert replace generate plant "
    "duplicate pin unpin restore login logout accept decline new enroll enrol swap overwrite prescribe"
)
_SEND = (
    "send email mail post publish reply respond forward notify message tweet retweet comment invite broadcast announce "
    "text dm sms fax submit push ping webhook chat contact report"
)
_PAY = (
    "pay transfer purchase buy order reserve book rent hire subscribe donate refund charge withdraw deposit trade sell "
    "tip bid checkout invest wire remit spend exchange lend borrow bet stake redeem renew reimburse capture settle"
)
_DELETE = (
    "delete remove cancel drop purge clear erase destroy unsubscribe revoke terminate discard empty wipe reset ban "
    "kick uninstall trash expunge deregister unregister dismiss void close disconnect block"
)
_SHARE = "share grant permit authorize authorise allow expose unshare delegate unlock publicize"
_EXECUTE = (
    "run execute eval exec invoke launch start stop restart reboot shutdown deploy install control activate deactivate "
    "enable disable lock arm disarm turn navigate trigger kill spawn toggle switch compile operate dispatch evaluate"
)
_REMEMBER = "remember memorize memorise"

_NOUNS_TOO = vocabulary(
    "email mail message post text comment order book share note list search call run charge transfer report view check "
    "contact chat trade bid tip log record label tag star rate plan draft copy query count sum display watch track "
    "exchange stake deposit switch control lock look new set block push bet process mark like filter sort record plant "
    "tweet retweet "
    "apply wire capture release return scan measure sum store rate"
)
"""English words that in a name are as often a thing as an act: they count only where no plain verb stands before."""

_STEMS: tuple[tuple[Effect, str], ...] = (
    # German, French, Spanish; without accents, an umlaut as its vowel or with an e.
    (Effect.DELETE,
        "losch loesch entfern stornier kundig kuendig widerruf verwerf supprim effac annul retir elimin "
        "borr "
                    "cancel quitar revoc"),
    (Effect.PAY, "verkauf vermiet verse "
                 "uberweis ueberweis bezahl zahl kauf bestell reservier buch spend pay vire virement achet achat "
                 "command reserv rembours pag transfer compr abon"),
    (Effect.SHARE, "teil freigeb freigab gewahr gewaehr partag autoris accord compart conced permit"),
    (Effect.SEND, "send versend verschick schick antwort weiterleit benachrichtig veroffentlich veroeffentlich envoy "
                  "repond transmet notifi publi invit einlad envi respond reenvi avis"),
    (Effect.EXECUTE, "ausfuhr ausfuehr fuhr fuehr start execut lanc demarr ejecut arranc inici"),
    (Effect.REMEMBER, "merke memoris recuerd"),
    (Effect.READ, "hol liste such find zeig lies lese liest abruf pruf pruef berechn obten obtien "
                  "cherch recherch trouv affich lir lit recuper consult busc encontr mostr muestr lee "
                  "calcul verif ver"),
    (Effect.WRITE, "erstell anleg leg ander aender aktualisier speicher schreib hinzufug hinzufueg fug fueg verschieb "
                   "setz creer cree creat ajout modifi mett met enregistr ecri crea agreg anad actualiz guard escrib "
                   "cambi program termin umbenenn renomm renombr"),
)  # fmt: skip

_KNOWN: dict[str, Effect] = {
    word: effect
    for effect, words in (
        (Effect.READ, _READ),
        (Effect.WRITE, _WRITE),
        (Effect.SEND, _SEND),
        (Effect.PAY, _PAY),
        (Effect.DELETE, _DELETE),
        (Effect.SHARE, _SHARE),
        (Effect.EXECUTE, _EXECUTE),
        (Effect.REMEMBER, _REMEMBER),
    )
    for word in words.split()
}
_PLAINLY = vocabulary(_TELLS)
_SOMETIMES = vocabulary(_MAY_ACT)
_VAGUE = vocabulary("manage handle process administer")
_ENGLISH_TOO = vocabulary("such lit lies hole holes")
"""Words that German or French has for an act, and that an English sentence has for none."""

_SHORT = 3
_ENDINGS = frozenset(("", "e", "s", "t", "n", "r", "en", "es", "er", "st", "on", "ez", "ons", "an"))
"""What may follow a stem so short that other words begin with it."""

_BY_STEM = tuple((stem, effect) for effect, stems in _STEMS for stem in stems.split())


def effect_of(word: str) -> Effect | None:
    """Return what an English verb does, in whichever form; None: it is none that is known.

    >>> effect_of("deletes"), effect_of("hotel")
    (<Effect.DELETE: 'delete'>, None)
    """
    return next((_KNOWN[form] for form in forms(word) if form in _KNOWN), None)


def effect_abroad(word: str) -> Effect | None:
    """Return what a German, French or Spanish verb does, by its stem; None: it is none that is known.

    >>> effect_abroad("löscht"), effect_abroad("envoyer"), effect_abroad("mesa")
    (<Effect.DELETE: 'delete'>, <Effect.SEND: 'send'>, None)
    """
    said = plain(word).lower()
    if said in _ENGLISH_TOO:
        return None
    fitting = [
        (len(stem), effect)
        for stem, effect in _BY_STEM
        if said.startswith(stem) and len(said) >= 3 and (len(stem) > _SHORT or said[len(stem) :] in _ENDINGS)
    ]
    return max(fitting, key=lambda found: found[0])[1] if fitting else None


def tells_only(word: str) -> bool:
    """Return whether a verb that reads says by itself that nothing else is done: ``get`` does, ``open`` does not."""
    return any(form in _PLAINLY for form in forms(word))


def may_act(word: str) -> bool:
    """Return whether a verb that reads is as often one that acts: ``open`` an account, ``collect`` a payment."""
    return not tells_only(word) and any(form in _SOMETIMES for form in forms(word))


def is_vague(word: str) -> bool:
    """Return whether a verb leaves open what is done, which then an argument says: ``manage``, ``handle``."""
    return any(form in _VAGUE for form in forms(word) if not is_participle(word))


def is_participle(word: str) -> bool:
    """Return whether a word is a verb's form that in a name describes a thing: ``saved`` addresses."""
    return word.endswith("ed") and word not in _KNOWN


def is_noun_too(word: str) -> bool:
    """Return whether a word of a name is as often a thing as an act."""
    return any(form in _NOUNS_TOO for form in forms(word))
