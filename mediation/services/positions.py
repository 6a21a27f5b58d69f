"""What each side brings to the talks, in words and papers, filed before the session."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, cast

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction

from collections_app.domain.papers import HEAD_BYTES, kind_of, named
from collections_app.domain.typed import harmless, plain, visible
from collections_app.models import Customer
from collections_app.services import derivation, records
from collections_app.services.errors import RefusedError
from collections_app.services.handing import papers
from mediation.models import Position, PositionPaper
from mediation.services import mediations

LONGEST = 2000
SEALED_STORAGE = "sealed"
# From here on what the sides bring is said at the table.
_BEGUN = ["in_session", "held"]


@transaction.atomic(durable=True)
def file(
    *,
    mediation_id: int,
    text: str,
    files: Sequence[File[bytes]],
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    customer_id: int | None = None,
) -> Position:
    """File what one side brings; both sides and the mediator read it, and nothing of it is changed later.

    ``customer_id`` is given where the customer files. The same words without papers, sent again, are filed once.
    Raise RefusedError when a session has begun, nothing is filed, or a paper is nothing that is taken.
    """
    customer, mediation = mediations.locked(mediation_id=mediation_id, now=now, customer_id=customer_id)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.file")
    records.check_may(actor=actor, action="mediation.propose")
    if mediation.sessions.filter(state__in=_BEGUN).exists():
        raise RefusedError("positions_closed")
    said = harmless(text).strip()
    if not files and not plain(said):
        raise RefusedError("position_empty")
    if len(said) > LONGEST:
        raise RefusedError("position_too_long", longest=LONGEST)
    side = "bank" if actor.staff else "customer"
    same = next((row for row in mediation.positions.filter(side=side) if row.text == said), None)
    if same is not None and not files:
        return same
    have = set(PositionPaper.objects.filter(position__mediation=mediation).values_list("sha256", flat=True))
    new = _unknown(files, have)
    papers.check(files=files, kept=len(have))
    if same is not None and not new:
        return same
    position = Position.objects.create(
        mediation=mediation, customer=customer, side=side, text=said, filed_by=actor.staff, filed_at=now
    )
    kept = [_keep(customer, position, name, body, now) for name, body in new]
    records.append(
        customer=customer,
        kind="mediation.filed",
        actor=actor,
        now=now,
        account_id=mediation.account_id,
        payload={
            "mediation": mediation.id,
            "side": side,
            "papers": [{"paper": paper.pk, "sha256": paper.sha256} for paper in kept],
        },
    )
    derivation.derive(customer=customer, now=now)
    return position


def _unknown(files: Sequence[File[bytes]], have: set[str]) -> list[tuple[str, bytes]]:
    """Return name and content of the files that are not kept with these talks yet."""
    found: dict[str, tuple[str, bytes]] = {}
    for each in files:
        each.seek(0)
        body = each.read()
        each.seek(0)
        print_ = sha256(body).hexdigest()
        if print_ not in have:
            found[print_] = (each.name or "", body)
    return list(found.values())


def _keep(customer: Customer, position: Position, name: str, body: bytes, now: datetime) -> PositionPaper:
    kind = kind_of(body[:HEAD_BYTES])
    assert kind is not None, "checked before"
    print_ = sha256(body).hexdigest()
    stored_as = storages[SEALED_STORAGE].save(f"positions/{position.pk}/{print_[:16]}", ContentFile(body))
    return PositionPaper.objects.create(
        customer=customer,
        position=position,
        name=named(visible(name), kind),
        content_type=kind.content_type,
        size=len(body),
        sha256=print_,
        stored_as=stored_as,
        added_at=now,
    )


def content_of(paper: PositionPaper) -> BinaryIO:
    """Return what a paper holds; whoever calls has found it through the talks it belongs to."""
    with storages[SEALED_STORAGE].open(paper.stored_as) as stored:
        # At most ten mebibytes, as it was taken.
        return cast(BinaryIO, BytesIO(stored.read()))
