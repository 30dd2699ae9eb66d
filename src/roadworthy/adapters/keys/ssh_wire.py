"""The SSH wire format: lengths before everything, nothing left over.

Source:
    RFC 4251, section 5 (data types); RFC 5656, section 3.1.2 (ECDSA signatures).
"""

from __future__ import annotations

MAX_FIELD_BYTES = 64 * 1024


class WireError(ValueError):
    """Bytes that are not what the format says."""


class WireReader:
    r"""Reads one field after the other.

    >>> reader = WireReader(b"\x00\x00\x00\x02hi\x00\x00\x00\x07")
    >>> reader.string(), reader.uint32()
    (b'hi', 7)
    >>> reader.finish()
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def take(self, size: int) -> bytes:
        """Return the next ``size`` bytes.

        Raises:
            WireError: If there are fewer.
        """
        if size < 0 or size > len(self._content) - self._at:
            raise WireError("it ends too early")
        piece = self._content[self._at : self._at + size]
        self._at += size
        return piece

    def uint32(self) -> int:
        """Return the next number."""
        return int.from_bytes(self.take(4), "big")

    def string(self) -> bytes:
        """Return the next string of bytes."""
        size = self.uint32()
        if size > MAX_FIELD_BYTES:
            raise WireError("a field is too long")
        return self.take(size)

    def mpint(self) -> int:
        """Return the next whole number, not negative and in its shortest form."""
        content = self.string()
        number = int.from_bytes(content, "big")
        if (content and content[0] & 0x80) or content != mpint(number)[4:]:
            raise WireError("a number is negative or not in its shortest form")
        return number

    def finish(self) -> None:
        """Say that nothing may follow.

        Raises:
            WireError: If something does.
        """
        if self._at != len(self._content):
            raise WireError("something follows its end")


def string(content: bytes) -> bytes:
    r"""Write a string of bytes.

    >>> string(b"hi")
    b'\x00\x00\x00\x02hi'
    """
    return len(content).to_bytes(4, "big") + content


def mpint(number: int) -> bytes:
    r"""Write a whole number that is not negative.

    >>> mpint(0), mpint(128)
    (b'\x00\x00\x00\x00', b'\x00\x00\x00\x02\x00\x80')
    """
    return string(number.to_bytes(number.bit_length() // 8 + 1, "big") if number else b"")
