"""What unpickling would run is found without unpickling, wherever it hides."""

import bz2
import gzip
import io
import os
import pickle
import pickletools
import struct
import zipfile
import zlib

import joblib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.lint_rules import findings_of
from roadworthy.lint.models.dangerous import danger_of
from roadworthy.lint.models.pickle_walk import Import, walk_pickle

ran = []


def note(what):
    ran.append(what)


class RunsCommand:
    def __reduce__(self):
        return (os.system, ("true",))


class Evaluates:
    def __reduce__(self):
        return (eval, ("1",))


class RunsNote:
    def __reduce__(self):
        return (note, ("unpickled",))


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.binary(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4) | st.tuples(inner)
    ),
    max_leaves=12,
)


def dangers(data, **options):
    return {danger_of(found) for found in walk_pickle(data, **options).imports} - {None}


@given(
    before=plain,
    after=plain,
    protocol=st.integers(0, pickle.HIGHEST_PROTOCOL),
    bad=st.sampled_from([RunsCommand, Evaluates]),
)
def test_a_call_is_found_among_any_values_in_every_protocol(before, after, protocol, bad):
    data = pickle.dumps([before, bad(), after], protocol)

    assert dangers(data) == {"runs_code"}


@given(value=plain, protocol=st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_plain_values_are_dangerous_in_no_protocol(value, protocol):
    data = pickle.dumps(value, protocol)

    walk = walk_pickle(data)

    assert dangers(data) == set()
    assert (walk.broken, walk.cut_off, walk.pickles) == (False, False, 1)


@given(value=plain, protocol=st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_what_is_imported_stays_the_same_when_pickletools_rewrites_the_memo(value, protocol):
    data = pickle.dumps([value, RunsCommand(), value], protocol)

    assert walk_pickle(pickletools.optimize(data)).imports == walk_pickle(data).imports


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_no_bytes_make_the_walk_fail(data):
    walk = walk_pickle(data)

    assert walk.pickles >= 0


@given(cut=st.integers(1, 40))
def test_what_stands_before_the_break_is_found(cut):
    data = b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x02id\x85R" + b"\xff" * cut

    walk = walk_pickle(data)

    assert walk.broken
    assert [str(found) for found in walk.imports] == ["posix.system"]


def test_nothing_is_unpickled_while_it_is_looked_at():
    ran.clear()
    data = pickle.dumps(RunsNote())

    findings_of("model/*", {"models/net.pkl": data})

    assert ran == []


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x80\x04\x8c\x05posix\x94\x8c\x06system\x94\x93.", id="on the stack"),
        pytest.param(b"\x80\x04\x8c\x06system\x940\x8c\x05posixh\x00\x93.", id="from the memo"),
        pytest.param(b"\x80\x04X\x05\x00\x00\x00posixX\x06\x00\x00\x00system\x93.", id="long texts"),
        pytest.param(b"(iposix\nsystem\n.", id="as an instance"),
        pytest.param(b"\x80\x04\x8c\x05posix2\x93.", id="twice the same name"),
        pytest.param(b"\x80\x04cos\nsystem\n0crandom\n_os.system\n.", id="through another module"),
        pytest.param(
            b"\x80\x04cbuiltins\ngetattr\n(crandom\n_os\nX\x06\x00\x00\x00systemtR.", id="by getattr on a module"
        ),
        pytest.param(b"N." + b"cposix\nsystem\n.", id="in the second pickle"),
    ],
)
def test_a_command_is_found_however_it_is_named(data):
    assert "runs_code" in dangers(data)


def test_a_name_that_is_computed_counts_as_code():
    assert dangers(b"\x80\x04N\x8c\x06system\x93.") == {"carries_code"}


def test_an_unfinished_pickle_is_cut_off_and_not_broken_where_more_would_follow():
    data = pickle.dumps(list(range(1000)))[:500]

    assert walk_pickle(data, whole=False).cut_off
    assert walk_pickle(data).broken


