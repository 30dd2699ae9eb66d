"""Characters that a sender cut in half: JSON escapes of UTF-16, one half in one event and one in the next."""

from __future__ import annotations


def whole_characters(before: str, text: str) -> tuple[str, str]:
    r"""Return what is whole of a text that goes on, and the half of a character that it ends with.

    A half that no other half follows stands for nothing; it becomes U+FFFD, as a decoder would have it.

    Args:
        before: The half that was left of what came before; empty for none.
        text: What came.

    >>> whole_characters("", "Hi \ud83d") == ("Hi ", "\ud83d"), whole_characters("\ud83d", "\ude00!") == ("😀!", "")
    (True, True)
    """
    if text.isascii() and not before:
        return text, ""
    joined = before + text
    half = joined[-1:] if "\ud800" <= joined[-1:] <= "\udbff" else ""
    joined = joined.removesuffix(half) if half else joined
    try:
        joined.encode()
    except UnicodeEncodeError:
        joined = joined.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined, half
