"""A sealed value opens in its own column with its own key, and nowhere else."""

import base64

import pytest

from collections_app.domain.crypto import CannotOpenError, KeyRing

OLD, NEW = b"o" * 32, b"n" * 32
RING = KeyRing({"2025": OLD, "2026": NEW}, current="2026", token_key=b"t" * 32)


def test_what_is_sealed_opens_again_and_never_looks_the_same() -> None:
    """The key's id stands inside, so that a value sealed before a rotation still opens."""
    first, second = RING.seal("陈晓梅", column="name"), RING.seal("陈晓梅", column="name")
    assert first != second
    assert first.startswith("v1.2026.")
    assert RING.open(first, column="name") == RING.open(second, column="name") == "陈晓梅"
    before = KeyRing({"2025": OLD}, current="2025", token_key=b"t" * 32).seal("一", column="name")
    assert RING.open(before, column="name") == "一"


def _flip(sealed: str) -> str:
    head, _, body = sealed.rpartition(".")
    raw = bytearray(base64.b64decode(body))
    raw[-1] ^= 1
    return f"{head}.{base64.b64encode(raw).decode()}"


@pytest.mark.parametrize(
    "spoil",
    [
        _flip,
        lambda sealed: sealed.replace("v1.", "v2."),
        lambda sealed: sealed.replace(".2026.", ".2025."),
        lambda sealed: sealed.replace(".2026.", ".2024."),
        lambda sealed: sealed.split(".", 1)[0],
        lambda sealed: sealed + "é",
        lambda sealed: "",
    ],
)
def test_what_was_touched_does_not_open(spoil) -> None:
    """A bit, the format, the key, the form: one error for all of it."""
    with pytest.raises(CannotOpenError, match="name"):
        RING.open(spoil(RING.seal("陈晓梅", column="name")), column="name")


def test_a_value_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(CannotOpenError):
        RING.open(RING.seal("110101199003070011", column="id_number"), column="name")


def test_a_value_whose_key_is_missing_says_which_one() -> None:
    """Whoever took the old key away too early reads what to put back."""
    sealed = RING.seal("陈晓梅", column="name")
    later = KeyRing({"2027": NEW}, current="2027", token_key=b"t" * 32)
    with pytest.raises(CannotOpenError, match=r"name does not open: .* the key 2026, which"):
        later.open(sealed, column="name")


def test_a_token_is_the_same_for_the_same_text_of_the_same_space_only() -> None:
    """Neither the space nor the key can be left out."""
    token = RING.token("0011", space="phone")
    assert token == RING.token("0011", space="phone")
    assert len(token) == 32
    others = {RING.token("0012", space="phone"), RING.token("0011", space="account"), RING.token("", space="phone0011")}
    others.add(KeyRing({}, current="", token_key=b"x" * 32).token("0011", space="phone"))
    assert token not in others
    assert len(others) == 4
