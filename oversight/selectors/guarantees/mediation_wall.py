"""G9: what is said in mediation is sealed by keys of its own, notes are the mediator's, and stand nowhere else."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from collections_app.domain.crypto import CannotOpenError
from collections_app.models import Customer, Event, EventText, HandOff
from collections_app.models.fields import WalledField, walled_key_ring
from mediation.models import Agreement, MediationNote, Position, SessionRecording, TelephoneRecord
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


_WALLED = f"""
    SELECT customer.customer_no, walled.id, walled.{{column}} FROM {{table}} walled
    JOIN collections_app_customer customer ON customer.id = walled.customer_id
    WHERE {OF_CUSTOMER} AND walled.{{column}} <> '' ORDER BY walled.id
"""

_EARLY = f"""
    SELECT customer.customer_no, round.id FROM mediation_proposalround round
    JOIN collections_app_customer customer ON customer.id = round.customer_id
    WHERE {OF_CUSTOMER} AND round.state = 'revealed'
        AND (SELECT count(*) FROM mediation_proposal WHERE round_id = round.id) <> 2
    ORDER BY round.id
"""


def audit(*, now: datetime, customer_id: int | None = None) -> Finding:
    """Read what is walled as the database holds it, open it, and look for its words elsewhere on the record."""
    params = {"customer": customer_id}
    found = Finding(checked=count(f"SELECT count(*) FROM ({_NOTES}) AS looked", params))
    for customer_no, note_id, _text, author, mediator in ask(_NOTES, params):
        if author != mediator:
            found.add(customer_no, f"note {note_id} is by somebody who is not the session's mediator")
    _look_at_seals(found, params)
    for customer_no, round_id in ask(_EARLY, params):
        found.add(customer_no, f"round {round_id} is revealed without a proposal of each side")
    for customer_no, what, row_id in ask(_PLAIN, params):
        found.add(customer_no, f"{what} {row_id} of the talks is stored in plain text")
    if not found.violations:
        _look_for_leaks(found, customer_id)
    return found


def _look_at_seals(found: Finding, params: dict[str, Any]) -> None:
    """Open every walled value as the database holds it: one in plain text, or sealed by a field key, does not open."""
    for model in apps.get_app_config("mediation").get_models():
        for field in [item for item in model._meta.fields if isinstance(item, WalledField)]:
            table = model._meta.db_table
            sql = _WALLED.format(table=table, column=field.column)
            for customer_no, row_id, value in ask(sql, params):
                found.checked += model is not MediationNote
                try:
                    walled_key_ring().open(value, column=f"{table}.{field.column}")
                except CannotOpenError:
                    what = "note" if model is MediationNote else f"{model._meta.model_name} {field.name}"
                    found.add(customer_no, f"{what} {row_id} is not sealed with a key of mediation")


def _look_for_leaks(found: Finding, customer_id: int | None) -> None:
    """Compare notes and references of recordings with every text that colleagues or the customer can read."""
    only = {} if customer_id is None else {"customer_id": customer_id}
    models: tuple[type[Model], ...] = (MediationNote, SessionRecording, TelephoneRecord)
    rows = [model._default_manager.filter(**only).order_by() for model in models]
    ids = sorted({number for each in rows for number in each.values_list("customer_id", flat=True).distinct()})
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        secrets: dict[int, list[str]] = defaultdict(list)
        said = MediationNote.objects.filter(customer_id__in=chunk).values_list("customer_id", "text")
        lies = SessionRecording.objects.filter(customer_id__in=chunk).values_list("customer_id", "reference")
        calls = TelephoneRecord.objects.filter(customer_id__in=chunk).values_list("customer_id", "recording_ref")
        for customer, text in chain(said, lies, calls):
            if len(text.strip()) >= _TELLING:
                secrets[customer].append(text.strip())
        numbers = dict(Customer.objects.filter(id__in=chunk).values_list("id", "customer_no"))
        for place, texts in _readable(chunk).items():
            for customer, text in texts:
                if any(secret in text for secret in secrets[customer]):
                    found.add(numbers[customer], f"a note of mediation stands in {place}")


def _readable(customers: list[int]) -> dict[str, Iterable[tuple[int, str]]]:
    def texts(rows: QuerySet[Any], customer: str, text: str) -> Iterable[tuple[int, str]]:
        return rows.filter(**{f"{customer}__in": customers}).values_list(customer, text).iterator(chunk_size=1000)

    def of(model: type[Model]) -> QuerySet[Any]:
        return model._default_manager.all()

    return {
        "an event": ((row, str(said)) for row, said in texts(of(Event), "customer_id", "payload")),
        "the timeline": texts(of(EventText), "event__customer_id", "text"),
        "a hand-off": texts(of(HandOff), "customer_id", "text"),
        "a position": texts(of(Position), "customer_id", "text"),
        "an agreement": texts(of(Agreement), "customer_id", "terms"),
        "a message": texts(of(Message), "customer_id", "body"),
    }
