"""Places of sessions, their rooms, the ways between them, and how dates are agreed with customers."""

from zoneinfo import available_timezones

from django.db import transaction

from collections_app.services import records
from collections_app.services.errors import RefusedError
from mediation.models import DateRule, Place, Room, SessionSpacing, Travel
from mediation.services import wake


@transaction.atomic(durable=True)
def save_place(*, row: Place, actor: records.Actor) -> Place:
    """Create or change a place. Sessions in one that is closed get another date.

    Raise RefusedError for a time zone there is not, ValidationError for values that cannot be.
    """
    records.check_may(actor=actor, action="admin")
    if row.zone not in available_timezones():
        raise RefusedError("no_such_time_zone")
    row.full_clean()
    row.save()
    if not row.active:
        wake.vacate_soon()
    return row


@transaction.atomic(durable=True)
def save_room(*, row: Room, actor: records.Actor) -> Room:
    """Create or change a room. Sessions in one that is closed get another date."""
    records.check_may(actor=actor, action="admin")
    row.full_clean()
    row.save()
    if not row.active:
        wake.vacate_soon()
    return row


@transaction.atomic(durable=True)
def save_travel(*, row: Travel, actor: records.Actor) -> Travel:
    """Record how long the way between two places takes, in minutes, either way.

    Raise RefusedError for a way from a place to itself; sessions already announced stay where they are.
    """
    records.check_may(actor=actor, action="admin")
    if row.one_id == row.other_id:
        raise RefusedError("way_to_itself")
    if row.one_id > row.other_id:
        row.one_id, row.other_id = row.other_id, row.one_id
    row.full_clean()
    row.save()
    return row


@transaction.atomic(durable=True)
def save_spacing(*, row: SessionSpacing, actor: records.Actor) -> SessionSpacing:
    """Save the bank's one row on what lies between two sessions of a person, in minutes."""
    records.check_may(actor=actor, action="rules.write")
    row.pk = 1
    # A second row is the first one changed.
    row._state.adding = not SessionSpacing.objects.filter(pk=1).exists()
    row.full_clean()
    row.save()
    return row


@transaction.atomic(durable=True)
def save_date_rule(*, row: DateRule, actor: records.Actor) -> DateRule:
    """Save how dates of one product and means are agreed; talks from now on go by it.

    Raise ValidationError for values that cannot be, NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action="rules.write")
    row.full_clean()
    row.save()
    return row
