"""Calls by which Python asks an index, and what passes through them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from roadworthy.lint.python_code import Function, called, dotted, functions_of, mentions, parameters

_QUERIES = frozenset({
    "similarity_search", "similarity_search_with_score", "similarity_search_by_vector", "asimilarity_search",
    "max_marginal_relevance_search", "as_retriever", "query_points", "near_text", "near_vector", "hybrid_search",
    "as_query_engine", "similarity_search_with_relevance_scores",
})  # fmt: skip
_GENERIC = frozenset({"query", "search", "hybrid"})
_STORES = re.compile(
    r"(?i)(?:^|[._])(?:index|collection|vector_?store|vectordb|qdrant\w*|milvus\w*|pinecone\w*|chroma\w*)(?:_client)?$"
)
_LIBRARIES = ("chromadb", "pinecone", "qdrant_client", "weaviate", "pymilvus", "pgvector", "langchain",
              "llama_index", "similarity_search", "as_retriever")  # fmt: skip

FILTERS = ("filter", "filters", "where", "namespace", "query_filter", "tenant", "expr", "search_kwargs", "pre_filter",
           "vector_store_kwargs", "where_document", "partition_names", "partition_name", "metadata_filters",
           "filter_expression")  # fmt: skip
"""Keyword arguments that say whose passages may be found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question to an index, in the function that asks it."""

    function: Function
    call: ast.Call

    @property
    def is_filtered(self) -> bool:
        """Whether the call says whose passages may be found, or passes on what another part decided."""
        given = {one.arg for one in self.call.keywords}
        if None in given:
            return True
        search = next((one.value for one in self.call.keywords if one.arg == "search_kwargs"), None)
        if isinstance(search, ast.Dict):
            keys = {key.value for key in search.keys if isinstance(key, ast.Constant)}
            return bool(keys & set(FILTERS))
        return bool(given & set(FILTERS))


def queries_in(text: str) -> Iterator[Query]:
    """Yield the questions that a module puts to indexes, by the function that asks."""
    if not mentions(text, *_LIBRARIES):
        return
    for function in functions_of(text):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and _is_query(node):
                yield Query(function=function, call=node)


def _is_query(call: ast.Call) -> bool:
    name = called(call)
    if name in _QUERIES:
        return True
    owner = dotted(call.func).rpartition(".")[0]
    return name in _GENERIC and bool(owner) and _STORES.search(owner.removesuffix(".query")) is not None


def named_parameters(function: Function, pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Return the parameters of a function whose name matches ``pattern``."""
    return tuple(one.arg for one in parameters(function) if pattern.search(one.arg))
