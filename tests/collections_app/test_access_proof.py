"""What proves a person, and what a code looks like: pure rules."""

import pytest

from collections_app.domain import access
from collections_app.domain.rules import Basis, RuleRef, parse_rule

KNOWN = access.KnownFacts("11010119900307001X", "1990-03-07", ("4410", "0088"))


@pytest.mark.parametrize(
    "given",
    [
        {"id_tail": "001X"},
        {"id_tail": " 001x "},
        {"id_tail": "００１Ｘ"},
        {"birth_date": "19900307", "account_tail": "4410"},
        {"birth_date": "1990-03-07", "account_tail": "0088"},
        {"id_tail": "001X", "birth_date": "19900307", "account_tail": ""},
    ],
)
def test_right_facts_prove_however_they_are_typed(given):
    """Full-width signs, small letters and separators are the same facts."""
    assert access.proves(given, KNOWN)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"id_tail": ""},
        {"id_tail": "0011"},
        {"id_tail": "11010119900307001X"},
        {"birth_date": "19900307"},
        {"account_tail": "4410"},
        {"birth_date": "19900307", "account_tail": "4411"},
        {"id_tail": "001X", "account_tail": "9999"},
    ],
)
def test_wrong_or_too_few_facts_prove_nothing(given):
    """A birth date alone is widely known; one wrong fact spoils the others."""
    assert not access.proves(given, KNOWN)


def test_a_record_without_facts_is_proven_by_nothing():
    """An empty field of the record is never equal to an empty answer."""
    assert not access.proves({"id_tail": "    "}, access.KnownFacts())
    assert not access.proves({"birth_date": "00000000", "account_tail": "0000"}, access.KnownFacts())


@pytest.mark.parametrize("typed", ["K7QP3M9D", "k7qp-3m9d", " K7QP 3M9D ", "Ｋ７ＱＰ－３Ｍ９Ｄ"])
def test_a_code_is_read_as_people_type_it(typed):
    """Hyphens, blanks, small and full-width letters are the same code."""
    assert access.code_as_typed(typed) == "K7QP3M9D"


@pytest.mark.parametrize("typed", ["", "K7QP3M9", "K7QP3M9D2", "K7QP3M90", "K7QP3M9I", "KUQP3M9D"])
def test_what_cannot_be_a_code_is_none(typed):
    """Too short, too long, or a sign that codes never have."""
    assert access.code_as_typed(typed) == ""


def test_codes_have_no_sign_that_is_mistaken_for_another():
    """Nobody asks whether it is a zero or an O."""
    assert not set("01OILU") & set(access.CODE_SIGNS)
    assert access.code_as_typed(access.code_as_shown(access.new_code()))


def test_tokens_are_different_and_of_one_shape():
    """128 random bits, 26 signs."""
    tokens = {access.new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert {len(token) for token in tokens} == {26}


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"ways": []},
        {"ways": ["birth_date"]},
        {"ways": "id_tail"},
        {"ways": ["id_tail"], "tries": 0},
        {"ways": ["id_tail"], "tries": 6},
        {"ways": ["id_tail"], "one_time_code": "yes"},
    ],
)
def test_a_rule_of_the_page_that_makes_no_sense_is_refused(parameters):
    """Among them a birth date alone, and more tries than five."""
    ref = RuleRef("CN", 1, "POL-PAGE", Basis.POLICY)
    with pytest.raises(ValueError, match=r"ways|tries|true|whole"):
        parse_rule(ref=ref, kind="page_proof", channels=[], parameters=parameters)
