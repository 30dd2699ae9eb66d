"""Detectors of what is wrong with prompts, in their own files and in source, and with retrieved documents."""

from __future__ import annotations

from collections.abc import Mapping

from roadworthy.lint.ports import Detector
from roadworthy.lint.prompts.knowledge import injected
from roadworthy.lint.prompts.private import personal, secret
from roadworthy.lint.prompts.slots import unfenced
from roadworthy.lint.prompts.unseen import encoded, hidden, lookalike
from roadworthy.lint.prompts.wording import contradicts, lacks, says, too_long

DETECTORS: Mapping[str, Detector] = {
    "prompts.contradicts": Detector(of_file=contradicts),
    "prompts.encoded": Detector(of_file=encoded),
    "prompts.hidden": Detector(of_file=hidden),
    "prompts.injected": Detector(of_file=injected),
    "prompts.lacks": Detector(of_file=lacks),
    "prompts.lookalike": Detector(of_file=lookalike),
    "prompts.personal": Detector(of_file=personal),
    "prompts.says": Detector(of_file=says),
    "prompts.secret": Detector(of_file=secret),
    "prompts.too_long": Detector(of_file=too_long),
    "prompts.unfenced": Detector(of_file=unfenced),
}
"""By name."""
