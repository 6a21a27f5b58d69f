"""Issuing a document to a customer, keeping it sealed, and opening what was issued."""

import secrets
from datetime import date, datetime
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, cast
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import translation

from collections_app.domain.issued import IssuedKind, new_reference
from collections_app.models import Account, Customer, IssuedDocument
from collections_app.selectors import issued as selectors
from collections_app.services import records, typesetting
from collections_app.services.errors import RefusedError
from collections_app.services.issued import contents

SEALED_STORAGE = "sealed"
_CONTENTS = {IssuedKind.STATEMENT: contents.statement, IssuedKind.SETTLEMENT: contents.certificate}


@transaction.atomic(durable=True)
def issue(
    *, customer_id: int, account_id: int, kind: str, language: str, actor: records.Actor, now: datetime
) -> IssuedDocument:
    """Issue a document about an account and return it; the same state asked for again on a day is the same document.

    Raise RefusedError("no_such_account"), or with the code of why no such document can be issued now.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    account = Account.objects.filter(id=account_id, customer=customer).first()
    if account is None:
        raise RefusedError("no_such_account")
    wanted = IssuedKind(kind)
    if reason := _why_not(customer, account, wanted, now):
        raise RefusedError(reason)
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    same = IssuedDocument.objects.filter(
        customer=customer, account=account, kind=wanted, language=language,
        record_version=customer.version, as_of=account.data_as_of, issued_on=today,
    ).first()  # fmt: skip
    return same or _issue(customer, account, wanted, language, today, actor, now)


def _why_not(customer: Customer, account: Account, kind: IssuedKind, now: datetime) -> str:
    if kind is IssuedKind.STATEMENT:
        return selectors.why_not_stated(customer=customer, account=account, now=now)
    return selectors.why_not_certified(customer=customer, accounts=[account], now=now)[account.pk]


def _issue(
    customer: Customer,
    account: Account,
    kind: IssuedKind,
    language: str,
    today: date,
    actor: records.Actor,
    now: datetime,
) -> IssuedDocument:
    reference = new_reference(kind, choose=secrets.choice)
    wanted = contents.Issue(customer, account, reference, language, now)
    with translation.override(language):
        body = typesetting.pdf(template=kind.value, language=language, data=_CONTENTS[kind](wanted))
    stored_as = storages[SEALED_STORAGE].save(f"issued/{customer.pk}/{reference}", ContentFile(body))
    document = IssuedDocument.objects.create(
        customer=customer,
        account=account,
        kind=kind,
        reference=reference,
        language=language,
        record_version=customer.version,
        as_of=account.data_as_of,
        issued_on=today,
        size=len(body),
        sha256=sha256(body).hexdigest(),
        stored_as=stored_as,
        issued_at=now,
    )
    records.append(
        customer=customer,
        kind="issued.made",
        actor=actor,
        now=now,
        account_id=account.pk,
        payload={"document": document.pk, "kind": kind.value, "reference": reference, "sha256": document.sha256},
    )
    return document


@transaction.atomic(durable=True)
def open_document(*, document_id: int, actor: records.Actor, now: datetime) -> tuple[IssuedDocument, BinaryIO]:
    """Return a document that was issued, with its content; that somebody of the bank looked stands on the record.

    Raise RefusedError when there is none.
    """
    document = IssuedDocument.objects.filter(id=document_id).first()
    if document is None:
        raise RefusedError("no_such_document")
    customer = records.lock(customer_id=document.customer_id, now=now)
    records.append(
        customer=customer,
        kind="issued.read",
        actor=actor,
        now=now,
        account_id=document.account_id,
        payload={"document": document.pk, "kind": document.kind, "reference": document.reference},
    )
    return document, content(document)


def content(document: IssuedDocument) -> BinaryIO:
    """Return what a document says, as it was issued."""
    with storages[SEALED_STORAGE].open(document.stored_as) as stored:
        return cast(BinaryIO, BytesIO(stored.read()))
