"""Write the reference pages that are made from code and data; with ``--check``, fail when one is stale."""

from __future__ import annotations

import argparse
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from enum import Enum
from itertools import pairwise
from pathlib import Path
from typing import Any

import typer

from roadworthy.adapters.catalogues import load_threats
from roadworthy.adapters.manifest.schema import manifest_json_schema
from roadworthy.adapters.packs import PackFolders, shipped_packs
from roadworthy.cli.app import command as command_line
from roadworthy.evals.scorers.registry import KINDS
from roadworthy.gates.wording import percent
from roadworthy.policy.frameworks.known import FRAMEWORKS
from roadworthy.policy.model import Area, Check, Control, EvidenceCheck, FactCheck, MeasureCheck, Rule, Tightening
from roadworthy.runtime.linting.page import lint_rules_page

REFERENCE = Path(__file__).parent / "reference"
NOTE = "<!-- Made by docs/generate.py; edit the source that it names, not this page. -->"
_MARKUP = str.maketrans({"|": "\\|", "\n": " ", "<": "&lt;", ">": "&gt;"})


def cell(text: object) -> str:
    """Return ``text`` for a cell of a table."""
    return re.sub(r"\s+", " ", str(text).translate(_MARKUP)).strip()


def code(text: object) -> str:
    """Return ``text`` as code for a cell of a table; inside code, only bars and line breaks matter."""
    plain = re.sub(r"\s+", " ", str(text)).strip().replace("|", "\\|")
    return f"`{plain}`"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Return a table, or nothing where there are no rows."""
    body = [f"| {' | '.join(row)} |" for row in rows]
    titles = list(head)
    return [f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}", *body, ""] if body else []


def prose(text: str) -> str:
    """Return a docstring's text as Markdown: double backticks and roles become single backticks."""
    return re.sub(r"``([^`]+)``", r"`\1`", inspect.cleandoc(text))


# --- commands


def cli_page() -> str:
    """Every command with its arguments and options, from the application itself."""
    lines = ["# Commands", "", NOTE, ""]
    lines += [
        "Results go to stdout, remarks for people to stderr. What the codes mean: [Exit codes](exit-codes.md).",
        "",
    ]
    commands = sorted(walk(command_line(), ("rw",)), key=lambda found: found[0])
    lines += table(("command", "does"), ((f"[`{' '.join(p)}`](#{anchor(p)})", cell(first(c))) for p, c in commands))
    for path, command in commands:
        lines += command_section(path, command)
    return page(lines)


def walk(command: Any, path: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], Any]]:
    """Yield every command that does something, with its path."""
    below: Mapping[str, Any] = getattr(command, "commands", {})
    if not below or (command.invoke_without_command and len(path) > 1):
        yield path, command
    for name, child in below.items():
        yield from walk(child, (*path, name))


def anchor(path: tuple[str, ...]) -> str:
    """Return the heading's anchor."""
    return "-".join(path)


def first(command: Any) -> str:
    """Return the command's help in one paragraph."""
    return inspect.cleandoc(command.help or "").split("\n\n")[0]


def command_section(path: tuple[str, ...], command: Any) -> list[str]:
    """Return the section of one command."""
    context = typer.Context(command, info_name=" ".join(path))
    parameters = [p for p in command.get_params(context) if p.name != "help"]
    arguments = [p for p in parameters if p.param_type_name == "argument"]
    options = [p for p in parameters if p.param_type_name == "option"]
    lines = [f"## `{' '.join(path)}`", "", prose(command.help or ""), ""]
    usage = " ".join([*path, *(["[OPTIONS]"] if options else []), *(metavar(a) for a in arguments)])
    lines += ["```", usage, "```", ""]
    lines += table(("argument", "meaning"), ((code(metavar(a)), cell(getattr(a, "help", "") or "")) for a in arguments))
    return lines + table(
        ("option", "meaning"),
        ((option_names(o), cell(o.help or "") + default(o) + (" Required." if o.required else "")) for o in options),
    )


def metavar(argument: Any) -> str:
    """Return an argument as usage shows it."""
    name = (argument.metavar or argument.name or "").upper()
    name = name if argument.nargs == 1 else f"{name}..."
    return name if argument.required else f"[{name}]"


def option_names(option: Any) -> str:
    """Return an option's names with the values that it takes."""
    return code(", ".join(option.opts) + ("" if option.is_flag else f" {value_name(option)}"))


