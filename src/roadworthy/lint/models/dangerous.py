"""Names that no model needs and that run code, open files or connect when a pickle calls them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from roadworthy.lint.models.pickle_walk import Import

Danger = Literal["runs_code", "carries_code", "nested"]

_MODULES_WORDS = """
    os posix nt posixpath ntpath subprocess _posixsubprocess sys socket _socket ssl pty shutil popen2
    importlib imp runpy zipimport pkgutil webbrowser code codeop ctypes _ctypes cffi multiprocessing signal
    asyncio pdb bdb timeit profile cProfile trace doctest pip pydoc ensurepip venv idlelib lib2to3 distutils
    marshal shelve sqlite3 tempfile urllib urllib2 urllib3 requests httpx aiohttp http httplib ftplib smtplib
    telnetlib poplib imaplib nntplib xmlrpc socketserver paramiko pexpect tkinter antigravity
    platform uuid threading _thread fcntl inspect
"""
_MODULES = frozenset(_MODULES_WORDS.split())
"""Top-level modules of which no function belongs into a model."""

_HARMLESS = frozenset({
    ("uuid", "UUID"), ("uuid", "SafeUUID"), ("threading", "RLock"), ("_thread", "RLock"), ("_thread", "allocate_lock"),
    ("inspect", "Signature"), ("inspect", "Parameter"), ("inspect", "_ParameterKind"), ("inspect", "_empty"),
    ("signal", "Signals"), ("http", "HTTPStatus"), ("platform", "uname_result"),
})  # fmt: skip
"""Values of those modules that are only data."""

_AS_ATTRIBUTES = frozenset({
    "os", "sys", "subprocess", "posix", "nt", "builtins", "importlib", "socket", "ctypes", "shutil", "runpy", "pty",
    "globals__", "builtins__", "subclasses__", "import__",
})  # fmt: skip
"""Reached through another module, such as ``random`` ``_os``; without leading underscores."""

_BUILTINS = frozenset({"builtins", "__builtin__", "__builtins__"})
_BUILTIN_NAMES = frozenset({
    "eval", "exec", "execfile", "compile", "open", "file", "__import__", "breakpoint", "input", "raw_input", "apply",
    "globals", "locals", "vars", "delattr", "setattr", "exit", "quit", "memoryview", "reload",
})  # fmt: skip

_NAMES_WORDS = """
    io.open _io.open io.FileIO _io.FileIO codecs.open operator.methodcaller operator.attrgetter
    _operator.methodcaller _operator.attrgetter types.CodeType types.FunctionType functools.reduce
    numpy.testing._private.utils.runstring numpy.testing._private.utils.run_string numpy.f2py.crackfortran.getlincoef
    torch.hub.load torch.hub.load_state_dict_from_url torch.utils.model_zoo.load_url
    torch.utils.cpp_extension.load torch.utils.cpp_extension.load_inline torch._dynamo.guards.GuardBuilder.get
    torch.fx.experimental.symbolic_shapes.ShapeEnv.evaluate_guards_expression
    torch.utils.data.datapipes.utils.decoder.basichandlers torch.utils.collect_env.run
    torch._inductor.codecache.compile_file torch.utils.bottleneck.__main__.run_prof
    pandas.eval pandas.core.computation.eval.eval logging.config.listen logging.FileHandler
    site.addsitedir cloudpickle.loads commands.getoutput commands.getstatusoutput
"""
_NAMES = frozenset(_NAMES_WORDS.split())

_NESTED = frozenset({
    "pickle.loads", "pickle.load", "_pickle.loads", "_pickle.load", "cPickle.loads", "cPickle.load", "pickle.Unpickler",
    "_pickle.Unpickler", "dill.loads", "dill.load", "dill._dill.loads", "joblib.load", "joblib.numpy_pickle.load",
    "torch.load", "torch.serialization.load", "torch.jit.load", "numpy.load", "pandas.read_pickle",
    "torch.storage._load_from_bytes",
})  # fmt: skip
_CARRIERS = ("cloudpickle.", "dill._dill.", "dill.", "joblib.externals.cloudpickle.")
_CARRIED = re.compile(
    r"(?:_?(?:create|make)_?(?:function|code|skel_func|empty_cell)|_builtin_type|_fill_function|subimport)$"
)
_HARMLESS_NESTED = frozenset({"torch.storage._load_from_bytes"})

_RAW = re.compile(
    rb"c(?P<m1>os|posix|nt|subprocess|builtins|__builtin__|runpy|pty|socket|importlib)\n(?P<n1>[A-Za-z_.]{1,40})\n"
    rb"|(?:\x8c.|X.{4})(?P<m2>os|posix|nt|subprocess|builtins|__builtin__|runpy|pty|socket|importlib)(?:\x94|[qr].{1,4}?)?"
    rb"(?:\x8c.|X.{4})(?P<n2>[A-Za-z_.]{1,40}?)(?:\x94|[qr].{1,4}?)?\x93",
    re.DOTALL,
)


def danger_of(found: Import) -> Danger | None:
    """Return what is dangerous about a name, or None.

    Deny lists cannot be complete, which is why every pickle is a finding of its own.

    Source:
        The names are functions of the standard library and of common packages that carry out what
        they are given; compare CWE-502 and MITRE ATLAS AML.T0011.000.

    >>> danger_of(Import(module="posix", name="system")), danger_of(Import(module="collections", name="OrderedDict"))
    ('runs_code', None)
    """
    top = found.module.partition(".")[0]
    full = str(found)
    if full in _NESTED:
        return None if full in _HARMLESS_NESTED else "nested"
    if full.startswith(_CARRIERS) and _CARRIED.search(found.name):
        return "carries_code"
    if found.module == "?" or found.name == "?" or (found.module == "copyreg" and found.name.startswith("extension")):
        return "carries_code"
    if (found.module, found.name) in _HARMLESS:
        return None
    if found.module in _BUILTINS:
        return _danger_of_builtin(found.name)
    # A dotted name walks on from the module: `collections` `abc.sys.modules` passes `sys`.
    passes = any(part.lstrip("_") in _AS_ATTRIBUTES for part in found.name.split("."))
    return "runs_code" if top in _MODULES or full in _NAMES or passes else None


def _danger_of_builtin(name: str) -> Danger | None:
    if name.partition(".")[0] in _BUILTIN_NAMES or "__" in name:
        return "runs_code"
    return "carries_code" if name == "getattr" else None


def raw_dangers(data: bytes) -> Iterable[Import]:
    r"""Yield dangerous names by the way in which pickles spell them, wherever they stand.

    For what follows raw arrays, where opcodes cannot be followed.

    >>> [str(found) for found in raw_dangers(b"...cposix\nsystem\n...")]
    ['posix.system']
    """
    for found in _RAW.finditer(data):
        module = found["m1"] or found["m2"]
        name = found["n1"] or found["n2"]
        named = Import(module=module.decode(), name=name.decode())
        if danger_of(named) == "runs_code":
            yield named
