"""``consistency``: paraphrases, translations and counterfactual variants of one question get one answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from roadworthy.core.result import Outcome, Success, Unassessed
from roadworthy.evals.model import Reply, Sample
from roadworthy.evals.scorers.answers.pattern import MAX_PATTERN
from roadworthy.evals.scorers.reply_scorer import ReplyScorer, require_text, require_texts
from roadworthy.evals.scorers.text import folded
from roadworthy.sensitive.pattern import compiled

_LONGEST_ANSWER = 120
_LONGEST_TEXT = 20_000
"""Characters of a reply that is looked through for its only number; a longer one is no short answer."""

_YES = "yes", "yeah", "yep", "ja", "oui", "sí", "si", "sì", "sim", "tak", "evet", "да", "نعم", "हाँ", "हां", "是", "はい"
_NO = "no", "nope", "nein", "non", "nee", "não", "nao", "nie", "hayır", "нет", "لا", "नहीं", "否", "不是", "いいえ"
_WORDS = {"yes": _YES, "no": _NO}
"""How *yes* and *no* are said, where they are the answers to choose from."""

_NUMBER = r"[-+]?\pN+(?:[., '’]\pN{3})*(?:[.,]\pN+)?"
_NOT_A_LETTER = r"(?:^|[^\pL\pM\pN])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency(ReplyScorer):
    r"""Finds what a reply answers, so that the answers to the samples of one cluster can be compared.

    No reply is right or wrong by itself. When the run is done, a sample succeeds if its answer
    is the one that most of the other samples of its cluster got; of two that differ both
    fail. A reply without an answer of the asked form, or with two, is unassessed, and so is a
    sample that is alone in its cluster.

    Without options the answer is the only number in the reply, else the reply itself if it
    is short. ``answers: [yes, no]`` reads them in fifteen languages.

    Raises:
        ValueError: If an option is wrong.

    >>> Consistency(answers=("yes", "no")).score(Sample(id="a", prompt="?"), Reply(text="Nein, leider nicht.")).answer
    'no'
    """

    name: ClassVar[str] = "consistency"
    version: ClassVar[str] = "1"
    is_compared: ClassVar[bool] = True

    answers: tuple[str, ...] = ()
    """The answers to choose from, of which a reply gives exactly one."""

    pattern: str = ""
    """RE2 whose first group, or whole match, is the answer; the first match counts."""

    def __post_init__(self) -> None:
        require_texts("answers", self.answers)
        require_text("pattern", self.pattern, longest=MAX_PATTERN)
        if self.answers and self.pattern:
            raise ValueError("give `answers` or `pattern`, not both")
        if len(self.answers) == 1:
            raise ValueError("`answers` has one answer, which every reply would agree on")
        if self.pattern:
            compiled(self.pattern)

    def judge(self, sample: Sample, reply: Reply) -> Outcome:
        """Say what was answered; whether it agrees is known when the run is done."""
        if self.answers:
            given = _chosen(reply.text, self.answers)
        elif self.pattern:
            given = _matched(reply.text, self.pattern)
        else:
            given = _number_or_text(reply.text)
        if not given:
            return Unassessed(reason="the reply gives no one answer of the asked form")
        return Success(reason="compared with the others of its cluster when the run is done", answer=given)


def _chosen(text: str, answers: tuple[str, ...]) -> str:
    """Return the answer that the reply gives, empty where it gives none or several.

    The one that the reply begins with counts, whatever it goes on to mention.
    """
    plain = folded(text).lstrip("*_\"'`([ ")
    for answer in answers:
        if _pattern_of(answer, opening=True).search(plain):
            return folded(answer)
    found = [answer for answer in answers if _pattern_of(answer, opening=False).search(plain)]
    return folded(found[0]) if len(found) == 1 else ""


@lru_cache(maxsize=256)
def _pattern_of(answer: str, *, opening: bool):  # type: ignore[no-untyped-def]  # RE2 has no types
    words = _WORDS.get(folded(answer), (answer,))
    # Languages that set no spaces between words have no end of a word either.
    either = "|".join(
        rf"{_quoted(folded(word))}" + ("" if _is_unspaced(word) else r"(?:$|[^\pL\pM\pN])") for word in words
    )
    start = "^" if opening else _NOT_A_LETTER
    return compiled(f"{start}(?:{either})")


def _is_unspaced(word: str) -> bool:
    return any("\u3040" <= character <= "\u9fff" for character in word)


def _quoted(text: str) -> str:
    return "".join(c if c.isalnum() or ord(c) > 127 else f"\\x{{{ord(c):x}}}" for c in text)


def _matched(text: str, pattern: str) -> str:
    found = compiled(pattern).search(text)
    if found is None:
        return ""
    return folded(found.group(1) if found.re.groups and found.group(1) else found.group(0))[:_LONGEST_ANSWER]


def _number_or_text(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        return ""
    plain = folded(text).rstrip(".!。")
    numbers = {_plain_number(n) for n in compiled(_NUMBER).findall(plain)}
    if len(numbers) == 1:
        return numbers.pop()
    return plain if not numbers and len(plain) <= _LONGEST_ANSWER else ""


def _plain_number(text: str) -> str:
    """Return a number without separators of thousands and trailing zeros, its decimal sign a point."""
    text = text.replace(" ", "").replace("'", "").replace("’", "").lstrip("+")
    sign = max(text.rfind("."), text.rfind(","))
    whole, decimals = (text[:sign], text[sign + 1 :]) if sign >= 0 else (text, "")
    if sign >= 0 and len(decimals) == 3 and whole not in ("0", "-0", ""):
        whole, decimals = whole + decimals, ""
    whole = whole.replace(".", "").replace(",", "")
    decimals = decimals.rstrip("0")
    digits = "".join(str(int(c)) if c.isdigit() else c for c in whole)
    return f"{digits}.{decimals}" if decimals else digits
