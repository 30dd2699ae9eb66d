"""What licences ask for, in families. A licence that is in none is *unknown*, never harmless."""

from __future__ import annotations

import re
from enum import StrEnum


class Family(StrEnum):
    """What a licence asks of those who pass the work on, or use it."""

    PERMISSIVE = "permissive"
    """That notices are kept."""

    WEAK_COPYLEFT = "weak copyleft"
    """That changes to the work itself are passed on under the same terms."""

    STRONG_COPYLEFT = "strong copyleft"
    """That the whole which the work becomes part of is passed on under the same terms."""

    NETWORK_COPYLEFT = "network copyleft"
    """As above, and already when others use it over a network."""

    ATTRIBUTION = "attribution"
    """That the makers are named."""

    SHARE_ALIKE = "share alike"
    """That what is made from it is passed on under the same terms."""

    NON_COMMERCIAL = "non-commercial"
    """That nobody earns by it."""

    NO_DERIVATIVES = "no derivatives"
    """That it is not changed."""

    USE_RESTRICTED = "use-restricted"
    """That it is not used for some purposes, and that users are told so."""

    UNKNOWN = "unknown"


MODEL_LICENCES = {
    "llama2": "Llama-2", "llama-2": "Llama-2", "llama3": "Llama-3", "llama-3": "Llama-3", "llama3.1": "Llama-3.1",
    "llama-3.1": "Llama-3.1", "llama3.2": "Llama-3.2", "llama-3.2": "Llama-3.2", "llama3.3": "Llama-3.3",
    "llama-3.3": "Llama-3.3", "llama4": "Llama-4", "llama-4": "Llama-4", "gemma": "Gemma", "openrail": "OpenRAIL",
    "openrail++": "OpenRAIL++-M", "creativeml-openrail-m": "CreativeML-OpenRAIL-M",
    "bigscience-openrail-m": "BigScience-OpenRAIL-M", "bigscience-bloom-rail-1.0": "BigScience-BLOOM-RAIL-1.0",
    "bigcode-openrail-m": "BigCode-OpenRAIL-M", "deepseek": "DeepSeek", "deepfloyd-if-license": "DeepFloyd-IF",
    "apple-amlr": "Apple-AMLR", "apple-ascl": "Apple-ASCL", "intel-research": "Intel-Research",
    "research-only": "research-only", "non-commercial": "non-commercial",
    "fair-noncommercial-research-license": "FAIR-NC-Research", "falcon-llm-license": "Falcon-LLM",
    "tongyi-qianwen": "Tongyi-Qianwen", "qwen": "Tongyi-Qianwen",
    "qwen-research": "Qwen-Research", "mnpl": "Mistral-MNPL", "mrl": "Mistral-MRL", "h-research": "H-Research",
    "health-ai-developer-foundations": "Health-AI-Developer-Foundations", "grok2-community": "Grok-2-Community",
    "etalab-2.0": "etalab-2.0", "stabilityai-ai-community": "Stability-Community",
    "flux-1-dev-non-commercial-license": "FLUX-1-dev-NC",
}  # fmt: skip
"""Names that model hubs and makers use for licences that are not on the SPDX list, to one name for each."""

_SHAPES: tuple[tuple[re.Pattern[str], Family], ...] = tuple(
    (re.compile(shape), family)
    for shape, family in (
        (r"CC-BY(?:-NC)?-ND-.*|CC-BY-NC-ND-.*", Family.NO_DERIVATIVES),
        (r"CC-BY-NC(?:-SA)?-.*|.*(?i:non-?commercial).*|research-only|PolyForm-(?:Noncommercial|Strict)-.*|Apple-AMLR"
         r"|Intel-Research|FAIR-NC-Research|Qwen-Research|Mistral-M(?:NP|R)L|H-Research|FLUX-1-dev-NC|Aladdin",
         Family.NON_COMMERCIAL),
        (r"(?:Llama|Gemma|OpenRAIL|CreativeML|BigScience|BigCode|DeepSeek|DeepFloyd|Falcon-LLM|Tongyi|Stability"
         r"|Health-AI|Grok-2).*", Family.USE_RESTRICTED),
        (r"AGPL-.*|SSPL-.*|EUPL-.*|OSL-.*|RPL-.*", Family.NETWORK_COPYLEFT),
        (r"LGPL-.*|MPL-.*|EPL-.*|CDDL-.*|CPL-.*|MS-RL|CECILL-C|.*-exception.*", Family.WEAK_COPYLEFT),
        (r"GPL-.*|CECILL-.*|Sleepycat", Family.STRONG_COPYLEFT),
        (r"CC-BY-SA-.*|ODbL-.*|CDLA-Sharing-.*|GFDL-.*", Family.SHARE_ALIKE),
        (r"CC-BY-[0-9].*|ODC-By-.*|CDLA-Permissive-.*|OGL-UK-.*|etalab-2\.0|DL-DE-BY-.*", Family.ATTRIBUTION),
        (r"MIT(?:-0|-Modern-Variant|-CMU)?|Apache-[12]\..|BSD-[1234]-Clause.*|0BSD|ISC|Zlib|zlib-.*|BSL-1\.0|CC0-1\.0"
         r"|Unlicense|PDDL-1\.0|WTFPL|PSF-2\.0|Python-2\.0.*|X11|HPND|NCSA|PostgreSQL|Artistic-2\.0|BlueOak-1\.0\.0"
         r"|UPL-1\.0|libpng.*|Libpng|curl|ICU|Unicode-.*|OFL-1\.1|FTL|TCL|MulanPSL-2\.0|ECL-2\.0|AFL-.*|MS-PL|CNRI-.*"
         r"|OpenSSL.*|Bitstream-Vera|NLOD-.*|LicenseRef-scancode-public-domain", Family.PERMISSIVE),
    )
)  # fmt: skip


def family_of(licence: str) -> Family:
    """Return the family of one licence, by its id.

    Source:
        The texts of the licences; for software compare the FSF's "Various Licenses and Comments about Them",
        for content the deeds of Creative Commons.

    >>> family_of("CC-BY-NC-4.0"), family_of("LGPL-2.1-only"), family_of("LicenseRef-Ours")
    (<Family.NON_COMMERCIAL: 'non-commercial'>, <Family.WEAK_COPYLEFT: 'weak copyleft'>, <Family.UNKNOWN: 'unknown'>)
    """
    return next((family for shape, family in _SHAPES if shape.fullmatch(licence)), Family.UNKNOWN)
