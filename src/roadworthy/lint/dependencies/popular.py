"""Names of packages that AI projects use much, and what is a misspelling of one."""

from __future__ import annotations

_POPULAR_WORDS = """
    accelerate aiohttp anthropic autogen bertopic bitsandbytes catboost chainlit chromadb cohere crewai cryptography
    datasets deepeval deepspeed diffusers elasticsearch embedchain evaluate fairlearn faiss-cpu faiss-gpu fastapi
    fastembed fastmcp flash-attn gensim giskard google-cloud-aiplatform google-genai google-generativeai gradio
    guardrails-ai guidance haystack-ai huggingface-hub imbalanced-learn inspect-ai instructor jaxlib joblib langchain
    langchain-anthropic langchain-aws langchain-chroma langchain-community langchain-core langchain-google-genai
    langchain-huggingface langchain-ollama langchain-openai langchain-text-splitters langfuse langgraph langsmith
    lightgbm lightning litellm llama-cpp-python llama-index llama-index-core lm-eval marvin matplotlib milvus
    mistralai mlflow nemoguardrails ollama onnxruntime onnxruntime-gpu openai openai-agents openai-whisper
    opencv-python opencv-python-headless optimum optuna outlines paddleocr paddlepaddle pandas pgvector pinecone
    pinecone-client plotly polars portkey-ai protobuf psycopg2-binary pyarrow pydantic pydantic-ai pymilvus pymupdf
    pytesseract pytorch-lightning pyyaml qdrant-client replicate requests rouge-score sacrebleu safetensors sagemaker
    scikit-learn seaborn selenium semantic-kernel sentence-transformers sentencepiece sglang smolagents sqlalchemy
    stable-baselines3 statsmodels streamlit tenacity tensorboard tensorflow tiktoken together tokenizers torchaudio
    torchmetrics torchvision transformers ultralytics unsloth unstructured uvicorn vertexai weaviate-client
    webdataset xformers xgboost
"""
_POPULAR = frozenset(_POPULAR_WORDS.split())
_REAL_WORDS = """
    dataset datazets fastai fastapp fastmap jaxlie openapi openagi openpi openui panda psycopg-binary pymantic pyaml
    pyyml unicorn uvicore chainlet chainlib tokenizer outline optimus marlin martin mmflow mdflow polaris polari
    plotpy plotty langchain-code xformer pinecore evalgate gradia protobus sqlang slang instructos playright cohera
    guardrails-api pydbantic pedantic elasticsearch7 elasticsearch8 redis pymupdfb livellm moviepy2 stable-baselines
    google-genai2 pylars tensorslow datasette
"""
_REAL = frozenset(_REAL_WORDS.split())
"""Packages of their own that happen to be near to a popular name."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"


def looks_like(name: str) -> str:
    """Return the popular package of which ``name`` is a misspelling; empty where it is none.

    One letter left out, put in, swapped or replaced, not at the very start nor added at the
    end: there ordinary names of other packages lie (``xformers``, ``grequests``, ``torchx``).
    Names of up to five letters are left out for the same reason.

    >>> looks_like("langchian"), looks_like("openai"), looks_like("fastai")
    ('langchain', '', '')
    """
    if name in _POPULAR or name in _REAL or len(name) < 6:
        return ""
    return min((meant for meant in _edits(name) & _POPULAR if _is_slip(name, meant)), default="")


def _is_slip(name: str, meant: str) -> bool:
    """Whether the difference lies within the word: a last letter more, less or other makes another package."""
    return name != meant[:-1] and name[:-1] not in {meant, meant[:-1]}


def _edits(name: str) -> set[str]:
    """Return every text that is one letter away, its first letter kept."""
    found: set[str] = set()
    for index in range(1, len(name) + 1):
        before, after = name[:index], name[index:]
        found |= {before + letter + after for letter in _LETTERS}
        found |= {before + letter + after[1:] for letter in _LETTERS}
        found.add(before + after[1:])
        found.add(before + after[1:2] + after[:1] + after[2:])
    return found
