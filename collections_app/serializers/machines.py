"""What machines send and are answered: permits, reports and telephone events."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rest_framework import serializers

from collections_app.domain import masking
from collections_app.domain.machines.calls import CALL_EVENTS, DIRECTIONS
from collections_app.domain.machines.reports import LEAST_HOLD_SECONDS, MOST_HOLD_SECONDS, MOST_IN_BULK, REPORTS
from collections_app.domain.purposes import CHANNELS, Purpose
from collections_app.models import Account, ContactPoint
from collections_app.services.machines.permits import BEST, Ask
from collections_app.services.machines.standing import Standing
from collections_app.services.permits_bulk import HOLD_SECONDS

_NAMES = ("customer", "account", "case")


class PermitInput(serializers.Serializer[Any]):
    """One contact that is asked for."""

    customer = serializers.CharField(required=False, max_length=40)
    account = serializers.CharField(required=False, max_length=40)
    case = serializers.CharField(required=False, max_length=40)
    channel = serializers.ChoiceField(choices=CHANNELS.choices())
    purpose = serializers.ChoiceField(choices=[purpose.value for purpose in Purpose])
    contact_point = serializers.CharField(required=False, default=BEST, max_length=18)
    hold_seconds = serializers.IntegerField(
        required=False, default=HOLD_SECONDS, min_value=LEAST_HOLD_SECONDS, max_value=MOST_HOLD_SECONDS
    )
    ref = serializers.CharField(required=False, default="", allow_blank=True, max_length=64)

    def validate_contact_point(self, value: str) -> str:
        """Return the number's id or ``best``. Raise ValidationError for anything else."""
        if value != BEST and not (value.isascii() and value.isdigit()):
            raise serializers.ValidationError("an id from an earlier permit, or: best")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return it. Raise ValidationError unless exactly one of customer, account and case is named."""
        if sum(bool(attrs.get(name)) for name in _NAMES) != 1:
            raise serializers.ValidationError({"customer": ["exactly one of customer, account, case"]})
        return attrs


class BulkInput(serializers.Serializer[Any]):
    """Many contacts at once."""

    items = serializers.ListField(child=PermitInput(), min_length=1, max_length=MOST_IN_BULK)


class ReportInput(serializers.Serializer[Any]):
    """What became of a contact."""

    state = serializers.ChoiceField(choices=[state.value for state in REPORTS])
    effective = serializers.BooleanField(required=False, default=False)
    outcome = serializers.CharField(required=False, allow_blank=True, default="", max_length=24)
    started_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    ended_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    recording_ref = serializers.CharField(required=False, allow_blank=True, default="", max_length=80)


class CallEventInput(serializers.Serializer[Any]):
    """One event of a telephone call."""

    event = serializers.ChoiceField(choices=CALL_EVENTS.choices())
    call_id = serializers.CharField(max_length=64)
    number = serializers.CharField(required=False, allow_blank=True, default="", max_length=32)
    agent = serializers.CharField(max_length=40)
    direction = serializers.ChoiceField(choices=DIRECTIONS.choices())
    at = serializers.DateTimeField()


def ask_of(entered: Mapping[str, Any]) -> Ask:
    """Return what was entered as the service takes it."""
    point = entered["contact_point"]
    return Ask(
        channel=entered["channel"],
        purpose=entered["purpose"],
        customer=entered.get("customer", ""),
        account=entered.get("account", ""),
        case=entered.get("case", ""),
        contact_point=None if point == BEST else int(point),
        hold_seconds=entered["hold_seconds"],
        ref=entered["ref"],
    )


def permit_body(standing: Standing, *, shows_number: bool) -> dict[str, Any]:
    """Return the answer to one asking; the number to dial only while it may be dialled, and to whom may read it."""
    permit = standing.permit
    head: dict[str, Any] = {"id": permit.pk, "ref": permit.ref}
    if permit.fault:
        return {"ref": permit.ref, "allowed": False, "fault": permit.fault}
    refusal = permit.refusal
    if refusal is not None:
        return head | {"allowed": False} | _refused(refusal.reason, refusal.until, refusal.decision)
    contact = permit.contact
    assert contact is not None
    body = head | {
        "allowed": True,
        "state": contact.state,
        "usable": standing.usable,
        "channel": contact.channel,
        "purpose": contact.purpose,
        "expires_at": permit.expires_at,
    }
    if not standing.usable:
        return body | {"reason": standing.reason}
    return body | {
        "customer": permit.customer.customer_no if permit.customer else "",
        "language": permit.customer.language if permit.customer else "",
        "contact_point": _point(contact.contact_point, shows_number=shows_number),
        "say": {
            "purpose": contact.purpose,
            "accounts": _accounts(standing.accounts),
            "script_version": permit.script_version,
        },
    }


def _refused(reason: str, until: datetime | None, decision: Mapping[str, Any]) -> dict[str, Any]:
    """Return a refusal by its rule. Which hold it is stays here: an illness is none of a machine's business."""
    rule = decision.get("rule") or {}
    code = str(rule.get("code", ""))
    return {
        "reason": reason,
        "rule": "HOLD" if code.startswith("HOLD-") else code,
        "pack": rule.get("pack", ""),
        "version": rule.get("version"),
        "basis": rule.get("basis", ""),
        "until": until,
    }


def _point(point: ContactPoint | None, *, shows_number: bool) -> dict[str, Any] | None:
    if point is None:
        return None
    is_phone = point.value.startswith("+")
    masked = masking.phone(point.value) if is_phone else masking.name(point.value)
    shown = {"id": point.pk, "kind": point.kind, "relation": point.relation, "masked": masked}
    return shown | ({"value": point.value} if shows_number else {})


def _accounts(accounts: Sequence[Account]) -> list[dict[str, Any]]:
    return [
        {
            "id": account.pk,
            "product": account.product,
            "tail": account.tail,
            "currency": account.currency,
            "overdue_fen": account.overdue_fen,
            "data_as_of": account.data_as_of,
        }
        for account in accounts
    ]
