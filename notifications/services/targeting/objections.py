"""A customer's word on personal targeting: with it off, their features are gone and messages follow the script."""

from datetime import datetime

from django.db import transaction

from collections_app.models import Customer
from collections_app.services import records
from notifications.models import Choice, CustomerFeatures, Message, PersonalisationObjection
from notifications.services.targeting import script

ACTION = "personalisation.set"


@transaction.atomic(durable=True)
def set_personalised(*, customer_id: int, wanted: bool, actor: records.Actor, now: datetime) -> Customer:
    """Take a customer's wish at its word, from this instant on.

    Without it everything computed of them is erased, in past choices too, and never computed again; what is
    planned goes out in the bank's standard wording, at the hour of the rule. With it features come back the next night.
    Raise NotAllowedError when the role may not. It depends on nothing else of the record, so no version refuses it.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_may(actor=actor, action=ACTION)
    if is_personalised(customer_id=customer_id) == wanted:
        return customer
    if wanted:
        PersonalisationObjection.objects.filter(customer=customer).delete()
    else:
        PersonalisationObjection.objects.create(customer=customer, at=now, by=actor.staff)
        _erase(customer, now)
    records.append(
        customer=customer, kind="personalisation.changed", actor=actor, now=now, payload={"personalised": wanted}
    )
    return customer


def is_personalised(*, customer_id: int) -> bool:
    """Return whether messages to a customer may be chosen by their behaviour: unless they object."""
    return not PersonalisationObjection.objects.filter(customer_id=customer_id).exists()


def _erase(customer: Customer, now: datetime) -> None:
    CustomerFeatures.objects.filter(customer=customer).delete()
    # Why an arm was refused tells of them too: in hardship, in dispute. So does which were left, and whether they paid.
    logged = Choice.objects.filter(customer=customer, erased_at__isnull=True)
    logged.update(context=[], scores=[], allowed=[], refused={}, reward=None, came="", settled_at=None, erased_at=now)
    script.restore_within(Message.objects.filter(customer=customer))
