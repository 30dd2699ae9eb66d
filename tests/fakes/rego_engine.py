"""An embedded Rego engine in a process of its own: it is native code, and what crashes there must not end the tests."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

_SCRIPT = """
import json, sys
from regopy import Interpreter
job = json.load(open(sys.argv[1]))
engine = Interpreter()
for number, source in enumerate(job["modules"]):
    engine.add_module(f"m{number}.rego", source)
engine.add_data(job["data"])
answers = []
for query, given in job["questions"]:
    if given is not None:
        engine.set_input(given["input"])
    found = str(engine.query(query))
    expressions = [] if found == "undefined" else json.loads(found).get("expressions", [])
    answers.append({"result": expressions[0]} if expressions else {})
json.dump(answers, open(sys.argv[2], "w"))
"""

TIMEOUT_S = 120


class EngineFailedError(Exception):
    """The engine crashed, refused a module, or took too long."""


def ask(modules, questions, *, data=None):
    """Return for each question ``{"result": …}``, or ``{}`` where the answer is undefined, as a server says it.

    A question is ``(query, input)``; an input of None leaves the input as it was, which is none at first.
    ``{"input": None}`` asks with null.
    """
    with tempfile.TemporaryDirectory() as folder:
        job, answers = Path(folder) / "job.json", Path(folder) / "answers.json"
        job.write_text(json.dumps({"modules": list(modules), "data": data or {}, "questions": list(questions)}))
        finished = subprocess.run(
            [sys.executable, "-c", _SCRIPT, str(job), str(answers)],
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
            env={"PATH": os.environ["PATH"]},
        )
        if finished.returncode != 0:
            raise EngineFailedError(f"rc {finished.returncode}: {finished.stderr.decode(errors='replace')[-2000:]}")
        return json.loads(answers.read_text())
