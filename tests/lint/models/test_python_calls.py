"""Calls that load models unsafely are found, under whatever name they are imported; ordinary code is not."""

import pytest

from fakes.lint_rules import findings_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def rules_for(source):
    return {one.rule.removeprefix("model/") for one in findings_of("model/*", {"app/main.py": source})}


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("import torch\ntorch.load(f, weights_only=False)\n", "torch-load-open"),
        ("from torch import load\nload(f)\n", "torch-load-unsaid"),
        ("from pickle import loads as back\nback(data)\n", "pickle-load"),
        ("import cloudpickle\ncloudpickle.load(f)\n", "pickle-load"),
        ("import pandas as pd\npd.read_pickle('x')\n", "pickle-load"),
        ("from joblib import load\nload('x')\n", "joblib-load"),
        ("m = AutoModel.from_pretrained(name, trust_remote_code=True)\n", "remote-code-unpinned"),
        (f"m = AutoModel.from_pretrained(name, trust_remote_code=True, revision='{COMMIT}')\n", "remote-code"),
        ("import numpy\nnumpy.load('x', allow_pickle=True)\n", "allow-pickle"),
        ("from huggingface_hub import hf_hub_download\nhf_hub_download(repo_id='a/b', filename='c')\n", "unpinned-hub"),
        ("from yaml import load, Loader\nload(text, Loader)\n", "yaml-load"),
        (
            "import litellm, os\nr = litellm.completion(model='m')\nos.system(r.choices[0].message.content)\n",
            "reply-in-shell",
        ),
        (
            "import openai\ndef f(c):\n    a = c.chat.completions.create()\n    b = a.choices[0]\n    exec(b)\n",
            "reply-evaluated",
        ),
    ],
)
def test_an_unsafe_call_is_found(source, rule):
    assert rule in rules_for(source)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("import torch\ntorch.load(f, weights_only=True)\n", id="weights alone"),
        pytest.param("import torch\ntorch.load(f, **options)\n", id="options that are not seen"),
        pytest.param("import json\njson.load(f)\n", id="another load"),
        pytest.param("net.load(f)\n", id="a method of one's own"),
        pytest.param("m = AutoModel.from_pretrained(path)\n", id="a variable may be a folder"),
        pytest.param("m = AutoModel.from_pretrained('./models/net')\n", id="a folder"),
        pytest.param("m = AutoModel.from_pretrained('a/b', local_files_only=True)\n", id="local files"),
        pytest.param("m = AutoModel.from_pretrained('a/b', revision=REVISION)\n", id="a revision from elsewhere"),
        pytest.param("m = load(name, trust_remote_code=trusted)\n", id="not said here"),
        pytest.param("import yaml\nyaml.load(text, Loader=yaml.CSafeLoader)\n", id="a safe loader"),
        pytest.param("import yaml\nyaml.load(text, Loader=OurLoader)\n", id="a loader of one's own"),
        pytest.param("import openai\nmodel.eval()\npattern.exec('x')\n", id="methods called eval"),
        pytest.param("import openai\neval('1 + 1')\n", id="a text of one's own"),
        pytest.param(
            "import openai, json\nr = client.responses.create()\nexec(json.loads(r)['x'])\n", id="parsed data"
        ),
        pytest.param("import subprocess\nsubprocess.run(command, shell=True)\n", id="no model in sight"),
        pytest.param(
            "import openai, subprocess\nr = client.responses.create()\nsubprocess.run(['ls', r])\n", id="no shell"
        ),
        pytest.param("def broken(:\n    pickle.load(f)\n", id="does not parse"),
        pytest.param("# pickle.load(f) and torch.load(f)\n'pickle.load(f)'\n", id="only words"),
    ],
)
def test_ordinary_code_is_left_alone(source):
    assert rules_for(source) == set()


def test_a_reply_in_one_function_says_nothing_of_another():
    source = (
        "import openai\n\ndef ask(c):\n    r = c.responses.create()\n    return r.id\n\n"
        "def run(r):\n    return eval(r)\n"
    )

    assert rules_for(source) == set()


def test_a_finding_names_line_and_column():
    (found,) = findings_of("model/pickle-load", {"app/main.py": "import pickle\n\nnet = pickle.load(f)\n"})

    assert (found.line, found.column) == (3, 7)
