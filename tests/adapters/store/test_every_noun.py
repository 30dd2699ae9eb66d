"""Every store whose records have edges takes part when the graph is made again or checked."""

from __future__ import annotations

import inspect
import re
from functools import cached_property
from pathlib import Path

import roadworthy.runtime
from roadworthy.runtime.graph import nouns
from roadworthy.runtime.workspace import Workspace

RUNTIME = Path(roadworthy.runtime.__file__).parent
SAYING_NOTHING = {"inputs", "key_transitions", "receipts", "refusals"}
"""Stores of a workspace whose records are no part of the graph."""


def test_every_store_of_a_workspace_is_in_the_graph_or_is_known_to_say_nothing():
    stores = {
        name
        for name, found in ((name, inspect.getattr_static(Workspace, name)) for name in dir(Workspace))
        if isinstance(found, cached_property)
        and re.search("(Sqlite|Ledger)(Records|Evidence)", str(found.func.__annotations__))
    }

    assert stores - SAYING_NOTHING == set(nouns.STORES)


def test_every_other_store_that_names_edges_is_known_to_the_graph():
    of_workspaces = {base.__module__ for base in Workspace.__mro__}
    known = Path(nouns.__file__).read_text(encoding="utf-8")
    for path in RUNTIME.rglob("*.py"):
        module = ".".join(("roadworthy.runtime", *path.relative_to(RUNTIME).with_suffix("").parts))
        if "edges_of=" in path.read_text(encoding="utf-8") and module not in of_workspaces:
            assert f"from {module} import" in known, module
