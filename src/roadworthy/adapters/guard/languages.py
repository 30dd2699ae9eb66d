"""Tells languages apart with py3langid: 97 languages, a model of its own in the package, no network."""

from __future__ import annotations

from typing import Any

from roadworthy.core.errors import ConfigError
from roadworthy.guard.ports import DetectorError, LanguageGuess
from roadworthy.guard.verdict import OperatingPoint

UNDETERMINED = "und"


class LangidIdentifier:
    """Asks py3langid, from the extra `languages`.

    Args:
        min_confidence: Below it the language cannot be told, in [0, 1].

    Raises:
        ConfigError: If py3langid is not installed.
        ValueError: If ``min_confidence`` is out of range.
    """

    def __init__(self, *, min_confidence: float = 0.5) -> None:
        if not 0 <= min_confidence <= 1:
            raise ValueError(f"`min_confidence` must be in [0, 1], got {min_confidence}")
        self._model, version = _loaded()
        self._min_confidence = min_confidence
        self._operating_point = OperatingPoint(detector="py3langid", version=version, threshold=min_confidence)

    @property
    def operating_point(self) -> OperatingPoint:
        """Which version at which threshold; how good it is was not measured here."""
        return self._operating_point

    def identify(self, text: str) -> LanguageGuess:
        """Return the likeliest language of ``text``.

        Raises:
            DetectorError: If py3langid breaks.
        """
        if not any(map(str.isalpha, text)):
            return LanguageGuess(language=UNDETERMINED, confidence=0.0)
        try:
            language, probability = self._model.classify(text)
        except Exception as fault:  # noqa: BLE001 - another library; the rule's fail mode decides
            raise DetectorError(f"py3langid broke: {type(fault).__name__}") from None
        confidence = min(1.0, max(0.0, float(probability)))
        if language is None or confidence < self._min_confidence:
            return LanguageGuess(language=UNDETERMINED, confidence=confidence)
        return LanguageGuess(language=language, confidence=confidence)


def _loaded() -> tuple[Any, str]:
    try:
        import py3langid
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError as fault:
        raise ConfigError(
            "the language identifier `langid` needs py3langid",
            fix="install the extra roadworthy[languages], or use the built-in `words`",
        ) from fault
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True), py3langid.__version__
