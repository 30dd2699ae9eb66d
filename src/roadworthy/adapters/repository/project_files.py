"""What a repository's own files say: name, version, licence, owner, what it is built with."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping

_AI_PACKAGES_WORDS = """
    anthropic autogen chromadb cohere crewai dspy faiss faiss-cpu faiss-gpu fastmcp google-genai
    google-generativeai groq guardrails-ai haystack-ai instructor lancedb langchain langchain-core
    langgraph litellm llama-cpp-python llama-index mcp milvus mistralai nemoguardrails ollama
    onnxruntime openai openai-agents pgvector pinecone pinecone-client pydantic-ai pymilvus
    qdrant-client semantic-kernel sentence-transformers smolagents tiktoken torch transformers vllm
    weaviate-client xllamacpp ai @ai-sdk/openai @ai-sdk/anthropic @anthropic-ai/sdk @google/genai
    @langchain/core @langchain/openai @mistralai/mistralai @modelcontextprotocol/sdk
    @pinecone-database/pinecone @qdrant/js-client-rest llamaindex
"""
AI_PACKAGES = frozenset(_AI_PACKAGES_WORDS.split())
_RETRIEVAL_PACKAGES_WORDS = """
    chromadb faiss faiss-cpu faiss-gpu haystack-ai lancedb llama-index llamaindex milvus pgvector
    pinecone pinecone-client pymilvus qdrant-client weaviate-client @pinecone-database/pinecone
    @qdrant/js-client-rest
"""
RETRIEVAL_PACKAGES = frozenset(_RETRIEVAL_PACKAGES_WORDS.split())
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_LICENCES = (
    ("Apache-2.0", re.compile(r"Apache License\s+Version 2\.0")),
    ("MIT", re.compile(r"Permission is hereby granted, free of charge")),
    ("AGPL-3.0-only", re.compile(r"GNU AFFERO GENERAL PUBLIC LICENSE\s+Version 3")),
    ("GPL-3.0-only", re.compile(r"GNU GENERAL PUBLIC LICENSE\s+Version 3")),
    ("MPL-2.0", re.compile(r"Mozilla Public License Version 2\.0")),
    ("BSD-3-Clause", re.compile(r"Redistribution and use in source and binary forms[\s\S]*Neither the name")),
)


def pyproject_in(text: str) -> dict[str, object]:
    """Return what ``pyproject.toml`` says of the project, empty where it cannot be read."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    project = data.get("project")
    return project if isinstance(project, dict) else {}


def package_json_in(text: str) -> dict[str, object]:
    """Return what ``package.json`` says, empty where it cannot be read."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def text_of(data: Mapping[str, object], name: str) -> str | None:
    """Return a field's text, on one line; None where it has none."""
    value = data.get(name)
    return " ".join(value.split())[:500] or None if isinstance(value, str) else None


def requirements_in(text: str) -> Iterator[str]:
    """Yield the package names of a requirements file."""
    for line in text.splitlines():
        found = _REQUIREMENT.match(line)
        if found:
            yield _normal(found[1])


def dependencies_of_pyproject(project: Mapping[str, object]) -> Iterator[str]:
    """Yield the package names that a ``[project]`` table depends on."""
    optional = project.get("optional-dependencies")
    groups = [project.get("dependencies"), *(optional.values() if isinstance(optional, dict) else ())]
    for group in groups:
        for requirement in group if isinstance(group, list) else ():
            yield from requirements_in(str(requirement))


def dependencies_of_package(package: Mapping[str, object]) -> Iterator[str]:
    """Yield the package names that a ``package.json`` depends on."""
    for field in ("dependencies", "devDependencies", "peerDependencies"):
        group = package.get(field)
        yield from (str(name) for name in (group if isinstance(group, dict) else ()))


def licence_in(text: str) -> str | None:
    r"""Return the SPDX id of a licence text; None when it is none of the common ones.

    >>> licence_in("                Apache License\n       Version 2.0, January 2004")
    'Apache-2.0'
    """
    return next((spdx for spdx, pattern in _LICENCES if pattern.search(text[:20_000])), None)


def owner_in(codeowners: str) -> str | None:
    r"""Return the first owner of everything, by the last line that speaks of everything.

    >>> owner_in("# team\n* @acme/support\ndocs/ @acme/docs")
    '@acme/support'
    """
    owner = None
    for line in codeowners.splitlines():
        words = line.partition("#")[0].split()
        if len(words) > 1 and words[0] in {"*", "/", "**"}:
            owner = words[1]
    return owner


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
