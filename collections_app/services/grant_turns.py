"""The turn of whoever grants: what may still be granted is counted while nobody else grants within the same limits."""

from django.db import connection

from collections_app.models import Account, Staff

# Families of advisory locks ("AUTS" and "AUTB" in ASCII): by person, and by branch.
_PERSON, _BRANCH = 0x41555453, 0x41555442
# The second half of an advisory lock has 31 bits; two that share one wait for each other in vain, and no more.
_PLACES = 2**31


def take(*, staff: Staff, account: Account) -> None:
    """Wait until nobody else grants on this person's limits or on those of the account's branch.

    Limits by month are sums over many customers, of which no row could be locked. The turn is kept until the caller's
    transaction ends; the caller has locked the customer, and counts only after this.
    """
    with connection.cursor() as cursor:
        for family, place in ((_PERSON, staff.pk), (_BRANCH, account.customer.branch_id)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [family, place % _PLACES])
