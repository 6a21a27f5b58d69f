"""What a provider may carry, how a text is known again, and what a report says: without a database."""

import pytest

from collections_app.domain.purposes import Purpose
from notifications.domain import kept_words
from notifications.domain.carriage import links_allowed
from notifications.domain.country_terms import UNBOUND, Bound
from notifications.domain.report_words import report_text


@pytest.mark.parametrize(
    ("bound", "purpose", "links", "refused"),
    [
        (UNBOUND, Purpose.COLLECTION, True, False),
        (Bound("security"), Purpose.COLLECTION, False, True),
        (Bound("security"), Purpose.SECURITY, False, False),
        (Bound("codes"), Purpose.SECURITY, False, True),
        (Bound("codes"), Purpose.OTP, False, False),
        (Bound("security", links=False), Purpose.OTP, True, True),
        (Bound("nothing"), Purpose.OTP, False, True),
    ],
)
def test_a_providers_terms_bar_what_they_bar(bound: Bound, purpose: str, links: bool, refused: bool) -> None:
    assert bool(bound.refuses(purpose, links=links)) is refused


def test_no_link_goes_to_the_mainland_or_nowhere() -> None:
    assert [links_allowed(country) for country in ("CN", "", "GB")] == [False, False, True]


def test_a_text_is_known_again_whichever_code_stands_in_it() -> None:
    """The code is not kept; another text is another text."""
    body = "Your code is 482913, valid for 5 minutes."
    kept = kept_words.kept(body, "482913")
    assert "482913" not in kept
    assert kept_words.kept("plain", "") == "plain"
    mark = kept_words.digest(kept)
    assert kept_words.are_of(body, mark)
    assert kept_words.are_of(body.replace("482913", "000017"), mark)
    assert not kept_words.are_of(body.replace("5 minutes", "6 minutes"), mark)


def test_a_report_is_said_in_words_with_its_part() -> None:
    assert report_text("delivered", "en") == "Delivered"
    assert report_text("delivered 2/3", "en") == "Part 2/3: Delivered"
    assert report_text("delivered 2/3", "zh-hans") == "第 2/3 段：已送达"
    assert report_text("EXPIRED", "en") == "EXPIRED"
