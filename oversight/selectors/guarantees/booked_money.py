"""G1, the money: every booking balances, every entry is booked, and payments are what their entries say."""

from oversight.selectors.guarantees.finding import OF_CUSTOMER, Finding, ask, count

_BOOKINGS = f"""
    FROM collections_app_journal journal
    LEFT JOIN collections_app_customer customer ON customer.id = journal.customer_id
    WHERE {OF_CUSTOMER}
"""

_UNBALANCED = f"""
    SELECT customer.customer_no, journal.reference {_BOOKINGS}
        AND (SELECT coalesce(sum(line.amount_fen), 1) FROM collections_app_journalline line
            WHERE line.journal_id = journal.id) <> 0
    ORDER BY journal.id
"""

_UNBOOKED = f"""
    SELECT customer.customer_no, entry.reference FROM collections_app_entry entry
    JOIN collections_app_customer customer ON customer.id = entry.customer_id
    LEFT JOIN LATERAL (
        SELECT sum(line.amount_fen) AS fen FROM collections_app_journal journal
        JOIN collections_app_journalline line ON line.journal_id = journal.id
        WHERE journal.entry_id = entry.id AND line.book NOT IN ('clearing', 'unidentified')
    ) AS booked ON true
    WHERE {OF_CUSTOMER} AND entry.kind <> 'adjustment' AND entry.state IN ('received', 'posted')
        AND booked.fen IS DISTINCT FROM
            (CASE entry.kind WHEN 'payment' THEN -entry.amount_fen ELSE entry.amount_fen END)
    ORDER BY entry.id
"""

# What a gateway took and gave back is what the account got and lost. The core may bounce a payment by itself.
_APART = f"""
    SELECT customer.customer_no, payment.reference FROM repayment_payment payment
    JOIN collections_app_customer customer ON customer.id = payment.customer_id
    LEFT JOIN LATERAL (
        SELECT coalesce(sum(CASE entry.kind WHEN 'payment' THEN entry.amount_fen ELSE -entry.amount_fen END), 0) AS fen
        FROM collections_app_entry entry
        WHERE entry.state IN ('received', 'posted') AND entry.kind <> 'adjustment'
            AND (entry.reference = payment.reference OR entry.of_reference = payment.reference)
    ) AS entered ON true
    WHERE {OF_CUSTOMER} AND entered.fen <> CASE
        WHEN payment.state IN ('received', 'posted') THEN payment.amount_fen - payment.refunded_fen ELSE 0 END
        AND NOT EXISTS (SELECT FROM collections_app_entry bounce
            WHERE bounce.reference = payment.reference AND bounce.kind = 'reversal')
    ORDER BY payment.id
"""


def add_to(found: Finding, *, customer_id: int | None) -> None:
    """Look at every booking, every entry of own money and every payment, and add what is wrong."""
    params = {"customer": customer_id}
    found.checked += count(f"SELECT count(*) {_BOOKINGS}", params)
    for customer_no, reference in ask(_UNBALANCED, params):
        found.add(customer_no, f"booking {reference} does not balance")
    for customer_no, reference in ask(_UNBOOKED, params):
        found.add(customer_no, f"the entry of {reference} is not in the journal with its sum")
    for customer_no, reference in ask(_APART, params):
        found.add(customer_no, f"payment {reference} is not what its entries say")
