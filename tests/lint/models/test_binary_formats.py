"""Headers that lie are found; whatever the formats' own libraries write is not."""

import json
import struct

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from fakes.lint_rules import findings_of
from roadworthy.lint.models.format import Format, format_of


def onnx_model(*, location=None, domains=()):
    weights = onnx.numpy_helper.from_array(np.ones((40, 40), dtype=np.float32), "w")
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", ["x", "w"], ["y"])],
        "g",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, 40])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1, 40])],
        [weights],
    )
    sets = [onnx.helper.make_opsetid(domain, 1) for domain in ("", *domains)]
    model = onnx.helper.make_model(graph, opset_imports=sets)
    if location is not None:
        onnx.external_data_helper.set_external_data(model.graph.initializer[0], location=location)
    return model.SerializeToString()


@pytest.mark.parametrize("location", ["../weights", "/etc/passwd", "a/../../b", "C:\\weights", "~/weights"])
def test_a_tensor_outside_the_folder_is_found(location):
    found = findings_of("model/onnx-external-path", {"models/net.onnx": onnx_model(location=location)})

    assert len(found) == 1


def test_what_onnx_writes_is_left_alone():
    files = {"models/a.onnx": onnx_model(), "models/b.onnx": onnx_model(location="b.data"), "models/model.sig": "{}"}

    assert findings_of("model/*", files) == ()


def test_a_function_of_the_model_itself_needs_no_library():
    model = onnx.load_from_string(onnx_model(domains=("acme.ops",)))
    inner = onnx.helper.make_node("Identity", ["a"], ["b"])
    sets = [onnx.helper.make_opsetid("", 17)]
    model.functions.append(onnx.helper.make_function("acme.ops", "Same", ["a"], ["b"], [inner], sets))

    assert findings_of("model/onnx-custom-operator", {"models/net.onnx": model.SerializeToString()}) == ()
    assert len(findings_of("model/onnx-custom-operator", {"models/net.onnx": onnx_model(domains=("acme.ops",))})) == 1


@given(
    st.dictionaries(
        st.text("abc", min_size=1, max_size=3), st.lists(st.floats(width=32, allow_nan=False), max_size=5), max_size=4
    )
)
def test_what_safetensors_writes_is_left_alone(tensors):
    data = save({name: np.array(values, dtype=np.float32) for name, values in tensors.items()}, {"made": "here"})

    assert findings_of("model/safetensors-header", {"models/net.safetensors": data}) == ()


def safetensors(header, body):
    text = json.dumps(header).encode() if not isinstance(header, bytes) else header
    return struct.pack("<Q", len(text)) + text + body


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(safetensors({"a": {"data_offsets": [0, 8]}}, b"\0" * 4), id="behind the end"),
        pytest.param(
            safetensors({"a": {"data_offsets": [0, 4]}, "b": {"data_offsets": [2, 6]}}, b"\0" * 6), id="overlapping"
        ),
        pytest.param(safetensors({"a": {"data_offsets": [4, 8]}}, b"\0" * 8), id="a hole before"),
        pytest.param(safetensors({"a": {"data_offsets": [0, 4]}}, b"\0" * 8), id="bytes left over"),
        pytest.param(safetensors({"a": {"data_offsets": [4, 0]}}, b""), id="ends before it starts"),
        pytest.param(safetensors({"a": {}}, b""), id="no offsets"),
        pytest.param(safetensors(b'{"a":{"data_offsets":[0,0]},"a":{"data_offsets":[0,0]}}', b""), id="named twice"),
        pytest.param(safetensors(b"[" * 5000, b""), id="nested without end"),
        pytest.param(b"\xff" * 40, id="no header"),
        pytest.param(b"\x01", id="one byte"),
    ],
)
def test_a_header_that_cannot_be_right_is_found(data):
    assert len(findings_of("model/safetensors-header", {"models/net.safetensors": data})) == 1


def gguf_text(text):
    return struct.pack("<Q", len(text)) + text


def gguf(pairs, *, count=None):
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, len(pairs) if count is None else count)
    return head + b"".join(gguf_text(key) + value for key, value in pairs)


def gguf_texts(texts):
    return struct.pack("<IIQ", 9, 8, len(texts)) + b"".join(gguf_text(text) for text in texts)


def test_a_template_behind_a_large_vocabulary_is_read():
    words = gguf_texts([b"word%d" % number for number in range(200_000)])
    template = struct.pack("<I", 8) + gguf_text(b"{{ ''.__class__ }}")
    data = gguf([(b"tokenizer.ggml.tokens", words), (b"tokenizer.chat_template", template)])

    assert len(findings_of("model/template-code", {"models/net.gguf": data})) == 1
    assert findings_of("model/gguf-header", {"models/net.gguf": data}) == ()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(gguf([(b"a", struct.pack("<I", 99))]), id="a kind that there is not"),
        pytest.param(gguf([], count=1 << 60), id="more pairs than bytes"),
        pytest.param(gguf([(b"a", struct.pack("<IIQ", 9, 8, 1 << 40))]), id="an array longer than the file"),
        pytest.param(gguf([(b"a", struct.pack("<IIQ", 9, 4, 1 << 62))]), id="an array of numbers longer than the file"),
        pytest.param(
            gguf([(b"a", struct.pack("<I", 8) + struct.pack("<Q", 1 << 63))]), id="a text longer than the file"
        ),
    ],
)
def test_metadata_that_cannot_be_right_is_found(data):
    assert len(findings_of("model/gguf-header", {"models/net.gguf": data})) == 1


@settings(max_examples=150)
@given(
    data=st.binary(max_size=200), start=st.sampled_from([b"", b"GGUF\x03\x00\x00\x00", b"\x08\x08", b"\x3a\xff\x01"])
)
def test_no_bytes_make_the_readers_fail(data, start):
    for suffix in ("onnx", "gguf", "safetensors", "pb", "tflite"):
        found = findings_of("model/*", {f"models/net.{suffix}": start + data})

        assert all(one.severity for one in found)


@pytest.mark.parametrize(
    ("head", "suffix", "expected"),
    [
        (b"", "", Format.EMPTY),
        (b"\x80\x04\x95abc", ".safetensors", Format.PICKLE),
        (b"(dp0\n", ".pkl", Format.PICKLE),
        (b"(dp0\n", ".onnx", Format.UNKNOWN),
        (b"  <html>", ".bin", Format.HTML),
        (b"version https://git-lfs.github.com/spec/v1\n", ".gguf", Format.LFS_POINTER),
    ],
)
def test_a_format_is_told_by_its_first_bytes(head, suffix, expected):
    assert format_of(head, suffix=suffix) is expected
