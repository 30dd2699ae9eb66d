"""Serves the language model in this process, on an address that only this machine reaches."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

CONTEXT_TOKENS = 4096
"""For all slots together: each of them gets an equal part."""

NUM_SLOTS = 2
MAX_THREADS = 4


def num_threads(num_cores: int | None) -> int:
    """Return how many threads compute: one core is left to everything else.

    The threads wait for each other at every step without sleeping, so one thread too
    many on a busy machine makes the whole several times slower than one too few.

    >>> num_threads(2), num_threads(16), num_threads(None)
    (1, 4, 1)
    """
    return min(max((num_cores or 1) - 1, 1), MAX_THREADS)


class ModelMissingError(Exception):
    """The model's file is not there."""


@dataclass(frozen=True, slots=True)
class ModelServer:
    """Where a model is served, and what to say to be let in."""

    url: str
    key: str
    server: object = None
    """The server when it runs in this process: it serves for as long as somebody holds it."""


def start_model_server(path: Path) -> ModelServer:
    """Load the model and serve it.

    Raises:
        ModelMissingError: If there is no such file.
    """
    if not path.is_file():
        raise ModelMissingError(f"the model {path.name} is not there; fetch it with `python model/fetch.py`")
    import xllamacpp

    key = secrets.token_urlsafe(24)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.ui = False
    params.n_gpu_layers = 0
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = NUM_SLOTS
    threads = num_threads(os.cpu_count())
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.verbosity = 0
    server = xllamacpp.Server(params)
    return ModelServer(url=server.listening_address, key=key, server=server)