def value_name(parameter: Any) -> str:
    """Return what a parameter takes, from its annotation."""
    kind = parameter.type_descriptor.annotation
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return "|".join(str(member.value) for member in kind)
    return {int: "NUMBER", float: "NUMBER", Path: "PATH"}.get(kind, "TEXT")


def default(option: Any) -> str:
    """Return the default, where there is one that says something."""
    value = option.default
    if option.is_flag or value is None or callable(value) or value == ():
        return ""
    return f" Default: {code(value.value if isinstance(value, Enum) else value)}."


# --- controls


def controls_page() -> str:
    """Every control of the base pack."""
    pack = PackFolders(Path()).load("base")
    rules = sum(len(control.rules) for control in pack.controls)
    lines = ["# Controls of the base pack", "", NOTE, ""]
    lines += [
        f"Pack `{pack.name}` {pack.version}, layer {pack.layer.value}, licence {pack.licence}: "
        f"{len(pack.controls)} controls with {rules} rules.",
        "",
        "Links say how a control relates to a requirement, seen as sets of duties. They are our reading; "
        "*proposed* means that nobody independent reviewed them. Nothing here says *compliant*.",
        "",
    ]
    lines += table(
        ("framework", "document", "edition"),
        ((code(key), cell(known.title), cell(known.edition)) for key, known in FRAMEWORKS.items()),
    )
    for area in Area:
        found = [control for control in pack.controls if control.area is area]
        if found:
            lines += [f"## {area.value.replace('_', ' ').capitalize()}", ""]
        for control in found:
            lines += control_section(control)
    return page(lines)


def overlays_page() -> str:
    """Every control of the packs that are laid over the base pack."""
    source = PackFolders(Path())
    packs = [source.load(name) for name in shipped_packs() if name != "base"]
    lines = ["# Overlays", "", NOTE, ""]
    lines += [
        "Packs for regions and sectors, laid over the [base pack](controls.md). `rw policy packs` says which suit a "
        "system; [Choose packs](../how-to/choose-packs.md) says how. They add controls and tighten rules, and never "
        "loosen one. Links are our reading of the documents and no legal advice.",
        "",
    ]
    for pack in sorted(packs, key=lambda pack: (pack.layer.rank, pack.name)):
        lines += [f"## `{pack.name}`", "", f"{pack.title}. Version {pack.version}, layer {pack.layer.value}.", ""]
        if pack.suits:
            lines += [f"Meant for systems of which this holds: `{' '.join(pack.suits.split())}`", ""]
        if pack.tighten:
            lines += table(("tightens", "to", "because"), (tightening_cells(change) for change in pack.tighten))
        for control in pack.controls:
            lines += control_section(control)
    return page(lines)


def tightening_cells(change: Tightening) -> tuple[str, str, str]:
    """Return the cells of one tightening."""
    said = (
        f"{field.name} {value}"
        for field in fields(change)
        if field.name not in ("rule", "reason") and (value := getattr(change, field.name)) is not None
    )
    return code(change.rule), cell(", ".join(said)), cell(change.reason)


def control_section(control: Control) -> list[str]:
    """Return the section of one control."""
    tiers = ", ".join(tier.value for tier in control.tiers)
    lines = [f"### `{control.id}`", "", f"**{control.title}.** {control.objective}", "", f"Why: {control.why}", ""]
    lines += [f"{control.type.capitalize()}, at {control.stage}; tiers {tiers}.", ""]
    if control.threats:
        lines[-2] += f" Counters {', '.join(f'[{t}](threats.md#{t.lower()})' for t in control.threats)}."
    for rule in control.rules:
        lines += rule_lines(rule)
    return lines + table(
        ("framework", "requirement", "relation", "strength", "status", "rationale"),
        (
            (code(k.framework), code(k.id), k.relation, f"{k.strength}/10", k.status, cell(k.rationale))
            for k in control.links
        ),
    )


def rule_lines(rule: Rule) -> list[str]:
    """Return one rule as a list item."""
    tiers = f", tiers {', '.join(t.value for t in rule.tiers)}" if rule.tiers else ""
    lines = [f"- `{rule.id}` ({rule.severity.value}{tiers}): {asks(rule.require)}"]
    if rule.applies_when.strip() != "true":
        lines.append(f"    - applies when `{' '.join(rule.applies_when.split())}`")
    if rule.effective_on is not None:
        lines.append(f"    - from {rule.effective_on.isoformat()}")
    lines.append(f"    - to turn it green: {rule.remediation}")
    lines.append(f"    - may be waived by {', '.join(rule.who_may_waive) or 'nobody'}")
    return [*lines, ""]


