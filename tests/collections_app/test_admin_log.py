"""What the administration's log says of an act, with the reason somebody gave."""

from collections_app.domain.admin_log import with_reason, words


def test_the_log_says_what_was_done_and_why() -> None:
    """An act without a reason reads as before; what is no such act is Django's own to say."""
    assert words(with_reason("resumed", " "), "en") == "Resumed"
    assert words(with_reason("resumed", "mended"), "en") == "Resumed: mended"
    assert words(with_reason("resumed", "已更正"), "zh-hans") == "恢复：已更正"
    assert not words("[]", "en")
