"""The bank's units and people: the one place that writes them, with a log of who changed what."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils.translation import override as translation_override

from collections_app.domain.sessions import GIVEN_PASSWORD_LASTS
from collections_app.domain.staff import Role, allows
from collections_app.models import Branch, Institution, Staff, Team
from collections_app.services import feed, records, sms_providers
from collections_app.services.errors import RefusedError
from collections_app.services.ownership import releasing


@transaction.atomic(durable=True)
def save_unit(
    *, row: Institution | Branch | Team, actor: records.Actor, changed: Sequence[str] | None = None
) -> Institution | Branch | Team:
    """Create or update an institution, branch or team, and log it.

    ``changed`` names the fields a person changed, the others stay as they are by now; without it, all are written.
    Raise ValidationError for values that cannot be, RefusedError for an SMS provider there is none of, NotAllowedError
    when the actor is no administrator.
    """
    records.check_may(actor=actor, action="admin")
    is_new = row.pk is None
    if not is_new:
        before = type(row)._default_manager.select_for_update().get(pk=row.pk)
        _leave_as_they_are(row, before, changed)
    row.full_clean()
    if isinstance(row, Branch):
        sms_providers.check(row.sms_provider)
    row.save()
    _log(row, actor, is_new=is_new, changed=changed or ())
    return row


@transaction.atomic(durable=True)
def set_live(*, branch_id: int, live: bool, actor: records.Actor) -> Branch:
    """Let a branch contact its customers, or nobody. Permits of its customers go by it from then on.

    Raise NotAllowedError when the actor is no administrator.
    """
    records.check_may(actor=actor, action="admin")
    branch = Branch.objects.select_for_update().get(id=branch_id)
    branch.live = live
    branch.save(update_fields=["live"])
    return branch


@transaction.atomic(durable=True)
def save_staff(
    *, row: Staff, actor: records.Actor, now: datetime, changed: Sequence[str] | None = None, password: str = ""
) -> Staff:
    """Create or update a member of staff, and log it.

    ``changed`` names the fields a person changed: the others stay as they are by now, so that nobody who was let go, or
    has chosen a password, since the form was read is taken back to what it said. Without it, all are written.
    A password given here is for GIVEN_PASSWORD_LASTS, opens nothing but the page to choose one's own, and ends
    the sessions there are. Who is an administrator may use the administration pages, nobody else. Raise
    RefusedError when it would take the last administrator away, end somebody's access (services/leaving does),
    when somebody changes their own role, or when the team is another branch's.
    """
    records.check_may(actor=actor, action="admin")
    is_new = row.pk is None
    # Who moves gives back what they hold; the record of their call comes before every other row.
    why = "" if is_new else _why_released(row)
    line = releasing.lock_line(staff_id=row.pk, now=now) if why else None
    # All administrators are locked, so that two of them cannot each remove the other.
    administrators = list(
        Staff.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True).order_by("id")
    )
    before = None if is_new else Staff.objects.select_for_update().get(id=row.pk)
    if before is not None:
        # They may have signed out since the form was read: what is over stays over.
        row.sessions_ended = before.sessions_ended
        _leave_as_they_are(row, before, changed)
    _check_roles(row, before, administrators, actor)
    if row.team is not None and row.team.branch_id != row.branch_id:
        raise RefusedError("team_of_another_branch", team=row.team.code)
    row.is_staff = row.is_superuser = row.role == Role.ADMINISTRATOR
    if password:
        row.set_password(password)
        row.given_password_until = now + GIVEN_PASSWORD_LASTS
    elif not row.password:
        row.set_unusable_password()
    row.full_clean()
    row.save()
    if why:
        releasing.release_within(staff_id=row.pk, customer=line, why=why, actor=actor, now=now)
    if password and not is_new:
        feed.end_streams(staff_id=row.pk)
    _log(row, actor, is_new=is_new, changed=[*(changed or ()), *(["password"] if password else [])])
    return row


def _leave_as_they_are(row: Model, before: Model, changed: Sequence[str] | None) -> None:
    """Take over what the row has by now in every field that nobody changed on the form."""
    if changed is None:
        return
    for field in row._meta.concrete_fields:
        if field.name not in changed:
            setattr(row, field.attname, getattr(before, field.attname))


def _why_released(row: Staff) -> str:
    """Return the code of why somebody keeps no call: another unit, or a role that has none; empty when they do."""
    was = Staff.objects.only("branch", "role").get(id=row.pk)
    if was.branch_id != row.branch_id:
        return "moved"
    return "role" if allows(was.role, "call.close") and not allows(row.role, "call.close") else ""


def _check_roles(row: Staff, before: Staff | None, administrators: list[Staff], actor: records.Actor) -> None:
    if before is None:
        return
    stays = row.role == Role.ADMINISTRATOR and row.is_active
    if not stays and [item.id for item in administrators] == [row.id]:
        raise RefusedError("last_administrator")
    if before.is_active and not row.is_active:
        raise RefusedError("leave_by_action")
    own = actor.staff is not None and actor.staff.id == row.id
    if own and (row.role, row.scope) != (before.role, before.scope):
        raise RefusedError("own_role")


def _label(row: Institution | Branch | Team | Staff, name: str) -> str:
    """Return the English name of a field, which the log translates when it is read."""
    with translation_override(None):
        return str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a field of a form has one


def _log(
    row: Institution | Branch | Team | Staff, actor: records.Actor, *, is_new: bool, changed: Sequence[str]
) -> None:
    """Write it to the administration's own log, which its history pages show. Machines leave no entry."""
    if actor.staff is None:
        return
    message = [{"added": {}}] if is_new else [{"changed": {"fields": [_label(row, name) for name in changed]}}]
    LogEntry.objects.create(
        user=actor.staff,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=str(row)[:200],
        action_flag=ADDITION if is_new else CHANGE,
        change_message=json.dumps(message),
    )
