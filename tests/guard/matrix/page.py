"""The page that shows what is covered, from the tables that the tests run over."""

from __future__ import annotations

from guard.matrix.fields import FIELDS
from guard.matrix.samples import SAMPLES

NOTE = "<!-- Made by docs/generate.py from tests/guard/matrix; edit the tables there, not this page. -->"
_INTRO = """\
# What the guard covers

Each cell is tested (`tests/guard/matrix/test_matrix.py`): a text that makes the rail fire is put into that field of
that protocol, the rule must fire there, and what it changes must be what leaves. `✓` is a cell that is proven; a letter
is a cell that the rail is not for, with the reason below. There is no third kind. Another test
(`tests/guard/matrix/test_shapes.py`) reads generated messages and streams of every protocol and fails where one has a
field without a row.

What is not in a row carries no text to judge:

- ids and settings of at most 64 letters, digits and `_.:/+-`; anything else that stands where one does is judged as a
  structured field (`tests/guard/protocols/test_text_in_bytes.py`);
- bytes of images, sound and files that are no text, which are judged by their media type; where they are a text, it is
  judged, whatever the message calls it;
- whatever a table of the protocol does not name, which is an unknown field: the policy says whether it is denied,
  stripped, or passed and flagged. Credentials for tool servers that work out of sight are such fields.
"""


def coverage_page() -> str:
    """Return the page."""
    reasons = {sample.kind: chr(97 + number) for number, sample in enumerate(one for one in SAMPLES if one.only)}
    kinds = [f"`{sample.kind}`" for sample in SAMPLES]
    lines = [NOTE, "", _INTRO]
    for protocol in dict.fromkeys(field.protocol for field in FIELDS):
        lines += [
            f"## {protocol}",
            "",
            f"| field | channel | form | {' | '.join(kinds)} |",
            f"|{'---|' * (3 + len(kinds))}",
        ]
        for field in (one for one in FIELDS if one.protocol == protocol):
            cells = [reasons[one.kind] if one.only and field.channel not in one.only else "✓" for one in SAMPLES]
            lines.append(f"| {field.name} | `{field.channel.value}` | {field.form} | {' | '.join(cells)} |")
        lines.append("")
    lines += ["## Reasons", ""]
    lines += [f"- **{reasons[one.kind]}** (`{one.kind}`): {one.why}." for one in SAMPLES if one.only]
    return "\n".join(lines) + "\n"
