"""Formats of model providers' and model tools' credentials."""

from __future__ import annotations

from functools import partial

from roadworthy.sensitive.secrets.format import Format, Group

_model = partial(Format, group=Group.MODEL)

FORMATS: tuple[Format, ...] = (
    _model(
        provider="anthropic", name="Anthropic key", heads=("sk-ant-",),
        body="[A-Za-z0-9_-]{20,160}+", tail="[a-z0-9_-]{20}", most=167,
    ),
    _model(
        provider="langfuse", name="Langfuse key", heads=("sk-lf-",),
        body="[a-f0-9]{8}-[a-f0-9-]{27}", tail="[a-f0-9]{8}-", most=42,
    ),
    _model(
        provider="openrouter", name="OpenRouter key", heads=("sk-or-v1-",),
        body="[a-f0-9]{64}", tail="[a-f0-9]{16}", most=73,
    ),
    _model(
        provider="openai", name="OpenAI key", heads=("sk-",),
        body="(?:(?:proj|svcacct|admin|or-v1)-[A-Za-z0-9_-]{20,221}+|[A-Za-z0-9][A-Za-z0-9_]{19,220}+)",
        tail="[a-z0-9_-]{20}", most=240,
    ),
    _model(
        provider="huggingface", name="Hugging Face token", heads=("hf_", "api_org_"),
        body="[A-Za-z0-9]{30,60}", tail="[a-z0-9]{30}", most=68,
    ),
    _model(
        provider="replicate", name="Replicate token", heads=("r8_",),
        body="[A-Za-z0-9]{37,60}", tail="[a-z0-9]{37}", most=63,
    ),
    _model(provider="groq", name="Groq key", heads=("gsk_",), body="[A-Za-z0-9]{40,80}", tail="[a-z0-9]{40}", most=84),
    _model(provider="xai", name="xAI key", heads=("xai-",), body="[A-Za-z0-9]{60,100}", tail="[a-z0-9]{60}", most=104),
    _model(
        provider="perplexity", name="Perplexity key", heads=("pplx-",),
        body="[A-Za-z0-9]{40,80}", tail="[a-z0-9]{40}", most=85,
    ),
    _model(
        provider="fireworks", name="Fireworks key", heads=("fw_",),
        body="[A-Za-z0-9]{22,60}", tail="[a-z0-9]{22}", most=63, weak=True,
    ),
    _model(
        provider="nvidia", name="NVIDIA API key", heads=("nvapi-",),
        body="[A-Za-z0-9_-]{60,100}+", tail="[a-z0-9_-]{24}", most=106,
    ),
    _model(
        provider="langsmith", name="LangSmith key", heads=("lsv2_pt_", "lsv2_sk_"),
        body="[a-f0-9]{32}_[a-f0-9]{10}", tail="[a-f0-9]{16}", most=51,
    ),
    _model(
        provider="pinecone", name="Pinecone key", heads=("pcsk_",),
        body="[A-Za-z0-9]{5,6}_[A-Za-z0-9]{50,90}", tail="[a-z0-9]{5,6}_[a-z0-9]{16}", most=102,
    ),
    _model(
        provider="voyage", name="Voyage key", heads=("pa-",),
        body="[A-Za-z0-9_-]{40,80}+", tail="[a-z0-9_-]{40}", most=83, weak=True,
    ),
    _model(
        provider="tavily", name="Tavily key", heads=("tvly-",),
        body="(?:dev-|prod-)?[A-Za-z0-9]{24,60}", tail="(?:dev-|prod-)?[a-z0-9]{24}", most=70,
    ),
    _model(
        provider="elevenlabs", name="ElevenLabs key", heads=("sk_",),
        body="[a-f0-9]{48}", tail="[a-f0-9]{48}", most=51,
    ),
    _model(
        provider="weights-and-biases", name="Weights & Biases key", heads=("wandb_v1_",),
        body="[A-Za-z0-9_]{60,100}+", tail="[a-z0-9_]{24}", most=110,
    ),
    _model(
        provider="openai", name="OpenAI key", heads=("sk-None-",),
        body="[A-Za-z0-9_-]{30,200}+", tail="[a-z0-9_-]{20}", most=210,
    ),
)  # fmt: skip
"""In the order in which one span is named where two fit."""
