"""STRIDE: which kinds of threat apply to which kind of element, and what each says of it."""

from __future__ import annotations

from enum import StrEnum

from roadworthy.risk.catalogue import Threat
from roadworthy.risk.threat_model.diagram import BoundaryKind, DataFlow, ElementKind


class Stride(StrEnum):
    """The six kinds of threat.

    Source:
        L. Kohnfelder, P. Garg, The threats to our products, Microsoft, 1999; A. Shostack, Threat Modeling:
        Designing for Security, Wiley, 2014, chapter 3 (STRIDE per element).
    """

    SPOOFING = "spoofing"
    TAMPERING = "tampering"
    REPUDIATION = "repudiation"
    INFORMATION_DISCLOSURE = "information_disclosure"
    DENIAL_OF_SERVICE = "denial_of_service"
    ELEVATION_OF_PRIVILEGE = "elevation_of_privilege"

    @property
    def letter(self) -> str:
        """``S``, ``T``, ``R``, ``I``, ``D`` or ``E``."""
        return self.value[0].upper()


S, T, R, I, D, E = Stride  # noqa: E741 - the letters are the method's own

PER_ELEMENT: dict[ElementKind, tuple[Stride, ...]] = {
    ElementKind.EXTERNAL: (S, R),
    ElementKind.PROCESS: (S, T, R, I, D, E),
    ElementKind.STORE: (T, I, D),
}
"""Which kinds apply to an element. Source: Shostack 2014, table 3-9."""

PER_FLOW = (T, I, D)
"""Which kinds apply to a flow that crosses a trust boundary. Source: Shostack 2014, table 3-9."""

_BY_THREAT: dict[str, tuple[Stride, ...]] = {
    "T01": (T, E),
    "T02": (T, E),
    "T03": (T, E),
    "T04": (I,),
    "T05": (I,),
    "T06": (I,),
    "T07": (I, S),
    "T08": (E, R),
    "T09": (T, E),
    "T10": (E, S),
    "T11": (T,),
    "T12": (T,),
    "T13": (T,),
    "T14": (T, S),
    "T15": (T, S),
    "T16": (T,),
    "T17": (T,),
    "T18": (T,),
    "T19": (D,),
    "T20": (T,),
    "T21": (S, T),
    "T22": (S, R),
    "T23": (T, E),
    "T24": (D,),
    "T25": (D, E),
    "T26": (T,),
    "T27": (E, D),
    "T28": (I,),
    "T29": (I,),
    "T30": (I,),
    "T31": (E,),
    "T32": (D, T),
    "T33": (I,),
    "T34": (I,),
    "T35": (R,),
    "T36": (T, R),
    "T37": (E, T),
    "T38": (E,),
}
"""Our reading of the shipped catalogue: what an attacker, or an accident, gains by each threat. What leads to wrong
output is *tampering* with what the system says; what nobody can account for afterwards is *repudiation*."""

_BY_SURFACE: dict[str, tuple[Stride, ...]] = {
    "user_input": (T, E),
    "retrieved_content": (T,),
    "tool_results": (T,),
    "training_data": (T,),
    "supply_chain": (T, S),
    "model": (I,),
    "context": (I,),
    "tools": (E,),
    "memory": (T,),
    "output": (T,),
    "operations": (D, R),
}
"""For threats that are not in the table above."""


def stride_of(threat: Threat) -> tuple[Stride, ...]:
    """Return the kinds of threat that a threat of the catalogue is, the main one first."""
    return _BY_THREAT.get(threat.id) or _BY_SURFACE[threat.surface]


def flow_kinds(flow: DataFlow) -> tuple[Stride, ...]:
    """Return which kinds apply to a flow.

    All of a flow's across a trust boundary; *tampering* alone for one inside it that carries what outsiders wrote,
    since its content does the tampering; none for the rest, which only those we trust anyway can touch.
    """
    if flow.crosses:
        return PER_FLOW
    return (T,) if flow.untrusted else ()


def element_sentence(kind: ElementKind, stride: Stride, title: str, *, boundary: BoundaryKind) -> str:
    """Say what a kind of threat means for an element.

    >>> element_sentence(ElementKind.STORE, Stride.TAMPERING, "kb", boundary=BoundaryKind.OURS)
    'Somebody changes what kb holds, and everything that reads it believes it'
    """
    if kind is ElementKind.PROCESS and boundary is not BoundaryKind.OURS:
        return _FOREIGN[stride].format(title)
    return _ELEMENT[kind][stride].format(title)


def flow_sentence(stride: Stride, flow: DataFlow) -> str:
    """Say what a kind of threat means for a flow."""
    return _FLOW[stride].format(flow.carries, flow.source, flow.target)


_ELEMENT: dict[ElementKind, dict[Stride, str]] = {
    ElementKind.EXTERNAL: {
        S: "Somebody passes for {0}",
        R: "{0} deny what they asked for or sent, and nothing shows that they did",
    },
    ElementKind.PROCESS: {
        S: "Something else answers in the place of {0}, or {0} acts under a borrowed identity",
        T: "What {0} does is changed by who must not: its code, its settings or its instructions",
        R: "What {0} did cannot be shown afterwards",
        I: "{0} tells who must not know",
        D: "{0} is kept from doing its work, or made to do so much that it fails",
        E: "{0} is brought to do what whoever asks may not do",
    },
    ElementKind.STORE: {
        T: "Somebody changes what {0} holds, and everything that reads it believes it",
        I: "What {0} holds is read by who must not",
        D: "{0} is lost, locked or filled up",
    },
}
_FOREIGN = {
    S: "Something else answers in the place of {0}",
    T: "Who runs {0} changes it without telling us",
    R: "What {0} was asked and answered cannot be shown afterwards without who runs it",
    I: "Who runs {0}, or who breaks in there, reads what we send",
    D: "{0} is down, slow, limited or withdrawn",
    E: "{0} uses what it was given access to for more than it was asked",
}
_FLOW = {
    T: "What goes from {1} to {2} ({0}) is changed on the way, or carries instructions that are not ours",
    I: "What goes from {1} to {2} ({0}) is read on the way, or says more than {2} may know",
    D: "What goes from {1} to {2} ({0}) does not arrive, or is so much that nothing else does",
}
