"""With a link or without: what the country allows and what the provider may carry, in every combination."""

from datetime import datetime
from itertools import product

import pytest

from collections_app.domain.purposes import Purpose
from notifications.domain.carriage import links_allowed
from notifications.domain.kinds import KINDS, Variant, variants_by_preference
from notifications.services import carriers

# Country, provider, purpose: may a link go, and may the message go at all.
MATRIX = [
    ("CN", "sandbox", Purpose.COLLECTION, False, True),
    ("CN", "twilio", Purpose.COLLECTION, False, False),
    ("CN", "twilio", Purpose.DUE_NOTICE, False, False),
    ("CN", "twilio", Purpose.OTP, False, True),
    ("HK", "sandbox", Purpose.COLLECTION, True, True),
    ("HK", "twilio", Purpose.COLLECTION, False, False),
    ("HK", "twilio", Purpose.OTP, True, True),
    ("JP", "twilio", Purpose.COLLECTION, True, True),
    ("GB", "twilio", Purpose.RECEIPT, True, True),
    ("US", "twilio", Purpose.DUE_NOTICE, True, True),
    # Nobody knows where the number is: no link.
    ("", "sandbox", Purpose.COLLECTION, False, True),
]


def test_a_link_goes_where_the_country_and_the_provider_let_it(db: None, now: datetime) -> None:
    """As the claim asks: first whether anything is carried, then whether a link is."""
    carrying = carriers.load(now=now)
    for country, code, purpose, link, carried in MATRIX:
        way = {"country": country, "purpose": purpose}
        assert (not carrying.refuses(branch_id=1, own=code, **way)) is carried, (country, code, purpose)
        assert (links_allowed(country) and carrying.takes_links(code, **way)) is link, (country, code, purpose)


@pytest.mark.parametrize(("disclose", "links"), list(product([True, False], repeat=2)))
def test_no_form_shows_more_than_the_number_and_the_country_allow(disclose: bool, links: bool) -> None:
    """Over every kind: a link only where links go, an account only to a checked number; the code where no link goes."""
    for kind in KINDS.values():
        forms = variants_by_preference(kind, disclose=disclose, links=links)
        assert links or Variant.LINK not in forms
        assert disclose or set(forms) <= {Variant.NEUTRAL}
        wanted = Variant.LINK if links else Variant.CODE
        if disclose and wanted in kind.variants:
            assert forms[0] is wanted


def test_no_kind_that_leads_by_a_link_is_silent_where_no_link_may_go() -> None:
    """Most customers live where none may: a checked number there gets the code, or the words without either."""
    for kind in KINDS.values():
        if Variant.LINK in kind.variants and not kind.harmless:
            assert variants_by_preference(kind, disclose=True, links=False), kind.code
