"""Recognising the names of language models, and how exactly a name pins a model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from roadworthy.core.subject import STRICT
from roadworthy.inventory.model import PinKind

_FAMILIES = tuple(
    (provider, re.compile(pattern))
    for provider, pattern in (
        ("openai", r"(?:chatgpt|gpt)-(?:\d[\w.-]*|oss-\d+b)|o[134](?:-[a-z0-9-]+)?|text-embedding-[\w.-]+"),
        ("anthropic", r"claude-(?:[a-z]+-)?\d[\w.-]*|claude-(?:instant|opus|sonnet|haiku)[\w.-]*"),
        ("google", r"gemini-[\w.-]+|gemma-?\d[\w.-]*"),
        ("mistral", r"(?i:(?:mistral|mixtral|codestral|ministral|pixtral)-[\w.-]+)"),
        ("meta", r"(?i:(?:meta-)?llama-?\d[\w.-]*)"),
        ("alibaba", r"(?i:qwen[\d.]*(?:-[\w.]+)+|qwen\d[\w.]*)"),
        ("huggingface", r"(?i:smollm\d*-[\w.-]+)"),
        ("microsoft", r"(?i:phi-\d[\w.-]*)"),
        ("deepseek", r"(?i:deepseek-[a-z0-9][\w.-]*)"),
        ("cohere", r"command-(?:r|a|light)[\w.+-]*|embed-(?:english|multilingual)-[\w.-]+"),
    )
)
_PREFIX = re.compile(r"(?:[A-Za-z0-9_.-]+[/:]){1,3}")
_TOKEN = re.compile(
    r"""(?P<quote>["'`])(?P<quoted>[^"'`\s]{2,100})(?P=quote)|(?i:model)[\w-]*["']?\s*[:=]\s*(?P<bare>[\w./:@+-]{2,100})"""
)
_FILE_SUFFIXES = (".gguf", ".onnx", ".safetensors", ".pt", ".bin", ".py", ".json", ".md", ".txt")
_DATED = (
    re.compile(r"(\d{4}-\d{2}-\d{2})(?=$|[-:])"),
    re.compile(r"[-@](20\d{6})(?=$|-v\d)"),
    re.compile(r"(?<=gpt)-[\w.]+(?:-[a-z]+)*-(\d{4})(?=$|-)"),
    re.compile(r"(?:mistral|mixtral|codestral|ministral|pixtral)-[\w.-]*-(\d{4})$", re.IGNORECASE),
    re.compile(r"gemini-[\w.-]+-(\d{3})$"),
)
_EXACT = re.compile(r"@(sha256:[0-9a-f]{64}|[0-9a-f]{40})$")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ModelName:
    """A model's name as written somewhere, and the family that it belongs to."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    provider: str
    """Who makes the family; for open weights not always who serves it."""


def models_in(text: str) -> tuple[ModelName, ...]:
    """Return the model names in source or configuration text, sorted, each once.

    Only quoted names and values of settings called ``…model…`` count: prose that
    mentions a model does not use it.

    >>> models_in('client.chat(model="gpt-4o-mini")')
    (ModelName(name='gpt-4o-mini', provider='openai'),)
    """
    found = {named for token in _TOKEN.finditer(text) if (named := model_named(token["quoted"] or token["bare"]))}
    return tuple(sorted(found))


def model_named(token: str) -> ModelName | None:
    """Return ``token`` as a model's name; None when it is none of a family known here.

    >>> model_named("HuggingFaceTB/SmolLM2-360M-Instruct").provider
    'huggingface'
    """
    if token.lower().endswith(_FILE_SUFFIXES):
        return None
    prefix = _PREFIX.match(token)
    # Local servers name a model's variant behind a colon, as in `llama3.1:8b`.
    for bare in (token, token[prefix.end() :] if prefix else "", token.rpartition(":")[0]):
        name = _EXACT.sub("", bare)
        for provider, pattern in _FAMILIES:
            if pattern.fullmatch(name):
                return ModelName(name=token, provider=provider)
    return None


def pin_of(name: str) -> tuple[PinKind, str | None]:
    """Return how exactly ``name`` pins a model, and the snapshot that it names.

    A name without a date or a digest is an alias: its provider may point it elsewhere.

    >>> pin_of("gpt-4o-2024-08-06"), pin_of("gpt-4o")
    ((<PinKind.DATED: 'dated'>, '2024-08-06'), (<PinKind.ALIAS: 'alias'>, None))
    """
    exact = _EXACT.search(name)
    if exact:
        return PinKind.EXACT, exact[1]
    for pattern in _DATED:
        dated = pattern.search(name)
        if dated:
            return PinKind.DATED, dated[1]
    return PinKind.ALIAS, None
