"""How much is retrieved, from where, and whether its source is kept."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.inventory.model import FileComponent
from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import Repository, SourceFile
from roadworthy.lint.python_code import Function, called, functions_of, keyword, mentions, names_in, parameters
from roadworthy.lint.retrieval.calls import queries_in
from roadworthy.lint.settings import settings_in

_COUNTS = ("k", "top_k", "n_results", "similarity_top_k", "limit", "fetch_k")
_COUNT_SETTINGS = ("top_k", "similarity_top_k", "n_results", "num_passages", "max_passages", "max_chunks", "retrieve_k")
_LOADERS = frozenset({"WebBaseLoader", "SimpleWebPageReader", "UnstructuredURLLoader", "AsyncHtmlLoader",
                      "PlaywrightURLLoader", "RecursiveUrlLoader", "SeleniumURLLoader", "TrafilaturaWebReader",
                      "BeautifulSoupWebReader", "AsyncChromiumLoader", "FireCrawlLoader"})  # fmt: skip
_SOURCES = (".metadata", "metadata[", "source_nodes", "get_score", "citation", "source_documents")


def too_many(file: SourceFile, settings: Mapping[str, Any]) -> Iterable[Hit]:
    """Find questions that bring back more passages than anybody reads, or as many as the caller likes."""
    most = int(settings["most"])
    for query in queries_in(file.text) if FileKind.PYTHON in file.kinds else ():
        for name, value in _counts(query.call):
            if isinstance(value, ast.Constant) and type(value.value) is int and value.value > most:
                yield _count_hit(name, value.value, line=query.call.lineno, owner=query.function.name)
    if FileKind.PYTHON not in file.kinds:
        for setting in settings_in(file, *_COUNT_SETTINGS):
            if type(setting.value) is int and (setting.value > most or setting.value < 1):
                yield _count_hit(setting.key, setting.value, line=setting.line, owner=setting.owner)


def _counts(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    for one in call.keywords:
        if one.arg in _COUNTS:
            yield str(one.arg), one.value
        if one.arg == "search_kwargs" and isinstance(one.value, ast.Dict):
            for key, value in zip(one.value.keys, one.value.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in _COUNTS:
                    yield str(key.value), value


def _count_hit(name: str, value: int, *, line: int, owner: str) -> Hit:
    return Hit(line=line, said=f"`{name}` is {value}, which bounds nothing", subject=f"{owner}.{name}")


def web_loader(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find pages that are loaded from whatever address a caller passes, with nothing that looks at it."""
    if not mentions(file.text, *_LOADERS):
        return
    for function in functions_of(file.text):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and called(node) in _LOADERS:
                passed = [*node.args[:1], keyword(node, "urls", "web_path", "web_paths", "url")]
                read = {name for one in passed if one is not None for name in names_in(one)}
                given = sorted(read & {one.arg for one in parameters(function)})
                if given and not _is_looked_at(function, given[0]):
                    said = f"{function.name!r} loads any page whose address is passed as {given[0]!r}"
                    yield Hit(line=node.lineno, said=said, subject=function.name)


def _is_looked_at(function: Function, name: str) -> bool:
    for node in ast.walk(function):
        match node:
            case ast.Compare() if name in names_in(node):
                return True
            case ast.Call(args=args) if called(node) not in _LOADERS and not _is_plain(node):
                if any(isinstance(one, ast.Name) and one.id == name for one in args):
                    return True
    return False


def _is_plain(call: ast.Call) -> bool:
    return called(call) in {"print", "info", "debug", "str", "list"}


def source_dropped(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find passages of which only the text goes on, so that nobody can tell where an answer came from."""
    if mentions(file.text, *_SOURCES) or not mentions(file.text, ".page_content"):
        return
    for function in functions_of(file.text):
        for node in ast.walk(function):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join"), args=[
                    ast.GeneratorExp(elt=ast.Attribute(attr="page_content"))
                    | ast.ListComp(elt=ast.Attribute(attr="page_content"))
                ]):  # fmt: skip
                    said = f"{function.name!r} joins passages and drops where they came from"
                    yield Hit(line=node.lineno, said=said, subject=function.name)


def untrusted_index(repository: Repository, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find indexes that strangers write into and that nothing screens."""
    manifest = repository.manifest
    components = manifest.components if manifest is not None else ()
    if any(component.type == "guard_policy" for component in components):
        return
    place = next((file.path for file in repository.of_kind(FileKind.MANIFEST)), "")
    for index, component in enumerate(components):
        if isinstance(component, FileComponent) and component.type == "index" and component.trusted is False:
            said = f"strangers can write into the index {component.key!r}, and no guard policy screens it"
            line = repository.manifest_line(("components", index))
            yield Hit(line=line, said=said, subject=component.key, path=place)
