"""What became of the contacts that machines had permits for."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from collections_app.domain.contacts import ContactState
from collections_app.domain.machines import reports
from collections_app.domain.outcomes import Counts, Outcome, OutcomeEffect
from collections_app.models import Contact, Customer, MachineClient, MachinePermit
from collections_app.selectors import codes
from collections_app.services import contacts, derivation, records
from collections_app.services.emergencies import red_button
from collections_app.services.errors import RefusedError
from collections_app.services.machines import effects


class NoSuchPermitError(RefusedError):
    """There is no such permit of this client: another's looks the same."""

    def __init__(self) -> None:
        super().__init__("no_such_permit")


@dataclass(frozen=True, slots=True)
class Report:
    """What a machine says of one contact."""

    state: str
    effective: bool = False
    outcome: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    recording_ref: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept and compared."""
        said = {name: value for name, value in asdict(self).items() if value not in ("", None, False)}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in said.items()}


def own(*, client: MachineClient, permit_id: UUID) -> MachinePermit:
    """Return a permit of this client. Raise NoSuchPermitError for every other."""
    permit = MachinePermit.objects.filter(id=permit_id, client=client).select_related("contact").first()
    if permit is None:
        raise NoSuchPermitError
    return permit


@transaction.atomic(durable=True)
def report(*, client: MachineClient, permit_id: UUID, said: Report, now: datetime) -> MachinePermit:
    """Record what became of a contact; the same said again changes nothing.

    What may have reached the customer may become known to have, never the other way round. Raise NoSuchPermitError,
    or RefusedError when the times cannot be, when the outcome needs a person, or when something else is known already.
    """
    permit = own(client=client, permit_id=permit_id)
    if permit.contact is None or permit.customer_id is None:
        raise RefusedError("permit_was_refused")
    outcome = _outcome(said, permit.contact)
    others: list[Customer] = []
    if outcome is not None and OutcomeEffect.RED_BUTTON in outcome.effects:
        others = red_button.lock_parties(customer_id=permit.customer_id, now=now)
    customer = records.lock(customer_id=permit.customer_id, now=now)
    permit = (
        MachinePermit.objects.select_for_update(of=("self",)).select_related("contact__contact_point").get(pk=permit.pk)
    )
    contact = permit.contact
    assert contact is not None
    if permit.report == said.as_json():
        return permit
    _check(said, permit, contact, now)
    effective = said.effective or (outcome is not None and outcome.counts is Counts.EFFECTIVE)
    contacts.settle(contact_id=contact.pk, state=said.state, now=now, effective=effective)
    permit.report = said.as_json()
    permit.reported_at = now
    permit.save(update_fields=["report", "reported_at"])
    _follow(customer, permit, contact, outcome, others, said, effective=effective, now=now)
    return permit


def _outcome(said: Report, contact: Contact) -> Outcome | None:
    """Return the outcome told of. Raise RefusedError for one that does not exist or that only a person records."""
    if said.effective and (said.state != ContactState.MADE or contact.channel not in reports.SPEAKS):
        raise RefusedError("effective_needs_talk")
    if not said.outcome:
        return None
    outcome = codes.seen().outcomes.get(said.outcome)
    if outcome is None or not outcome.offered:
        raise RefusedError("no_such_outcome")
    if said.state != ContactState.MADE or contact.channel not in reports.SPEAKS:
        raise RefusedError("outcome_needs_contact")
    if reports.needs_a_person(outcome.effects):
        raise RefusedError("outcome_needs_a_person")
    return outcome


def _check(said: Report, permit: MachinePermit, contact: Contact, now: datetime) -> None:
    fault = reports.fault_of_times(started_at=said.started_at, ended_at=said.ended_at, permitted_at=contact.at, now=now)
    if fault:
        raise RefusedError(fault)
    if permit.reported_at is not None and contact.state == said.state:
        # The same end with other particulars: what was said first stands.
        raise RefusedError("contact_already_settled", state=contact.state)


def _follow(
    customer: Customer,
    permit: MachinePermit,
    contact: Contact,
    outcome: Outcome | None,
    others: list[Customer],
    said: Report,
    *,
    effective: bool,
    now: datetime,
) -> None:
    """Append it to the history and do what its outcome brings, on records that are locked."""
    late = reports.is_late(started_at=said.started_at, expires_at=permit.expires_at)
    records.append(
        customer=customer,
        kind="contact.reported",
        actor=records.SYSTEM,
        now=now,
        account_id=contact.accounts[0] if len(contact.accounts) == 1 else None,
        payload={
            "contact": contact.pk,
            "client": permit.client_id,
            "machine": permit.client.kind,
            "channel": contact.channel,
            "state": said.state,
            "effective": effective,
            "outcome": said.outcome,
        }
        | ({"late": True} if late else {}),
    )
    if outcome is not None:
        effects.apply_within(customer=customer, contact=contact, outcome=outcome, others=others, now=now)
    derivation.derive(customer=customer, now=now)
