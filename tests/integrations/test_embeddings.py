"""Sentence encoders in numpy: the same vectors as worked out by hand, and nothing read that is not understood."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from fakes.tiny_encoder import expected_vector, weights, write_encoder
from roadworthy.adapters.encoders import with_encoder
from roadworthy.core.errors import ConfigError
from roadworthy.evals.model import ScorerSpec
from roadworthy.integrations.embeddings.encoder import SentenceEncoder, model_digest

TEXTS = ["Refunds are paid within 5 days.", "shops open", "unknown words here", "", "5 5 5 5 5 5 5 5 5 5 5"]
REAL = Path(__file__).resolve().parents[2] / "examples/support-desk/.model/all-MiniLM-L6-v2"


@pytest.fixture(scope="module")
def encoder(tmp_path_factory) -> SentenceEncoder:
    return SentenceEncoder(write_encoder(tmp_path_factory.mktemp("model") / "tiny"))


@pytest.mark.parametrize("pooling", ["mean_tokens", "cls_token"])
@pytest.mark.parametrize("activation", ["gelu", "relu"])
def test_vectors_equal_those_worked_out_number_by_number(tmp_path, pooling, activation):
    folder = write_encoder(tmp_path / "m", pooling=pooling, hidden_act=activation)

    found = SentenceEncoder(folder).encode(TEXTS)

    wanted = [expected_vector(text, pooling=pooling, activation=activation) for text in TEXTS]
    assert found.dtype == np.float32
    assert np.allclose(found, wanted, atol=2e-6)


@settings(max_examples=25)
@given(st.lists(st.sampled_from([*TEXTS, "are", "open shops open", "days " * 6]), min_size=1, max_size=12))
def test_a_text_has_the_same_vector_in_whatever_company(encoder, texts):
    found = encoder.encode(texts)

    assert np.allclose(found, [expected_vector(text) for text in texts], atol=2e-6)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_similarities_are_cosines_to_four_places(encoder):
    found = encoder.similarities(["shops open", "5 days"], ["shops open", "are paid", "."])

    one, other = expected_vector("shops open"), expected_vector("are paid")
    assert [len(row) for row in found] == [3, 3]
    assert found[0][0] == 1.0
    assert found[0][1] == pytest.approx(sum(a * b for a, b in zip(one, other, strict=True)), abs=1e-4)


def test_nothing_asked_is_nothing_answered(encoder):
    assert encoder.encode([]).shape == (0, 8)
    assert encoder.similarities([], ["a"]) == ()
    assert encoder.similarities(["a"], []) == ((),)


def test_threads_get_the_same_vectors(encoder):
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda i: encoder.encode([TEXTS[i % 5], f"days {i}"])[0], range(40)))

    assert all(np.allclose(one, expected_vector(TEXTS[i % 5]), atol=2e-6) for i, one in enumerate(found))


def test_a_huge_text_costs_no_more_than_its_beginning(encoder):
    assert np.allclose(encoder.encode(["days " * 400_000])[0], expected_vector("days " * 20), atol=2e-6)


def test_half_precision_and_a_prefix_are_read(tmp_path):
    tensors = {f"bert.{name}": tensor.astype(np.float16) for name, tensor in weights().items()}

    found = SentenceEncoder(write_encoder(tmp_path / "m", tensors=tensors)).encode(TEXTS)

    assert np.allclose(found, [expected_vector(text) for text in TEXTS], atol=0.02)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"model_type": "roberta"}, "architecture 'roberta', not 'bert'", id="another family"),
        pytest.param({"model_type": None}, "architecture 'None'", id="no family"),
        pytest.param({"position_embedding_type": "relative_key"}, "positions are 'relative_key'", id="positions"),
        pytest.param({"hidden_act": "silu"}, "activation 'silu'", id="activation"),
        pytest.param({"hidden_size": 10**9}, "`hidden_size` is '1000000000'", id="huge"),
        pytest.param({"num_attention_heads": 3}, "no multiple", id="heads"),
        pytest.param({"num_hidden_layers": 3}, "'encoder.layer.2.attention.self.query.weight' is missing", id="layers"),
        pytest.param({"num_hidden_layers": True}, "`num_hidden_layers` is 'True'", id="a switch for a number"),
        pytest.param({"intermediate_size": 13}, "not numbers of shape", id="shape"),
        pytest.param({"vocab_size": 5}, "the tokenizer has 14 tokens and the model 5", id="vocabulary"),
        pytest.param({"layer_norm_eps": "x"}, "`layer_norm_eps`", id="epsilon"),
        pytest.param({"pooling": "max_tokens"}, "the pooling max_tokens", id="pooling"),
        pytest.param({"longest": 1}, "`max_seq_length`", id="length"),
    ],
)
def test_what_is_not_built_here_is_refused_by_name(tmp_path, changes, problem):
    folder = write_encoder(tmp_path / "m", **changes)

    with pytest.raises(ConfigError, match=problem) as caught:
        SentenceEncoder(folder)

    assert caught.value.fix


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("config.json", b"{", "no JSON"),
        ("config.json", b"[" * 100_000, "no JSON"),
        ("config.json", b"[]", "no JSON object"),
        ("1_Pooling/config.json", b"{}", "the pooling of nothing"),
        ("modules.json", b'[{"type": "sentence_transformers.models.Dense"}]', "the step 'Dense'"),
        ("modules.json", b"7", "no list of steps"),
        ("tokenizer.json", b"{}", "the tokenizer does not read"),
        ("tokenizer.json", b"\xff", "the tokenizer does not read"),
        ("model.safetensors", b"", "the weights do not read"),
        ("model.safetensors", b"\xff" * 100, "the weights do not read"),
        ("model.safetensors", save({"x": np.zeros(1, np.float32)}), "'embeddings.word_embeddings.weight' is missing"),
        (
            "model.safetensors",
            save(weights() | {"embeddings.LayerNorm.bias": np.full(8, np.nan, np.float32)}),
            "not finite",
        ),
    ],
)
def test_a_damaged_file_is_named(tmp_path, name, content, problem):
    folder = write_encoder(tmp_path / "m")
    (folder / name).write_bytes(content)

    with pytest.raises(ConfigError, match=problem) as caught:
        SentenceEncoder(folder)

    assert name in caught.value.where


def test_a_folder_that_is_none_names_the_extra(tmp_path):
    with pytest.raises(ConfigError, match="there is no such folder") as caught:
        SentenceEncoder(tmp_path / "nowhere")

    assert "`embeddings`" in caught.value.fix


def test_the_digest_is_over_the_files_that_decide_and_no_others(tmp_path):
    folder, other = write_encoder(tmp_path / "a"), write_encoder(tmp_path / "b", seed=8)
    first = model_digest(folder)
    (folder / "README.md").write_text("hello")
    spec = with_encoder(
        ScorerSpec(kind="grounding_embedding", options={"model": "a"}), root=tmp_path, where="task.yaml"
    )

    assert model_digest(folder) == first == SentenceEncoder(folder).digest == spec.options["digest"]
    assert model_digest(other) != first
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 9}')
    assert model_digest(folder) != first


def test_without_the_extra_one_message_names_it(tmp_path):
    folder = write_encoder(tmp_path / "m")
    # A package of that name that cannot be imported stands before the installed one.
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden/tokenizers.py").write_text("raise ModuleNotFoundError('gone', name='tokenizers')")
    code = (
        "import sys\nfrom pathlib import Path\nfrom roadworthy.integrations.embeddings.encoder import SentenceEncoder\n"
        "from roadworthy.core.errors import ConfigError\n"
        "try:\n    SentenceEncoder(Path(sys.argv[1]))\n"
        "except ConfigError as fault:\n    print(fault.problem, fault.fix)"
    )
    environ = {**os.environ, "PYTHONPATH": str(tmp_path / "hidden")}

    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], check=True, capture_output=True, text=True, env=environ
    )

    assert "tokenizers is not installed" in done.stdout
    assert "pip install 'roadworthy[embeddings]'" in done.stdout


@pytest.mark.model
def test_the_published_model_gives_its_published_similarities():
    if not REAL.is_dir():
        pytest.skip("fetch it: examples/support-desk/model/fetch_encoder.py")

    found = SentenceEncoder(REAL).similarities(
        ["That is a happy person"], ["That is a happy dog", "That is a very happy person", "Today is a sunny day"]
    )

    assert found[0] == pytest.approx((0.695, 0.943, 0.257), abs=0.001)
