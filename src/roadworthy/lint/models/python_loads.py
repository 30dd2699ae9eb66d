"""Detectors of Python calls that load a model in a way that lets the model, or its host, run code."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.python_code import calls_of, dotted, keyword, mentions, nodes_of, says

_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(?:/[A-Za-z0-9][\w.-]{0,95})?")
_PICKLE_LOADS = frozenset({
    "pickle.load", "pickle.loads", "pickle.Unpickler", "_pickle.load", "_pickle.loads", "cPickle.load", "cPickle.loads",
    "dill.load", "dill.loads", "cloudpickle.load", "cloudpickle.loads", "pandas.read_pickle", "shelve.open",
    "jsonpickle.decode", "marshal.load", "marshal.loads",
})  # fmt: skip
_JOBLIB_LOADS = frozenset({"joblib.load", "sklearn.externals.joblib.load"})
_HUB_DOWNLOADS = frozenset({
    "huggingface_hub.hf_hub_download", "huggingface_hub.snapshot_download", "modelscope.snapshot_download",
})  # fmt: skip
_UNSAFE_YAML = frozenset({"yaml.unsafe_load", "yaml.unsafe_load_all", "yaml.full_load_all"})
_YAML_LOAD = frozenset({"yaml.load", "yaml.load_all"})

Question = Callable[[str, ast.Call], str]
"""What is wrong with a call, by its full name; empty where nothing is."""


@lru_cache(maxsize=8)
def aliases_of(text: str) -> Mapping[str, str]:
    """Return what the imported names of a module stand for.

    >>> sorted(aliases_of("import numpy as np; from torch import load as grab").items())
    [('grab', 'torch.load'), ('np', 'numpy')]
    """
    found: dict[str, str] = {}
    for node in nodes_of(text):
        if isinstance(node, ast.Import):
            found |= {name.asname: name.name for name in node.names if name.asname}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    return found


def full_name(call: ast.Call, text: str) -> str:
    """Return what is called by its full name, imports resolved; parts that are no names are ``?``."""
    first, dot, rest = dotted(call.func).partition(".")
    return f"{aliases_of(text).get(first, first)}{dot}{rest}"


def load_calls(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield calls about which the question named ``asks`` finds something wrong."""
    words, question = _QUESTIONS[str(parameters["asks"])]
    if not mentions(file.text, *words):
        return
    for call in calls_of(file.text):
        name = full_name(call, file.text)
        if said := question(name, call):
            yield Hit(line=call.lineno, column=call.col_offset + 1, said=said, subject=_subject(name, call))


def _subject(name: str, call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    argument = ast.unparse(first)[:60] if first is not None else ""
    return f"{name}({argument})"


def _torch_load_open(name: str, call: ast.Call) -> str:
    if name == "torch.load" and says(keyword(call, "weights_only"), False):
        return "torch.load with weights_only=False unpickles whatever the file holds"
    return ""


def _torch_load_unsaid(name: str, call: ast.Call) -> str:
    passes_on = any(one.arg is None for one in call.keywords)
    if name == "torch.load" and keyword(call, "weights_only") is None and not passes_on:
        return "torch.load does not say weights_only=True, and torch before 2.6 then unpickles whatever the file holds"
    return ""


def _pickle_load(name: str, call: ast.Call) -> str:
    # What was pickled in the same expression is no file of somebody's.
    copied = bool(call.args) and isinstance(call.args[0], ast.Call) and dotted(call.args[0].func).endswith("dumps")
    return f"{name} runs whatever code the data holds" if name in _PICKLE_LOADS and not copied else ""


def _joblib_load(name: str, call: ast.Call) -> str:
    return f"{name} unpickles, and so runs whatever code the file holds" if name in _JOBLIB_LOADS else ""


def _remote_code(name: str, call: ast.Call) -> str:
    if says(keyword(call, "trust_remote_code"), True) and _is_commit(keyword(call, "revision", "code_revision")):
        return f"{_short(name)} runs Python code from the model's repository"
    return ""


def _remote_code_unpinned(name: str, call: ast.Call) -> str:
    given = keyword(call, "revision", "code_revision")
    literal_or_absent = given is None or isinstance(given, ast.Constant)
    if says(keyword(call, "trust_remote_code"), True) and literal_or_absent and not _is_commit(given):
        return f"{_short(name)} runs whatever Python code the model's repository holds on the day"
    return ""


def _allow_pickle(name: str, call: ast.Call) -> str:
    if name.endswith((".load", ".read_array")) and says(keyword(call, "allow_pickle"), True):
        return f"{_short(name)} with allow_pickle=True runs whatever code the array holds"
    return ""


def _unpinned_hub(name: str, call: ast.Call) -> str:
    """Only where the model is named in the call: a variable may hold a local folder."""
    is_download = name in _HUB_DOWNLOADS
    if not (is_download or name.endswith((".from_pretrained", "hf_hub_download", "snapshot_download"))):
        return ""
    named = keyword(call, "repo_id", "pretrained_model_name_or_path") or (call.args[0] if call.args else None)
    hub_id = named.value if isinstance(named, ast.Constant) and isinstance(named.value, str) else ""
    local = says(keyword(call, "local_files_only"), True) or any(one.arg is None for one in call.keywords)
    if local or "/" not in hub_id or _HUB_ID.fullmatch(hub_id) is None or hub_id.startswith("."):
        return ""
    revision = keyword(call, "revision")
    if revision is None:
        return f"{_short(name)} takes {hub_id!r} as it is on the day: no revision is given"
    if isinstance(revision, ast.Constant) and not _is_commit(revision):
        return f"{_short(name)} takes {hub_id!r} at {str(revision.value)[:40]!r}, which its owner can move"
    return ""


def _yaml_load(name: str, call: ast.Call) -> str:
    if name in _UNSAFE_YAML:
        return f"{name} makes whatever Python objects the text names"
    if name not in _YAML_LOAD:
        return ""
    loader = keyword(call, "Loader") or (call.args[1] if len(call.args) > 1 else None)
    # A loader of one's own, or a variable, is not judged.
    last = dotted(loader).rpartition(".")[2] if loader is not None else ""
    if loader is None and any(one.arg is None for one in call.keywords):
        return ""
    if loader is None or last in {"Loader", "UnsafeLoader", "CLoader", "FullLoader", "CFullLoader"}:
        return f"{name} with {last or 'no loader'} makes Python objects that the text names"
    return ""


def _is_commit(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and _COMMIT.fullmatch(node.value) is not None


def _short(name: str) -> str:
    return ".".join(name.split(".")[-2:]).replace("?.", "")


_QUESTIONS: dict[str, tuple[tuple[str, ...], Question]] = {
    "torch_load_open": (("weights_only",), _torch_load_open),
    "torch_load_unsaid": (("torch",), _torch_load_unsaid),
    "pickle_load": (("pickle", "dill", "shelve", "marshal"), _pickle_load),
    "joblib_load": (("joblib",), _joblib_load),
    "remote_code": (("trust_remote_code",), _remote_code),
    "remote_code_unpinned": (("trust_remote_code",), _remote_code_unpinned),
    "allow_pickle": (("allow_pickle",), _allow_pickle),
    "unpinned_hub": (("from_pretrained", "hf_hub_download", "snapshot_download"), _unpinned_hub),
    "yaml_load": (("yaml",), _yaml_load),
}
