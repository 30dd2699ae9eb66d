"""Models that nobody vouches for are told of, each folder once; what the manifest says is held against the files."""

import hashlib

from fakes.lint_rules import findings_of

HEAD = (
    "schema: roadworthy/manifest/v1\n"
    "system: {key: desk, name: Desk, version: 1.0.0, purpose: Answers questions.}\n"
    "components:\n"
)
GGUF = b"GGUF" + b"\x03\0\0\0" + b"\0" * 16


def manifest(*components):
    return HEAD + "".join(f"  - {one}\n" for one in components)


def test_unsigned_shards_are_one_finding():
    found = findings_of("model/unsigned", {f"models/net-{n}.gguf": GGUF for n in range(5)})

    assert [one.said for one in found] == ["no signature lies beside the model and 4 others in its folder"]


def test_models_that_tests_keep_need_no_signature():
    assert findings_of("model/unsigned", {"tests/data/net.gguf": GGUF}) == ()


def test_a_changed_byte_is_found_and_the_reviewed_file_is_not():
    digest = hashlib.sha256(GGUF).hexdigest()
    text = manifest(f'{{type: model, key: net, path: models/net.gguf, digest: "sha256:{digest}"}}')

    assert findings_of("model/digest-differs", {"roadworthy.yaml": text, "models/net.gguf": GGUF}) == ()
    (found,) = findings_of("model/digest-differs", {"roadworthy.yaml": text, "models/net.gguf": GGUF + b"\0"})
    assert found.path == "models/net.gguf"


def test_without_a_manifest_nothing_is_undeclared():
    assert findings_of("model/undeclared", {"models/net.gguf": GGUF}) == ()


def test_a_finding_on_the_manifest_points_at_the_component():
    text = manifest("{type: prompt, key: persona, path: prompts}", "{type: model, key: net, path: models/net.gguf}")

    (found,) = findings_of("model/no-digest", {"roadworthy.yaml": text})

    assert (found.path, found.line) == ("roadworthy.yaml", 5)