HARMLESS = """
    collections.OrderedDict torch._utils._rebuild_tensor_v2 torch.storage._load_from_bytes numpy.dtype numpy.trace
    numpy.core.multiarray._reconstruct sklearn.tree._tree.Tree _codecs.encode datetime.datetime functools.partial
    pathlib.PosixPath builtins.set uuid.UUID copyreg._reconstructor
"""


@pytest.mark.parametrize("name", HARMLESS.split())
def test_what_frameworks_pickle_is_not_dangerous(name):
    module, _, attribute = name.rpartition(".")

    assert danger_of(Import(module=module, name=attribute)) is None


def zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def joblib_bytes(value, **options):
    stream = io.BytesIO()
    joblib.dump(value, stream, **options)
    return stream.getvalue()


def numpy_bytes(value):
    stream = io.BytesIO()
    np.save(stream, value, allow_pickle=True)
    return stream.getvalue()


ARRAYS = [np.arange(200.0), RunsCommand()]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        pytest.param("models/net.pkl", pickle.dumps(ARRAYS), id="a pickle"),
        pytest.param("models/net.pkl", gzip.compress(pickle.dumps(ARRAYS)), id="packed with gzip"),
        pytest.param("models/net.pkl", bz2.compress(pickle.dumps(ARRAYS)), id="packed with bzip2"),
        pytest.param("models/net.pkl", zlib.compress(pickle.dumps(ARRAYS)), id="packed with zlib"),
        pytest.param("models/net.joblib", joblib_bytes(ARRAYS), id="behind raw arrays of joblib"),
        pytest.param("models/net.joblib", joblib_bytes(ARRAYS, compress=3), id="packed by joblib"),
        pytest.param("models/net.npy", numpy_bytes(np.array([RunsCommand()], dtype=object)), id="an array of objects"),
        pytest.param(
            "models/net.npz",
            zipped({"a.npy": numpy_bytes(np.array([RunsCommand()], dtype=object))}),
            id="an array of objects in an archive",
        ),
        pytest.param("models/net.pt", zipped({"net/data.pkl": pickle.dumps(ARRAYS)}), id="an archive"),
        pytest.param(
            "models/pytorch_model.bin", zipped({"x/data.pkl": pickle.dumps(ARRAYS)}), id="weights without a say"
        ),
    ],
)
def test_a_call_is_found_however_the_model_is_packed(path, data):
    found = findings_of("model/pickle-runs-code", {path: data})

    assert [one.path for one in found] == [path]


@pytest.mark.parametrize("options", [{}, {"compress": 3}, {"compress": ("gzip", 3)}], ids=str)
def test_what_joblib_writes_of_arrays_is_neither_dangerous_nor_broken(options):
    data = joblib_bytes({"weights": np.arange(500.0), "name": "net"}, **options)

    found = findings_of("model/*", {"models/net.joblib": data, "models/net.joblib.sig": "{}"})

    assert [one.rule for one in found] == ["model/pickle"]


@settings(max_examples=60)
@given(
    data=st.binary(max_size=300), suffix=st.sampled_from(["pt", "pkl", "npz", "npy", "joblib", "bin", "keras", "h5"])
)
def test_no_file_makes_the_rules_fail(data, suffix):
    for start in (b"", b"PK\x03\x04", b"\x80\x04\x95", b"\x93NUMPY\x01\x00", b"\x1f\x8b\x08\x00"):
        found = findings_of("model/*", {f"models/net.{suffix}": start + data})

        assert all(one.said for one in found)


def test_an_archive_with_a_huge_directory_is_told_of_and_not_read():
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 9, 9, 40_000_000, 30, 0)

    (found,) = findings_of("model/pickle-unread", {"models/net.pt": b"PK\x03\x04" + b"\0" * 40_000_030 + end})

    assert "cannot be opened" in found.said


def test_a_model_that_unpacks_to_very_much_is_looked_at_in_bounded_memory():
    data = zipped({"net/data.pkl": pickle.dumps(b"\0" * 64)}) + zlib.compress(b"\0" * 1_000_000)
    bomb = gzip.compress(b"\x80\x04" + b"N0" * 30_000_000)

    found = findings_of("model/pickle-unread", {"models/net.pkl": bomb, "models/other.pt": data})

    assert [one.path for one in found] == ["models/net.pkl"]