def asks(check: Check) -> str:
    """Return what a check asks, in one sentence."""
    match check:
        case FactCheck(condition=condition):
            return f"the facts meet `{' '.join(condition.split())}`"
        case MeasureCheck() as m:
            metric = "every scorer" if m.metric == "*" else f"`{m.metric}`"
            slices = f", in each slice of {', '.join(m.slices)} too" if m.slices else ""
            sign = "at most" if m.comparator == "<=" else "at least"
            return (
                f"{m.rate} rate of `{m.category}` ({metric}{slices}) {sign} {percent(m.threshold)} at "
                f"{percent(m.confidence)} confidence; {m.min_samples} samples, {percent(m.min_coverage)} assessed, "
                f"not older than {m.max_age_days} days"
            )
        case EvidenceCheck() as e:
            origins = "" if len(e.origins) == 3 else f" by {' or '.join(o.value for o in e.origins)}"
            about = f", about every component of type {', '.join(e.about)}" if e.about else ""
            return (
                f"`{e.type}`{origins}{about}, {e.min_assurance.value} or better, not older than {e.max_age_days} days"
            )


# --- threats


def threats_page() -> str:
    """The threat catalogue."""
    catalogue = load_threats()
    lines = ["# Threats", "", NOTE, ""]
    lines += [
        f"Catalogue {catalogue.version}, {len(catalogue.threats)} threats in our own words, as of "
        f"{catalogue.as_of}. Foreign ids are references. Severity, likelihood and detectability are starting "
        "values from 1 to 5, by judgement; [Class and tier](../explanation/risk.md) says how they are moved and used.",
        "",
    ]
    for threat in catalogue.threats:
        lines += [f"## {threat.id}", "", f"**{threat.title}.** {threat.description}", ""]
        lines += [f"What follows: {threat.consequence.rstrip('.')}.", ""]
        refs = ", ".join((*threat.atlas, *threat.owasp_llm, *threat.owasp_asi)) or "none"
        lines += [
            f"- surface: {str(threat.surface).replace('_', ' ')}",
            f"- components: {', '.join(threat.component_types) or 'any'}",
            f"- severity {threat.severity}, likelihood {threat.likelihood}, detectability {threat.detectability}",
            f"- references: {refs}",
        ]
        if threat.evaluation:
            lines.append(f"- evaluated by: {', '.join(f'`{name}`' for name in threat.evaluation)}")
        lines += ["- what helps:", *(f"    - {what}" for what in threat.mitigations), ""]
    return page(lines)


# --- scorers


def scorers_page() -> str:
    """Every registered scorer, from its docstring and its fields."""
    lines = ["# Scorers", "", NOTE, ""]
    lines += [
        "A scorer says *success*, *failure* or *unassessed* with its reason; never the text that it judged. "
        "Its version stands in the evidence and is raised whenever the same reply may be judged otherwise.",
        "",
    ]
    for name, kind in sorted(KINDS.items()):
        lines += [f"## `{name}`", "", f"Version {kind.version}.", "", scorer_text(kind), ""]
        lines += table(("option", "default", "meaning"), scorer_options(kind))
    return page(lines)


def scorer_text(kind: Any) -> str:
    """Return the docstring without its arguments, errors and doctests."""
    text = re.split(r"\n\s*(?:Raises|Args|Attributes):\n|\n\s*>>>", inspect.getdoc(kind) or "")[0]
    text = re.sub(r"\n\s*Source:\n\s*", "\n\nSource: ", text)
    return re.sub(r"\n +", "\n", prose(text)).strip()


def scorer_options(kind: Any) -> Iterable[tuple[str, str, str]]:
    """Yield name, default and meaning of each option."""
    texts = field_texts(kind)
    for field in fields(kind):
        value = field.default
        if value is MISSING:
            value = field.default_factory() if field.default_factory is not MISSING else "required"
        shown = "required" if value == "required" else code(list(value) if isinstance(value, tuple) else value)
        yield code(field.name), shown, cell(prose(texts.get(field.name, "")))


