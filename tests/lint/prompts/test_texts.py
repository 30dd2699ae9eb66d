"""Prompts are found wherever source and files hold them, with the places that are filled in."""

import pytest

from roadworthy.adapters.lint.memory import repository_of
from roadworthy.lint.model import FileKind
from roadworthy.lint.prompts.slots import is_fenced
from roadworthy.lint.prompts.texts import prompts_of

LONG = "You are a help desk assistant of a shop that sells lamps."


def prompts(source, path="app/chat.py"):
    return prompts_of(repository_of({path: source}).files[path])


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f'SYSTEM_PROMPT = "{LONG}"', id="constant"),
        pytest.param(f'x = [{{"role": "system", "content": "{LONG}"}}]', id="message"),
        pytest.param(f'agent(instructions="{LONG}")', id="argument"),
        pytest.param(f'm = [("system", "{LONG}")]', id="pair"),
        pytest.param(f'm = SystemMessage(content="{LONG}")', id="class"),
        pytest.param(f'self.persona = dedent("""\n{LONG}\n""")', id="dedented attribute"),
        pytest.param(f'def f():\n    return "{LONG}"', id="returned"),
    ],
)
def test_a_system_prompt_is_found_in_source_however_it_is_given(source):
    (found,) = prompts(source)

    assert LONG in found.text
    assert found.is_system


@pytest.mark.parametrize(
    "source",
    [
        pytest.param('NAME = "You and I"', id="no prompt"),
        pytest.param('"""You may use this module."""\nx = 1', id="docstring"),
        pytest.param('print("You are here")', id="printed"),
        pytest.param("SYSTEM_PROMPT = load()", id="loaded"),
        pytest.param("SYSTEM_PROMPT = (", id="broken"),
    ],
)
def test_other_text_is_no_prompt(source):
    assert prompts(source) == ()


@pytest.mark.parametrize(
    ("source", "names"),
    [
        pytest.param(f'p = f"{LONG} {{user.question}}"', ["question"], id="f-string"),
        pytest.param(f'p = "{LONG} " + query', ["query"], id="sum"),
        pytest.param(f'p = "{LONG} " + "\\n".join(docs)', ["docs"], id="joined"),
        pytest.param(f'p = "{LONG} " + "\\n".join(d.text for d in passages)', ["passages"], id="generator"),
        pytest.param(f'p = "{LONG} {{question}}".format(question=q)', ["question"], id="format"),
        pytest.param(f"p = f\"{LONG} {{state['documents']}}\"", ["documents"], id="key"),
    ],
)
def test_the_places_that_are_filled_in_are_known_by_name(source, names):
    (found,) = prompts(source)

    assert [slot.name for slot in found.slots] == names


def test_a_place_in_a_constant_over_several_lines_is_found_on_its_line():
    (found,) = prompts(f'\nPROMPT = """{LONG}\nAnswer {{question}}\n"""')
    (slot,) = found.slots

    assert found.place(slot.start) == (3, 8)


@pytest.mark.parametrize(
    ("text", "fenced"),
    [
        ("<doc>\n{context}\n</doc>", True),
        ("```\n{context}\n```", True),
        ('"""{context}"""', True),
        ("<docs>{% for d in docs %}{{ d.content }}{% endfor %}</docs>", True),
        ("Context: {context}", False),
        ("<doc>{context}", False),
        ("{context}</doc>", False),
        ("'{context}'", False),
    ],
)
def test_marks_count_only_on_both_sides(text, fenced):
    (found,) = prompts(text, "app/prompts/a.txt")

    assert is_fenced(found, found.slots[0]) is fenced


def test_python_with_prompts_is_both_kinds_and_other_python_is_one():
    files = repository_of({"a.py": f'P = "{LONG}"', "b.py": "x = 1"}).files

    assert files["a.py"].kinds == {FileKind.PYTHON, FileKind.PROMPT}
    assert files["b.py"].kinds == {FileKind.PYTHON}


@pytest.mark.parametrize(
    ("source", "count"),
    [
        pytest.param(
            'TEMPLATE = "Use the following pieces of context to answer. {context}"', 1, id="speaks to a model"
        ),
        pytest.param('DOC_TEMPLATE = r"\\documentclass{article} {document} ' + "x" * 80 + '"', 0, id="a document"),
    ],
)
def test_a_template_is_a_prompt_only_if_it_speaks_to_a_model(source, count):
    assert len(prompts(source)) == count
