"""Evidence packs: asked for with a reason, made in the background, opened under the eyes of the record."""

import logging
from datetime import date, datetime
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, cast
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import get_language, gettext

from collections_app.domain.evidence import ATTEMPTS, LEASE
from collections_app.domain.typed import harmless, plain
from collections_app.models import Complaint, Contact, Customer, EvidencePack
from collections_app.services import records, sweeps, typesetting, wake
from collections_app.services.errors import RefusedError
from collections_app.services.evidence import facts
from collections_app.services.evidence.requests import requests
from collections_app.services.evidence.sections import Asked, of_other_floors

SEALED_STORAGE = "sealed"
ACTION = "evidence.pack"
_log = logging.getLogger(__name__)


@transaction.atomic(durable=True)
def ask(
    *,
    customer_id: int,
    reason: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    complaint_id: int | None = None,
    since: date | None = None,
) -> EvidencePack:
    """Ask for the evidence of a record, from a day on or all of it; a background worker is woken, and makes it.

    Raise RefusedError when the reason is missing or the complaint is of another record.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=ACTION)
    records.check_may(actor=actor, action=ACTION)
    assert actor.staff is not None
    if not plain(reason):
        raise RefusedError("reason_missing")
    if complaint_id is not None and not Complaint.objects.filter(id=complaint_id, customer=customer).exists():
        raise RefusedError("no_such_complaint")
    pack = EvidencePack.objects.create(
        customer=customer,
        complaint_id=complaint_id,
        asked_by=actor.staff,
        asked_at=now,
        reason=harmless(reason).strip(),
        since=since,
        language=get_language() or "zh-hans",
    )
    records.append(
        customer=customer,
        kind="evidence.asked",
        actor=actor,
        now=now,
        payload={"pack": pack.pk, "complaint": complaint_id},
        text=pack.reason,
    )
    wake.soon("evidence.make", pack_id=pack.pk)
    return pack


def make_waiting(*, now: datetime) -> int:
    """Make the packs whose wake-up was lost or whose worker died, and return how many were made."""
    over = Q(state="waiting") | Q(state="making", lease_until__lte=now)
    ids = list(EvidencePack.objects.filter(over).order_by("asked_at").values_list("id", flat=True)[:20])
    return sweeps.each(ids, lambda pack_id: make(pack_id=pack_id, now=now))


def make(*, pack_id: int, now: datetime) -> bool:
    """Make one pack; return whether it was made. Not atomic: reading, setting and storing take no lock.

    Of two workers one has the lease. What fails, or dies with its worker, is tried again when that lease is over, a
    few times, and then stays failed for all to see.
    """
    pack = _claim(pack_id, now)
    if pack is None:
        return False
    try:
        body, version, number = _body(pack, now)
    except typesetting.SettingError:
        _log.exception("evidence pack %s could not be made", pack_id)
        return False
    stored_as = storages[SEALED_STORAGE].save(f"evidence/{pack_id}", ContentFile(body, name=f"{pack_id}.pdf"))
    return _keep(pack, body, stored_as, version, number, now)


@transaction.atomic(durable=True)
def _claim(pack_id: int, now: datetime) -> EvidencePack | None:
    over = Q(state="waiting") | Q(state="making", lease_until__lte=now)
    pack = EvidencePack.objects.select_for_update(of=("self",)).filter(over, id=pack_id).first()
    if pack is None:
        return None
    if pack.attempts >= ATTEMPTS:
        pack.state, pack.lease_until = "failed", None
        pack.save(update_fields=["state", "lease_until"])
        return None
    pack.state, pack.lease_until, pack.attempts = "making", now + LEASE, pack.attempts + 1
    pack.save(update_fields=["state", "lease_until", "attempts"])
    return pack


def _body(pack: EvidencePack, now: datetime) -> tuple[bytes, int, int]:
    """Return the document, the record's version it shows, and how many contacts it lists."""
    with translation.override(pack.language), transaction.atomic():
        customer = Customer.objects.select_related("branch__institution").get(id=pack.customer_id)
        zone = ZoneInfo(customer.time_zone)
        since = datetime.combine(pack.since, datetime.min.time(), tzinfo=zone) if pack.since else None
        asked = Asked(customer, since, zone)
        parts = [*facts.PARTS, requests, *of_other_floors()]
        sections = [part(asked) for part in parts]
        data = {
            "title": gettext("Evidence pack"),
            "number": gettext("No. %(number)s") % {"number": pack.pk},
            "watermark": _watermark(pack, asked),
            "nothing": gettext("Nothing on record."),
            "cover": facts.cover(pack, asked, now),
            "sections": [section.data() for section in sections],
        }
        body = typesetting.pdf(template="pack", language=pack.language, data=data)
    number = Contact.objects.filter(customer=customer, **({"at__gte": since} if since else {})).count()
    return body, customer.version, number


def _watermark(pack: EvidencePack, asked: Asked) -> str:
    who = f"{pack.asked_by.name} {pack.asked_by.employee_no}"
    return f"{who} · {asked.at(pack.asked_at)} · {pack.reason}"[:160]


@transaction.atomic(durable=True)
def _keep(pack: EvidencePack, body: bytes, stored_as: str, version: int, number: int, now: datetime) -> bool:
    customer = records.lock(customer_id=pack.customer_id, now=now)
    digest = sha256(body).hexdigest()
    made = EvidencePack.objects.filter(id=pack.pk, state="making", attempts=pack.attempts).update(
        state="ready",
        lease_until=None,
        stored_as=stored_as,
        size=len(body),
        sha256=digest,
        version=version,
        contacts=number,
        made_at=now,
    )
    if made:
        records.append(
            customer=customer,
            kind="evidence.made",
            actor=records.SYSTEM,
            now=now,
            payload={"pack": pack.pk, "sha256": digest, "contacts": number},
        )
    return bool(made)


@transaction.atomic(durable=True)
def open_pack(*, pack_id: int, actor: records.Actor, now: datetime) -> tuple[EvidencePack, BinaryIO]:
    """Return a pack that is ready, with its content; that somebody opened it stands on the record.

    Raise RefusedError when there is none or it is not ready, NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action=ACTION)
    row = EvidencePack.objects.filter(id=pack_id).values_list("customer_id", flat=True).first()
    if row is None:
        raise RefusedError("no_such_pack")
    customer = records.lock(customer_id=row, now=now)
    pack = EvidencePack.objects.get(id=pack_id)
    if pack.state != "ready":
        raise RefusedError("pack_not_ready")
    records.append(
        customer=customer, kind="evidence.read", actor=actor, now=now, payload={"pack": pack.pk, "sha256": pack.sha256}
    )
    with storages[SEALED_STORAGE].open(pack.stored_as) as stored:
        return pack, cast(BinaryIO, BytesIO(stored.read()))
