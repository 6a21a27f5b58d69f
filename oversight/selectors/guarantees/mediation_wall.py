"""G9: notes of mediation are sealed, belong to the session's mediator, and stand nowhere else."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from collections_app.domain.crypto import CannotOpenError
from collections_app.models import Customer, EventText, HandOff
from collections_app.models.fields import key_ring
from mediation.models import Agreement, MediationNote, Position
from notifications.models import Message
from oversight.selectors.guarantees.finding import OF_CUSTOMER, Finding, ask, count

CODE, TITLE = "G9", "Mediation stays behind its wall"

# Shorter texts ("agreed", "yes") say the same by chance.
_TELLING = 12
_CHUNK = 500

_NOTES = f"""
    SELECT customer.customer_no, note.id, note.text, note.author_id, session.mediator_id
    FROM mediation_mediationnote note
    JOIN mediation_session session ON session.id = note.session_id
    JOIN collections_app_customer customer ON customer.id = note.customer_id
    WHERE {OF_CUSTOMER} ORDER BY note.id
"""

# Other texts of the talks, which must be sealed as well.
_PLAIN = f"""
    SELECT customer.customer_no, told.what, told.id FROM (
        SELECT customer_id, 'position' AS what, id, text FROM mediation_position
        UNION ALL SELECT customer_id, 'agreement', id, terms FROM mediation_agreement WHERE terms <> ''
        UNION ALL SELECT customer_id, 'mandate', id, figures FROM mediation_mandate
    ) told JOIN collections_app_customer customer ON customer.id = told.customer_id
    WHERE {OF_CUSTOMER} AND told.text NOT LIKE 'v1.%%.%%' ORDER BY told.id
"""


def audit(*, now: datetime, customer_id: int | None = None) -> Finding:
    """Read the notes as the database holds them, open them, and look for their words elsewhere on the record."""
    params = {"customer": customer_id}
    found = Finding(checked=count(f"SELECT count(*) FROM ({_NOTES}) AS looked", params))
    column = f"{MediationNote._meta.db_table}.text"
    for customer_no, note_id, text, author, mediator in ask(_NOTES, params):
        try:
            key_ring().open(text, column=column)
        except CannotOpenError:
            found.add(customer_no, f"note {note_id} is not sealed with a key of this installation")
        if author != mediator:
            found.add(customer_no, f"note {note_id} is by somebody who is not the session's mediator")
    for customer_no, what, row_id in ask(_PLAIN, params):
        found.add(customer_no, f"{what} {row_id} of the talks is stored in plain text")
    if not found.violations:
        _look_for_leaks(found, customer_id)
    return found


def _look_for_leaks(found: Finding, customer_id: int | None) -> None:
    """Compare the notes of each record with every text that colleagues or the customer can read."""
    notes = MediationNote.objects.order_by("customer_id")
    if customer_id is not None:
        notes = notes.filter(customer_id=customer_id)
    ids = list(notes.values_list("customer_id", flat=True).distinct())
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        secrets: dict[int, list[str]] = defaultdict(list)
        for customer, text in MediationNote.objects.filter(customer_id__in=chunk).values_list("customer_id", "text"):
            if len(text.strip()) >= _TELLING:
                secrets[customer].append(text.strip())
        numbers = dict(Customer.objects.filter(id__in=chunk).values_list("id", "customer_no"))
        for place, rows in _readable(chunk).items():
            for customer, text in rows:
                if any(secret in text for secret in secrets[customer]):
                    found.add(numbers[customer], f"a note of mediation stands in {place}")


def _readable(customers: list[int]) -> dict[str, Iterable[tuple[int, str]]]:
    def texts(rows: QuerySet[Any], customer: str, text: str) -> Iterable[tuple[int, str]]:
        return rows.filter(**{f"{customer}__in": customers}).values_list(customer, text).iterator(chunk_size=1000)

    def of(model: type[Model]) -> QuerySet[Any]:
        return model._default_manager.all()

    return {
        "the timeline": texts(of(EventText), "event__customer_id", "text"),
        "a hand-off": texts(of(HandOff), "customer_id", "text"),
        "a position": texts(of(Position), "customer_id", "text"),
        "an agreement": texts(of(Agreement), "customer_id", "terms"),
        "a message": texts(of(Message), "customer_id", "body"),
    }
