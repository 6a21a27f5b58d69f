"""Rows that are copied for a test are those the services made for another, and nobody else's."""

from django.db import connection

from collections_app.models import Account, Customer
from tests import factories, remembered
from tests.cast import Debtor


@remembered.remembered
def debtor_called(name: str) -> Debtor:
    return Debtor(*factories.make_debtor(name=name))


def test_what_is_copied_is_what_was_made(db: None) -> None:
    """Row by row, and in what was returned; another argument, or rows of somebody else's, let it be made anew."""
    cursor = connection.cursor().cursor
    begun = remembered._present.state
    assert begun is not None
    cursor.execute("SAVEPOINT before")
    made = debtor_called("何一")
    rows = remembered._found()
    cursor.execute("ROLLBACK TO SAVEPOINT before")
    assert not Customer.objects.exists()
    remembered._present = remembered.Present(begun)
    copied = debtor_called("何一")
    assert remembered._found() == rows
    assert (copied.customer.pk, copied.customer.name) == (made.customer.pk, "何一")
    assert copied.customer is not made.customer
    assert debtor_called("何二").customer.name == "何二"
    Account.objects.update(fees_fen=1)
    assert debtor_called("何一").customer.pk not in {made.customer.pk, copied.customer.pk}
