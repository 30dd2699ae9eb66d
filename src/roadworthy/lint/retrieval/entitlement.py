"""Whose passages a question may find, and when that is asked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.python_code import Function, called, dotted, functions_of, keyword, mentions, names_in
from roadworthy.lint.retrieval.calls import named_parameters, queries_in

_WHOSE = re.compile(
    r"(?i)(?:^|_)(?:tenant|org|organi[sz]ation|workspace|customer|account|user|principal)(?:_?(?:id|name|key))?$"
)
_METADATA = re.compile(
    r"(?i)tenant|acl|owner|org|allowed|permission|access|entitle|customer|account|user|group|role|classification"
)
_LOOKUPS = frozenset({"get_collection", "get_or_create_collection", "Collection", "use_collection", "Index",
                      "get_index", "from_existing_index", "from_existing_collection"})  # fmt: skip
_COLLECTION_WORDS = ("collection_name", "index_name", "name", "namespace", "class_name")
_REQUESTS = re.compile(
    r"(?:flask\.)?(?:request|req)\.(?:args|form|json|query_params|values|headers|get_json|path_params)"
)


def unfiltered(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find functions that know whose question it is, and ask the index of everybody."""
    for query in queries_in(file.text):
        whose = named_parameters(query.function, _WHOSE)
        if (
            whose
            and not query.is_filtered
            and not (set(whose) & names_in(query.call))
            and not _chosen(query.function, whose)
        ):
            said = f"{query.function.name!r} is asked for {whose[0]!r} and searches the passages of everybody"
            yield Hit(line=query.call.lineno, said=said, subject=query.function.name)


def _chosen(function: Function, whose: tuple[str, ...]) -> bool:
    """Return whether the store itself is chosen by whose question it is: an index or collection of one's own."""
    for node in ast.walk(function):
        match node:
            case ast.Call() | ast.Subscript() if set(whose) & names_in(node):
                name = called(node) if isinstance(node, ast.Call) else dotted(node.value)
                if re.search(r"(?i)store|index|collection|retriever|client|namespace|filter|tenant", name):
                    return True
    return False


def filtered_after(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find passages that are searched among everybody's and sorted out afterwards."""
    done: set[int] = set()
    for query in queries_in(file.text):
        if query.is_filtered or query.call.lineno in done:
            continue
        for node in ast.walk(query.function):
            tests = node.ifs if isinstance(node, ast.comprehension) else [node.test] if isinstance(node, ast.If) else []
            if any(_asks_whose(test) for test in tests):
                done.add(query.call.lineno)
                said = f"{query.function.name!r} finds everybody's passages first and drops those of others afterwards"
                yield Hit(line=query.call.lineno, said=said, subject=query.function.name)
                break


def _asks_whose(test: ast.expr) -> bool:
    """Return whether a condition compares an entitlement in a passage's metadata."""
    for node in ast.walk(test):
        match node:
            case ast.Subscript(value=ast.Attribute(attr="metadata" | "payload"), slice=ast.Constant(value=str(key))):
                return _METADATA.search(key) is not None
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="metadata" | "payload"), attr="get"),
                args=[ast.Constant(value=str(key)), *_],
            ):
                return _METADATA.search(key) is not None
    return False


def chosen_by_caller(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find collections whose name comes straight out of a request."""
    if _REQUESTS.search(file.text) is None:
        return
    for function in functions_of(file.text):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and called(node) in _LOOKUPS | {"query", "similarity_search"}:
                named = keyword(node, *_COLLECTION_WORDS)
                first = node.args[0] if node.args and called(node) in _LOOKUPS else None
                if any(_from_request(one) for one in (named, first) if one is not None):
                    said = f"{function.name!r} opens whichever collection the caller names"
                    yield Hit(line=node.lineno, said=said, subject=function.name)


def _from_request(node: ast.expr) -> bool:
    return any(isinstance(one, ast.Attribute) and _REQUESTS.match(dotted(one)) is not None for one in ast.walk(node))


def filter_from_text(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find filters and SQL over vectors that are put together from text: who writes the text writes the filter."""
    is_milvus = mentions(file.text, "pymilvus", "Milvus")
    if not is_milvus and not mentions(file.text, "<->", "<=>", "<#>"):
        return
    for function in functions_of(file.text):
        for node in ast.walk(function):
            if not isinstance(node, ast.Call):
                continue
            is_sql = called(node) in {"execute", "fetch", "fetchall", "executemany", "raw"}
            if not is_sql and not is_milvus:
                continue
            what = node.args[0] if is_sql and node.args else keyword(node, "expr", "filter")
            if isinstance(what, ast.JoinedStr) and _is_filter(what, is_sql=is_sql):
                said = f"{function.name!r} puts a filter together from text"
                yield Hit(line=node.lineno, said=said, subject=function.name)


def _is_filter(text: ast.JoinedStr, *, is_sql: bool) -> bool:
    said = "".join(part.value for part in text.values if isinstance(part, ast.Constant) and isinstance(part.value, str))
    filled = any(isinstance(part, ast.FormattedValue) for part in text.values)
    return filled and (any(operator in said for operator in ("<->", "<=>", "<#>")) if is_sql else "==" in said)
