"""Of demo data a record says which fields are made up, one by one; of a bank's own data there is nothing to say."""

from django.test import Client

from collections_app.domain.intake.format import COLUMNS, CUSTOMER_COLUMNS, FIELD_NAMES
from collections_app.models import Account, Staff
from oversight.domain.demo_bank.rows import REAL_OF_A_CARD, SYNTHETIC_OF_A_CARD
from tests import factories
from tests.desk import scenes


def test_every_column_has_a_name() -> None:
    """A column added to the file is named on the record too."""
    assert set(FIELD_NAMES) == set(COLUMNS)


def test_a_record_of_the_demo_names_every_made_up_field(client: Client, collector: Staff) -> None:
    """In the words of the screen, and not those that are the data's."""
    invented = SYNTHETIC_OF_A_CARD.split(";")
    of_customer = [name for name in invented if name in CUSTOMER_COLUMNS]
    of_account = [name for name in invented if name not in CUSTOMER_COLUMNS]
    customer, account = factories.make_debtor(synthetic=of_customer, account={"synthetic": of_account})
    for language, amount in (("zh", "额度"), ("en", "Limit")):
        text = client.get(scenes.address("record", customer), headers={"Accept-Language": language}).content.decode()
        listed = text[text.index(f'id="made-up-{account.id}"') :]
        listed = listed[: listed.index("</details>")]
        assert all(f">{FIELD_NAMES[name].text(language)}<" in listed for name in invented)
        assert f">{amount}<" not in listed
    assert {"limit", "billed"} == REAL_OF_A_CARD


def test_a_bank_of_its_own_reads_nothing_of_it(client: Client, collector: Staff) -> None:
    """No field is marked, so none is listed."""
    customer, account = factories.make_debtor()
    assert Account.objects.get(id=account.id).synthetic == []
    assert "made-up" not in client.get(scenes.address("record", customer)).content.decode()
