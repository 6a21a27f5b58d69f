"""Papers that customers hand in with a request: kept sealed, opened by staff, each look on the record."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, cast

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction

from collections_app.domain.papers import HEAD_BYTES, MOST_BYTES, MOST_PAPERS, kind_of, named
from collections_app.domain.typed import visible
from collections_app.models import Customer, HandOff, HandOffPaper
from collections_app.services import handoffs, records
from collections_app.services.errors import NotAllowedError, RefusedError

SEALED_STORAGE = "sealed"


def check(
    *, files: Sequence[File[bytes]], kept: int = 0, most: int = MOST_PAPERS, most_bytes: int | None = None
) -> None:
    """Raise RefusedError when one of the papers is nothing that is taken, or there are too many with those kept.

    Where more papers than usual are taken, ``most_bytes`` bounds them together.
    """
    if len(files) + kept > most:
        raise RefusedError("too_many_papers", most=most)
    if most_bytes is not None and sum(file.size or 0 for file in files) > most_bytes:
        raise RefusedError("papers_too_large", mebibytes=most_bytes >> 20)
    for file in files:
        if not 0 < (file.size or 0) <= MOST_BYTES:
            raise RefusedError("paper_too_large", mebibytes=MOST_BYTES >> 20)
        file.seek(0)
        if kind_of(file.read(HEAD_BYTES)) is None:
            raise RefusedError("paper_of_no_kind")
        file.seek(0)


def keep_within(
    *, customer: Customer, handoff: HandOff, files: Sequence[File[bytes]], actor: records.Actor, now: datetime
) -> list[HandOffPaper]:
    """Keep the papers of a request, on a record the caller has locked; the same content again is kept once.

    Type and ending follow from the content, whatever the sender called it. Raise RefusedError like ``check``.
    """
    have = {paper.sha256: paper for paper in HandOffPaper.objects.filter(handoff=handoff)}
    check(files=files, kept=len(have))
    kept = []
    for file in files:
        body = file.read()
        print_ = sha256(body).hexdigest()
        if print_ not in have:
            have[print_] = _keep(customer, handoff, file.name or "", body, print_, now)
            kept.append(have[print_])
    if kept:
        records.append(
            customer=customer,
            kind="handoff.papers",
            actor=actor,
            now=now,
            account_id=handoff.account_id,
            payload={
                "handoff": handoff.pk,
                "kind": handoff.kind,
                "papers": [{"paper": paper.pk, "sha256": paper.sha256} for paper in kept],
            },
        )
    return kept


def _keep(customer: Customer, handoff: HandOff, name: str, body: bytes, print_: str, now: datetime) -> HandOffPaper:
    kind = kind_of(body[:HEAD_BYTES])
    assert kind is not None, "checked before"
    stored_as = storages[SEALED_STORAGE].save(f"papers/{handoff.pk}/{print_[:16]}", ContentFile(body))
    return HandOffPaper.objects.create(
        customer=customer,
        handoff=handoff,
        name=named(visible(name), kind),
        content_type=kind.content_type,
        size=len(body),
        sha256=print_,
        stored_as=stored_as,
        added_at=now,
    )


@transaction.atomic(durable=True)
def open_paper(*, paper_id: int, actor: records.Actor, now: datetime) -> tuple[HandOffPaper, BinaryIO]:
    """Return a paper with its content; who looked, and for which request, stands on the record.

    Raise RefusedError when there is none, NotAllowedError for whoever the request is not passed between.
    """
    paper = HandOffPaper.objects.select_related("handoff").filter(id=paper_id).first()
    if paper is None:
        raise RefusedError("no_such_document")
    customer = records.lock(customer_id=paper.customer_id, now=now)
    records.check_may(actor=actor, action="handoff.move")
    if actor.staff is not None and not handoffs.sides_of(handoff=paper.handoff, department=actor.department):
        raise NotAllowedError("not_allowed", action="handoff.move")
    records.append(
        customer=customer,
        kind="paper.read",
        actor=actor,
        now=now,
        account_id=paper.handoff.account_id,
        payload={"handoff": paper.handoff_id, "kind": paper.handoff.kind, "paper": paper.pk},
    )
    with storages[SEALED_STORAGE].open(paper.stored_as) as stored:
        # At most ten mebibytes, as it was taken.
        return paper, cast(BinaryIO, BytesIO(stored.read()))
