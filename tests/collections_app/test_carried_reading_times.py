"""The time to read that a bank had set on its offers goes into its rule pack."""

from datetime import datetime
from importlib import import_module

from django.db import connection

from collections_app.models import Rule
from collections_app.selectors import reading_time
from collections_app.services import arrangement_offers
from tests import factories, seeds
from tests.collections_app.conftest import Debtor

CARRY = import_module("collections_app.migrations.0015_codes_for_one_paper").CARRY_READING_TIMES


def test_the_time_a_bank_had_set_on_its_offers_is_a_rule_of_its_pack(debtor: Debtor, now: datetime) -> None:
    """The longest of a kind; the release's own ten seconds are none, and a pack that has such a rule keeps it."""
    seeds.rule_packs(now=factories.START)
    arrangement_offers.load()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE collections_app_arrangementoffer SET read_seconds = CASE code WHEN 'card_personal' THEN 30"
            " WHEN 'card_personal_long' THEN 900 WHEN 'loan_extension' THEN 5 ELSE 10 END"
        )
        cursor.execute(CARRY)
        assert not Rule.objects.filter(code__startswith="READ-").exists()
        Rule.objects.filter(kind="reading_time", pack__code="CN").delete()
        cursor.execute(CARRY)
        cursor.execute(CARRY)
    assert Rule.objects.filter(code__startswith="READ-").count() == 2
    found = [
        reading_time.for_arrangement(customer=debtor.customer, kind=kind, now=now).seconds
        for kind in ("personal_plan", "extension", "bill_instalments")
    ]
    assert found == [600, 5, 15]
