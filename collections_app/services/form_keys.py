"""One-time keys: a form or a request that is sent twice writes once.

The interface names the key around its one service call (``sending``); ``records`` does the rest, so that no service
needs to know. Under the customer's lock the key is looked up before anything else, and it is remembered with the
first event, in the same transaction: what is refused leaves the key unused, and of two that are sent at the same
instant the second waits for the lock and finds the first. A service that writes no event keeps the key itself
(``keep_within``; without the lock ``keep_unlocked_within``).
"""

import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from collections_app.models import Event, FormKey, Staff
from collections_app.services.errors import AlreadyWrittenError, KeyReusedError

KEPT = timedelta(days=7)
_KEY = re.compile(r"^[A-Za-z0-9_-]{16,64}$")


@dataclass(slots=True)
class Sent:
    """One sending of a form: its key, who sends it, what it says, and whether it has written."""

    key: str
    staff: Staff
    content_hash: str
    written: bool = False


_sent: ContextVar[Sent | None] = ContextVar("form_being_written", default=None)


def new_key() -> str:
    """Return a random key for a form that is about to be shown."""
    return secrets.token_urlsafe(18)


def is_key(text: str) -> bool:
    """Return whether a text can be a key: 16 to 64 letters, digits, hyphens or underscores."""
    return bool(_KEY.match(text))


def sent(*, key: str, staff: Staff, content: Iterable[str]) -> Sent | None:
    """Return a sending with its content reduced to a keyed hash, or None where the key cannot be read."""
    if not is_key(key):
        return None
    said = "\x00".join(part.replace("\x00", "") for part in content)
    return Sent(key, staff, salted_hmac(f"form_key:{key}", said, algorithm="sha256").hexdigest())


@contextmanager
def sending(form: Sent | None) -> Iterator[None]:
    """Let the service called inside write under this key.

    The service raises AlreadyWrittenError when the same was written before, and KeyReusedError when the key was
    used for something else.
    """
    token = _sent.set(form)
    try:
        yield
    finally:
        _sent.reset(token)


def check(*, form: Sent | None, customer_id: int) -> None:
    """Raise AlreadyWrittenError or KeyReusedError when the form has written on this record."""
    if form is None:
        return
    used = FormKey.objects.filter(customer_id=customer_id, staff=form.staff, key=form.key).select_related("event")
    first = used.first()
    if first is None:
        return
    if first.content_hash != form.content_hash:
        raise KeyReusedError
    raise AlreadyWrittenError(first.event)


def check_within(*, customer_id: int) -> None:
    """Raise like ``check`` for the form being written; the caller has locked the record."""
    form = _sent.get()
    if form is not None and not form.written:
        check(form=form, customer_id=customer_id)


def keep_within(*, customer_id: int, now: datetime, event: Event | None = None) -> None:
    """Remember the key of the form being written with the first event it writes, if it writes one."""
    form = _sent.get()
    if form is None or form.written:
        return
    FormKey.objects.create(
        customer_id=customer_id,
        staff=form.staff,
        key=form.key,
        content_hash=form.content_hash,
        event=event,
        used_at=now,
    )
    form.written = True


def keep_unlocked_within(*, customer_id: int, now: datetime) -> None:
    """Remember the key of a form whose service takes no lock, before it writes; raise like ``check``.

    Of two at the same instant the second waits for the first to commit, and finds it.
    """
    check_within(customer_id=customer_id)
    try:
        with transaction.atomic():
            keep_within(customer_id=customer_id, now=now)
    except IntegrityError:
        check_within(customer_id=customer_id)
        raise


def forget_old(*, now: datetime) -> int:
    """Forget the keys used more than a week ago, and return how many."""
    forgotten, _by_model = FormKey.objects.filter(used_at__lt=now - KEPT).delete()
    return forgotten
