"""Endings and states, each in its own words."""

import pytest

from collections_app.selectors.codes import shipped
from mediation.domain import states
from mediation.domain.endings import DECLINED, Ending, at_a_session, brings_agreement, is_known_to_customer, list_of
from mediation.domain.kinds import KINDS, RULES, SIGNATORIES, Kind

BOOK = shipped()


def test_every_ending_the_program_knows_has_a_row_and_every_row_is_known() -> None:
    """The code list and the enumeration are the same; the bank's own talks cannot be a sham mediation."""
    assert set(BOOK.terms("endings")) == {ending.value for ending in Ending}
    assert set(BOOK.terms("negotiation_endings")) == set(BOOK.terms("endings")) - {"false_suspected"}


def test_the_banks_own_talks_never_speak_of_mediation() -> None:
    """协商 and 调解 are different things on every screen and paper."""
    assert (list_of("negotiation"), list_of("mediation")) == ("negotiation_endings", "endings")
    rows = BOOK.terms("negotiation_endings").values()
    assert not [row.code for row in rows if "调解" in row.zh or "ediation" in row.en]


@pytest.mark.parametrize("kind", list(Kind))
def test_what_the_machine_records_is_not_offered(kind: str) -> None:
    """A term that ran out, a consent never given and a second absence are not picked from the list."""
    assert not {"expired", "no_consent", "absent"} & set(at_a_session(BOOK.terms(list_of(kind))))


def test_only_an_agreement_brings_instalments() -> None:
    """Whole or in part; nothing else does."""
    assert {code for code in Ending if brings_agreement(code)} == {"agreed", "partial"}


def test_whoever_said_no_themselves_is_not_told_that_a_date_is_off() -> None:
    """A signature refused at a session may be the bank's own: only on the customer's page it is surely theirs."""
    assert set(DECLINED) == {"no_consent", "refused", "refused_signature"}
    assert {ending for ending in Ending if is_known_to_customer(ending, by_customer=True)} == DECLINED
    assert {ending for ending in Ending if is_known_to_customer(ending, by_customer=False)} == {"no_consent", "refused"}


def test_each_kind_of_talks_has_its_hold_and_its_signatories() -> None:
    """Only a mediation needs a mediator's signature and a seal."""
    assert set(KINDS) == {kind.value for kind in RULES}
    assert all(
        rule.hold.value in BOOK.terms("holds") and set(rule.signatories) <= set(SIGNATORIES) for rule in RULES.values()
    )
    assert set(RULES[Kind.MEDIATION].signatories) - set(RULES[Kind.NEGOTIATION].signatories) == {
        "mediator",
        "organisation",
    }


def test_every_state_has_its_steps_and_its_name() -> None:
    """Ended, held, missed and cancelled are final."""
    assert set(states.MEDIATION_TRANSITIONS) == {states.MediationState(code) for code in states.MEDIATION_STATES}
    assert set(states.SESSION_TRANSITIONS) == {states.SessionState(code) for code in states.SESSION_STATES}
    final = {state.value for state, after in states.SESSION_TRANSITIONS.items() if not after}
    assert final == {"held", "missed", "cancelled"}
    assert ("scheduled", "in_session") in states.steps(states.SESSION_TRANSITIONS)
