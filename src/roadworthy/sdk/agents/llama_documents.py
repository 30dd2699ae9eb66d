"""What a retriever of LlamaIndex finds, judged by a postprocessor of nodes."""

from __future__ import annotations

from typing import Any

from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import ImageNode, MetadataMode, NodeWithScore, QueryBundle, TextNode
from pydantic import PrivateAttr

from roadworthy.core.errors import ConfigError
from roadworthy.guard.session.guard import Guard
from roadworthy.guard.session.ticket import Chunk
from roadworthy.sdk.agents.llama_guarding import Guarding
from roadworthy.sdk.agents.provenance import provenance_of
from roadworthy.sdk.speaking import Speaker


class GuardPostprocessor(BaseNodePostprocessor):
    """Judges what a retriever found: what may not be used stands there as a stub.

    What a node states of itself (tenant, readers, purposes, trust) is read from its metadata, by the names of
    `Provenance`. Put it last among the postprocessors.

    Args:
        guard: The policy in force.
        principal: For whom, or where to ask for it; within a run it is the run's.
        route: Of the policy.
    """

    _guarding: Any = PrivateAttr()

    def __init__(self, guard: Guard, *, principal: Speaker = None, route: str = "*") -> None:
        super().__init__()
        self._guarding = Guarding(guard, principal, route)

    @classmethod
    def class_name(cls) -> str:
        """Return the name by which the package knows it."""
        return "GuardPostprocessor"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if any(isinstance(one.node, ImageNode) for one in nodes):
            raise ConfigError("a picture cannot be judged", where="nodes", fix="retrieve text")
        chunks = [
            Chunk(
                # With its metadata, as it goes into the prompt.
                text=one.node.get_content(metadata_mode=MetadataMode.LLM),
                provenance=provenance_of(one.node.metadata, document=one.node.ref_doc_id or one.node.node_id),
            )
            for one in nodes
        ]
        passed = self._guarding.run().retrieved(chunks)
        return [
            one if new.text == old.text else _node(one, new.text)
            for one, old, new in zip(nodes, chunks, passed, strict=True)
        ]


def _node(found: NodeWithScore, text: str) -> NodeWithScore:
    # Its metadata was part of what was judged, so that it goes along with the text that stands for both.
    return NodeWithScore(node=TextNode(id_=found.node.node_id, text=text), score=found.score)
