"""What a retriever of LangChain finds, judged by a document compressor."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.callbacks import Callbacks
from langchain_core.documents import BaseDocumentCompressor, Document
from pydantic import ConfigDict, PrivateAttr

from roadworthy.guard.session.guard import Guard
from roadworthy.guard.session.ticket import Chunk
from roadworthy.sdk.agents.provenance import provenance_of
from roadworthy.sdk.speaking import Speaker, principal_of, run_here


class GuardCompressor(BaseDocumentCompressor):
    """Judges what a retriever found: what may not be used stands there as a stub.

    Use it as the compressor of a ``ContextualCompressionRetriever``, or call it. What a document states of itself
    (tenant, readers, purposes, trust) is read from its metadata, by the names of `Provenance`.

    Args:
        guard: The policy in force.
        principal: For whom, or where to ask for it; within a run it is the run's.
        route: Of the policy.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)
    _settings: tuple[Guard, Speaker, str] = PrivateAttr()

    def __init__(self, guard: Guard, *, principal: Speaker = None, route: str = "*") -> None:
        super().__init__()
        self._settings = (guard, principal, route)

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        """Return the documents as they may be put into a prompt."""
        guard, principal, route = self._settings
        found = run_here(guard, principal)
        run = found if found is not None else guard.run(principal_of(principal), route=route)
        chunks = [
            Chunk(text=one.page_content, provenance=provenance_of(one.metadata, document=one.id or ""))
            for one in documents
        ]
        passed = run.retrieved(chunks)
        return [
            one.model_copy(update={"page_content": chunk.text}) for one, chunk in zip(documents, passed, strict=True)
        ]

    async def acompress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        """As `compress_documents`."""
        return self.compress_documents(documents, query, callbacks)
