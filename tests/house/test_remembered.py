"""Rows that are copied for a test are those the services made for another, and nobody else's."""

import pytest
from django.db import connection

from collections_app.models import Account, Customer
from tests import factories, remembered
from tests.cast import Debtor


@remembered.remembered
def debtor_called(name: str) -> Debtor:
    return Debtor(*factories.make_debtor(name=name))


@pytest.fixture
def begun(db: None) -> remembered.State:
    assert remembered._present.state is not None
    return remembered._present.state


def test_what_is_copied_is_what_was_made(begun: remembered.State) -> None:
    """Row by row, and in what was returned; another argument, or rows of somebody else's, let it be made anew."""
    cursor = connection.cursor().cursor
    cursor.execute("SAVEPOINT before")
    remembered._present = remembered.Present(begun)
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
    with connection.execute_wrapper(remembered._watch):
        Account.objects.update(fees_fen=1)
    assert debtor_called("何一").customer.pk not in {made.customer.pk, copied.customer.pk}
