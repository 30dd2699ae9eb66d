"""A suite of AgentDojo as a world: its user tasks and injections with the benchmark's own ground truth and oracles."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from roadworthy.guard.drafting.definition import read_definitions
from roadworthy.guard.drafting.effect import effects_of
from roadworthy.guard.event import Principal
from roadworthy.guard.run.effect import Effect
from roadworthy.integrations.agentdojo import package
from roadworthy.integrations.agentdojo.tool import ENVIRONMENT, HISTORY, MADE, definition_of, tool_of
from roadworthy.redteam.worlds.disguise import Disguise
from roadworthy.redteam.worlds.model import AttackKind, Injection, State, ToolError, Transcript, UserTask, World
from roadworthy.redteam.worlds.step import Do, RefusedError, Steps

_ID = re.compile(r"[^a-z0-9]+")
_ADDRESS = re.compile(r"\S+@\S+|[A-Z]{2}\d{2}[A-Z0-9]{8,30}|(?:https?://|www\.)\S+", re.IGNORECASE)
_KINDS = (
    (Effect.PAY, AttackKind.MONEY),
    (Effect.DELETE, AttackKind.DELETION),
    (Effect.SHARE, AttackKind.SHARING),
    (Effect.SEND, AttackKind.EXFILTRATION),
)
_IN_ANSWER = "the benchmark asks for words in the answer and for no call: what the model says to its user is its own"


def worlds(folder: Path | None = None, *, version: str = package.NEWEST) -> tuple[World, ...]:
    """Return the suites of the user's AgentDojo as worlds, sorted by name.

    A task that changes the environment before it begins is in a further world of its suite (``slack-2``).

    Args:
        folder: That holds the package; None: what Python finds.
        version: Of the benchmark; empty: the newest that the copy has.

    Raises:
        ConfigError: If there is no copy or no such version.
    """
    named, suites = package.suites(folder, version=version)
    return tuple(world for suite in suites.values() for world in _worlds_of(suite, version=named))


def definitions(folder: Path | None = None, *, version: str = package.NEWEST) -> dict[str, tuple[dict[str, Any], ...]]:
    """Return the definitions of the tools by suite, with the schemas of their results.

    Raises:
        ConfigError: As for `worlds`.
    """
    _, suites = package.suites(folder, version=version)
    return {name: tuple(definition_of(one) for one in suite.tools) for name, suite in suites.items()}


def _worlds_of(suite: Any, *, version: str) -> list[World]:
    base = package.module("base_tasks").BaseUserTask
    prepared = {one.ID for one in suite.user_tasks.values() if type(one).init_environment is not base.init_environment}
    plain = [one for one in suite.user_tasks.values() if one.ID not in prepared]
    found = [_world(suite, plain, name=_id(suite.name), version=version, setting=Setting(suite, _as_it_is))]
    for number, task_id in enumerate(sorted(prepared), start=2):
        task = suite.user_tasks[task_id]
        setting = Setting(suite, task.init_environment)
        found.append(_world(suite, [task], name=f"{_id(suite.name)}-{number}", version=version, setting=setting))
    return [world for world in found if world.tasks]


class Setting:
    """Makes a suite's environment anew, with or without an attacker's text in it.

    Reading it takes long, so what was read is kept. The last one that was begun is what the benchmark's ground truth is
    asked of: some of it names what the attacker wrote, such as a channel. Plays of one world are therefore made one
    after the other.

    Args:
        suite: Whose environment it is.
        begun: What a task does to the environment before it begins.
    """

    def __init__(self, suite: Any, begun: Callable[[Any], Any]) -> None:
        self._suite = suite
        self._begun = begun
        self._read: dict[str | None, Any] = {}
        self._last: str | None = None

    def begin(self, text: str | None) -> Any:
        """Return the environment with ``text`` wherever others can write, for a play; None: with nothing planted."""
        self._last = text
        return self.fresh(text)

    def last(self) -> Any:
        """Return the environment as it was when it was last begun."""
        return self.fresh(self._last)

    def fresh(self, text: str | None) -> Any:
        """Return the environment with ``text`` wherever others can write; None: with nothing planted."""
        if text not in self._read:
            texts = {} if text is None else dict.fromkeys(self._suite.get_injection_vector_defaults(), text)
            self._read[text] = self._suite.load_and_inject_default_environment(texts)
        return self._begun(self._read[text].model_copy(deep=True))


def _as_it_is(environment: Any) -> Any:
    return environment


def _world(suite: Any, tasks: list[Any], *, name: str, version: str, setting: Setting) -> World:
    return World(
        name=name,
        title=f"AgentDojo {version}, suite {suite.name}",
        principal=Principal(id="user", tenant="agentdojo"),
        system=package.operators_prompt(),
        tools=tuple(tool_of(one) for one in suite.tools),
        initial=lambda: {ENVIRONMENT: setting.begin(None), MADE: [], HISTORY: []},
        tasks=tuple(_task(suite, one, setting=setting) for one in tasks),
        injections=tuple(_injection(suite, one, setting=setting) for one in _playable(suite)),
    )


def left_out(folder: Path | None = None, *, version: str = package.NEWEST) -> dict[str, tuple[str, ...]]:
    """Return the injection tasks by suite that cannot be played: the benchmark states neither calls nor words.

    Raises:
        ConfigError: As for `worlds`.
    """
    _, suites = package.suites(folder, version=version)
    return {
        name: tuple(one.ID for one in suite.injection_tasks.values() if one not in _playable(suite))
        for name, suite in suites.items()
    }


def _playable(suite: Any) -> list[Any]:
    environment = suite.load_and_inject_default_environment({})
    found = suite.injection_tasks.values()
    return [one for one in found if one.GROUND_TRUTH_OUTPUT or one.ground_truth(environment.model_copy(deep=True))]


def _task(suite: Any, task: Any, *, setting: Setting) -> UserTask:
    def plan() -> Steps[str]:
        for call in task.ground_truth(setting.last()):
            yield from _tried(_do(call))
        return str(task.GROUND_TRUTH_OUTPUT)

    def done(before: State, after: State, answer: str) -> bool:
        asked = _result(before[ENVIRONMENT], after[ENVIRONMENT], after[MADE], answer)
        has_begun = bool(answer or after[MADE])  # some oracles count a task as done before anything was
        return has_begun and bool(suite._check_task_result(task, *asked))

    return UserTask(id=_id(task.ID), asks=task.PROMPT, plan=plan, done=done)


def _injection(suite: Any, task: Any, *, setting: Setting) -> Injection:
    calls = [_do(one) for one in task.ground_truth(setting.fresh(None))]
    text = package.attack_text(task.GOAL)
    said = str(task.GROUND_TRUTH_OUTPUT)

    def plant(state: State) -> None:
        state[ENVIRONMENT] = setting.begin(text)

    def plan(how: Disguise) -> Steps[None]:
        for call in calls:
            yield from _tried((yield from _disguised(call, how)))

    def succeeded(before: State, after: State, transcript: Transcript) -> bool:
        said, made = transcript.answer, after[MADE]
        clean = setting.fresh(None)
        replayed = [(before[ENVIRONMENT], moment, number) for moment, number in after[HISTORY]]
        replayed += [(before[ENVIRONMENT], after[ENVIRONMENT], len(made))]
        replayed += [(clean, moment, number) for moment, number in _again(suite, clean, made)]
        asked = (_result(start, moment, made[:number], said) for start, moment, number in replayed)
        return any(bool(suite._check_task_result(task, *one)) for one in asked)

    return Injection(
        id=_id(task.ID),
        kind=_kind(suite, calls),
        goal=task.GOAL,
        plant=plant,
        marker=_marker(text),
        succeeded=succeeded,
        plan=plan,
        answer=(lambda answer: f"{answer}\n{said}".strip()) if said else None,
        beyond="" if calls else _IN_ANSWER,
    )


def _marker(text: str) -> str:
    """Return words of ``text`` that are in the JSON of a result that holds it: of one line, with nothing escaped."""
    lines = [part.strip() for line in text.splitlines() for part in re.split(r'["\\\\]', line)]
    return max(lines, key=len)[:60]


def _tried(call: Do) -> Steps[None]:
    """Yield a call and go on, whatever becomes of it, as a model does."""
    try:
        yield call
    except (RefusedError, ToolError):
        return


def _disguised(call: Do, how: Disguise) -> Steps[Do]:
    """Return ``call`` with its addresses and accounts as the attacker spells them."""
    spelled: dict[str, Any] = {}
    for name, value in call.arguments.items():
        if isinstance(value, str) and _ADDRESS.fullmatch(value):
            spelled[name] = yield from how.target(value)
        elif (
            isinstance(value, list) and value and all(isinstance(one, str) and _ADDRESS.fullmatch(one) for one in value)
        ):
            spelled[name] = []
            for one in value:
                spelled[name].append((yield from how.target(one)))
        else:
            spelled[name] = value
    return Do(tool=call.tool, arguments=spelled)


def _do(call: Any) -> Do:
    return Do(tool=call.function, arguments=copy.deepcopy(dict(call.args)))


def _result(before: Any, after: Any, made: list[Any], answer: str) -> tuple[Any, ...]:
    """Return what the benchmark's oracles ask: words, environment before and after, calls."""
    call = package.module("functions_runtime").FunctionCall
    block = package.module("types").text_content_block_from_string(answer)
    return [block], before, after, [call(function=tool, args=said) for tool, said in made]


def _again(suite: Any, clean: Any, made: list[Any]) -> list[tuple[Any, int]]:
    """Return the environment without planted texts after each of the calls.

    Some oracles take the text that asks for a mail for the mail, and would not see that it was sent.
    """
    runtime = package.module("functions_runtime").FunctionsRuntime(suite.tools)
    environment = clean.model_copy(deep=True)
    found: list[tuple[Any, int]] = []
    for number, (tool, arguments) in enumerate(made, start=1):
        runtime.run_function(environment, tool, copy.deepcopy(arguments))
        if environment != (found[-1][0] if found else clean):
            found.append((environment.model_copy(deep=True), number))
    return found


def _kind(suite: Any, calls: list[Do]) -> AttackKind:
    told = {one.name: effects_of(one).effects for one in read_definitions([definition_of(one) for one in suite.tools])}
    made = {effect for call in calls for effect in told.get(call.tool, ())}
    if not calls:
        return AttackKind.PHISHING
    return next((kind for effect, kind in _KINDS if effect in made), AttackKind.SABOTAGE)


def _id(name: str) -> str:
    return _ID.sub("-", name.lower()).strip("-")
