"""Text that was decoded with the wrong encoding somewhere on its way: how it is recognised."""

import re

REPLACEMENT = "\ufffd"

# What UTF-8's replacement character, byte order mark and uninitialised memory become when read as GBK.
_TELLTALE = ("锟斤", "斤拷", "烫烫烫", "屯屯屯", "锘")
_CHINESE = re.compile(r"^[\u0020-\u007e\u00b7\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+$")
_HAS_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
_LOST_BYTES = 3
_WRONG_READINGS = ("gb18030", "cp1252", "latin-1")
# The highest sign of the two western ones: a text with any above it was not read as them.
_HIGHEST_WESTERN = "\u2122"


def is_mojibake(text: str) -> bool:
    """Return whether a text is damaged: it holds U+FFFD, or is Chinese in UTF-8 that was read as something else.

    A text is taken for misread when writing it in the wrong encoding gives bytes that are UTF-8 of Chinese.
    Genuine Chinese of two characters and more does not do that: its GBK bytes are no three-byte UTF-8.
    """
    if text.isascii():
        return False
    if REPLACEMENT in text or any(sign in text for sign in _TELLTALE):
        return True
    readings = _WRONG_READINGS[:1] if max(text) > _HIGHEST_WESTERN else _WRONG_READINGS
    return any(_was_chinese(text, encoding) for encoding in readings)


def _was_chinese(text: str, encoding: str) -> bool:
    try:
        raw = text.encode(encoding)
    except UnicodeEncodeError:
        return False
    try:
        meant = raw.decode()
    except UnicodeDecodeError as error:
        # An odd number of UTF-8 bytes loses its last character when pairs are made of it.
        if len(raw) - error.start > _LOST_BYTES:
            return False
        meant = raw[: error.start].decode()
    return bool(_CHINESE.match(meant) and _HAS_IDEOGRAPH.search(meant))