def field_texts(kind: Any) -> dict[str, str]:
    """Return the strings below the fields in the class's source."""
    import ast

    node = ast.parse(inspect.cleandoc(inspect.getsource(kind))).body[0]
    found: dict[str, str] = {}
    body = getattr(node, "body", [])
    for statement, following in pairwise(body):
        match statement, following:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = inspect.cleandoc(text)
            case _:
                continue
    return found


# --- manifest


def manifest_page() -> str:
    """Every field of the manifest, from its JSON Schema."""
    schema = manifest_json_schema()
    definitions: dict[str, Any] = schema["$defs"]
    lines = ["# Manifest", "", NOTE, ""]
    lines += [
        "`roadworthy.yaml` describes one system. `rw schema manifest` prints this as JSON Schema for editors. "
        "Unknown keys are errors; what is not stated is *missing*, never a harmless default.",
        "",
        "## `roadworthy.yaml`",
        "",
        *schema_table(schema),
    ]
    for name, definition in definitions.items():
        lines += [f"## `{name}`", ""]
        text = prose(definition.get("description", ""))
        text = re.split(r"\n\s*Raises:\n", text)[0].strip()
        if "enum" in definition:
            text = re.sub(r"\n\n(`)", r"\n- \1", text).replace("\n- ", "\n\n- ", 1)
            lines += (
                [text, ""] if "- `" in text else [text, "", f"One of {', '.join(map(code, definition['enum']))}.", ""]
            )
            missing = [value for value in definition["enum"] if f"`{value}`" not in text]
            if missing and "- `" in text:
                lines += [f"Also {', '.join(map(code, missing))}.", ""]
        else:
            lines += [text, "", *schema_table(definition)]
    return page(lines)


def schema_table(definition: Mapping[str, Any]) -> list[str]:
    """Return the fields of one object."""
    required = set(definition.get("required", ()))
    return table(
        ("field", "type", "", "meaning"),
        (
            (code(name), kind_of(shape), "required" if name in required else "", meaning(shape))
            for name, shape in definition.get("properties", {}).items()
        ),
    )


def meaning(shape: Mapping[str, Any]) -> str:
    """Return a field's description with its default."""
    text = cell(prose(shape.get("description", "")))
    value = shape.get("default")
    if value in (None, [], {}) or "const" in shape or isinstance(value, dict):
        return text
    return f"{text} Default: {code(value)}.".strip()


_WORDS = {"string": "text", "boolean": "true or false", "number": "number", "integer": "number"}


def kind_of(shape: Mapping[str, Any]) -> str:
    """Return a field's type in words."""
    members = shape.get("anyOf") or shape.get("oneOf")
    values = shape.get("additionalProperties")
    if "$ref" in shape:
        name = shape["$ref"].rsplit("/", 1)[1]
        text = f"[{name}](#{name.lower()})"
    elif "const" in shape or "enum" in shape:
        text = ", ".join(map(code, shape.get("enum") or [shape["const"]]))
    elif members:
        text = " or ".join(dict.fromkeys(kind_of(member) for member in members if member.get("type") != "null"))
    elif shape.get("type") == "array":
        text = f"list of {kind_of(shape.get('items', {}))}"
    elif shape.get("type") == "object":
        text = f"map to {kind_of(values)}" if isinstance(values, dict) else "map"
    else:
        text = _WORDS.get(shape.get("type", ""), "any")
    return text


def page(lines: Iterable[str]) -> str:
    """Return a page with one line break at its end."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def coverage_page() -> str:
    """What the guard covers, from the tables that the tests run over."""
    tests = str(Path(__file__).parents[1] / "tests")
    if tests not in sys.path:
        sys.path.append(tests)
    return str(importlib.import_module("guard.matrix.page").coverage_page())


PAGES: dict[str, Callable[[], str]] = {
    "guard-coverage.md": coverage_page,
    "cli.md": cli_page,
    "controls.md": controls_page,
    "lint-rules.md": lint_rules_page,
    "manifest.md": manifest_page,
    "overlays.md": overlays_page,
    "scorers.md": scorers_page,
    "threats.md": threats_page,
}
"""Maker of each page by its name."""


def main(argv: list[str] | None = None) -> int:
    """Write the pages, or check that they are fresh."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    check: bool = parser.parse_args(argv).check
    stale = []
    for name, make in PAGES.items():
        path, text = REFERENCE / name, make()
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text, encoding="utf-8")
    if stale:
        sys.stderr.write(f"{'stale' if check else 'written'}: {', '.join(stale)}\n")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main())
