"""The text of files, in the encodings that people's machines write."""

import codecs
from contextlib import suppress


class NotText(ValueError):
    """What was to be read as text is a binary file."""


def decoded(raw: bytes) -> str:
    """Return the text of a file, or of its beginning: UTF-8, UTF-16 with its mark, or the EUC-KR of Korean Windows.

    Bytes that are none of these become replacement characters, as Slack does it. Raises NotText for a binary file.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    if b"\0" in raw:
        raise NotText("a binary file")
    for encoding in ("utf-8-sig", "euc-kr"):
        # Where the beginning of a file ends within a letter, that letter is left out.
        with suppress(UnicodeDecodeError):
            return codecs.getincrementaldecoder(encoding)().decode(raw)
    return raw.decode("utf-8-sig", "replace")
