"""Machine clients: made, changed, given a new secret and revoked by administrators; each use is kept."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from collections_app.domain import access
from collections_app.domain.machines import clients
from collections_app.domain.machines.clients import ClientKind
from collections_app.models import Branch, MachineClient, MachineToken, MachineUse
from collections_app.services import records
from collections_app.services.errors import RefusedError

ADMINISTERS = "admin"


@transaction.atomic(durable=True)
def save(*, row: MachineClient, branches: Collection[Branch], actor: records.Actor, now: datetime) -> MachineClient:
    """Make or change a client. Raise RefusedError for what its kind may not be given, or another kind.

    A new one has no secret: it opens nothing until one is made.
    """
    records.check_may(actor=actor, action=ADMINISTERS)
    before = MachineClient.objects.select_for_update().get(pk=row.pk) if row.pk else None
    if before is not None and before.kind != row.kind:
        raise RefusedError("machine_kind_stands")
    if before is not None and before.revoked_at is not None:
        raise RefusedError("machine_revoked")
    beyond = clients.beyond_limits(kind=row.kind, channels=row.channels, scopes=row.scopes)
    if beyond:
        raise RefusedError("machine_beyond_kind", what=", ".join(sorted(beyond)))
    if before is None:
        row.client_id = f"{row.kind}-{secrets.token_hex(8)}"
        row.created_by = actor.staff
        row.created_at = now
        row.save()
    else:
        # Never the secret: what was made between opening the form and sending it stands.
        row.save(update_fields=["name", "channels", "scopes", "script_version", "per_minute"])
        MachineToken.objects.filter(client=row, revoked_at__isnull=True).update(revoked_at=now)
    row.branches.set(branches)
    return row


@transaction.atomic(durable=True)
def make_secret(*, client_pk: int, actor: records.Actor, now: datetime, at_once: bool = False) -> str:
    """Make a new secret and return it, for the only time it can be read.

    The one before opens for another day, so that nobody has to change it in one instant; ``at_once`` ends it, and
    every token, now.
    """
    records.check_may(actor=actor, action=ADMINISTERS)
    client = MachineClient.objects.select_for_update().get(pk=client_pk)
    if client.revoked_at is not None:
        raise RefusedError("machine_revoked")
    secret = secrets.token_urlsafe(32)
    keeps = bool(client.secret_hash) and not at_once
    client.old_secret_hash = client.secret_hash if keeps else ""
    client.old_secret_until = now + clients.OLD_SECRET_LIVES if keeps else None
    client.secret_hash = clients.digest(secret)
    client.secret_made_at = now
    client.save(update_fields=["secret_hash", "secret_made_at", "old_secret_hash", "old_secret_until"])
    if at_once:
        MachineToken.objects.filter(client=client, revoked_at__isnull=True).update(revoked_at=now)
    return secret


@transaction.atomic(durable=True)
def revoke(*, client_pk: int, actor: records.Actor, now: datetime) -> MachineClient:
    """End a client for good: its secret and its tokens open nothing from this instant on."""
    records.check_may(actor=actor, action=ADMINISTERS)
    client = MachineClient.objects.select_for_update().get(pk=client_pk)
    if client.revoked_at is not None:
        raise RefusedError("machine_revoked")
    client.revoked_at = now
    client.secret_hash = client.old_secret_hash = ""
    client.old_secret_until = None
    client.save(update_fields=["revoked_at", "secret_hash", "old_secret_hash", "old_secret_until"])
    MachineToken.objects.filter(client=client, revoked_at__isnull=True).update(revoked_at=now)
    return client


def opens(*, client: MachineClient, secret: str, now: datetime) -> bool:
    """Return whether a secret is this client's, now. Compared in constant time, the older one too."""
    given = clients.digest(secret)
    new = bool(client.secret_hash) and secrets.compare_digest(client.secret_hash, given)
    in_time = client.old_secret_until is not None and client.old_secret_until > now
    old = bool(client.old_secret_hash) and secrets.compare_digest(client.old_secret_hash, given)
    return client.revoked_at is None and (new or (old and in_time))


def keep_token(*, client: MachineClient, secret: str, scopes: Sequence[str], now: datetime) -> MachineToken:
    """Keep a token that was just made for a client, as a hash."""
    return MachineToken.objects.create(
        client=client,
        digest=clients.digest(secret),
        scopes=list(scopes),
        issued_at=now,
        expires_at=now + clients.TOKEN_LIVES,
    )


def note_use(
    *, client: MachineClient | None, action: str, status: int, address: str | None, items: int, now: datetime
) -> None:
    """Keep that a machine asked something, and how it was answered."""
    MachineUse.objects.create(client=client, action=action[:40], status=status, address=address, items=items, at=now)


def forget_expired(*, now: datetime) -> int:
    """Forget the tokens that expired more than a day ago, and return how many: what they did is kept."""
    forgotten, _by_model = MachineToken.objects.filter(expires_at__lt=now - clients.OLD_SECRET_LIVES).delete()
    return forgotten


def forget_strangers(*, now: datetime) -> int:
    """Forget the refused requests of more than half a year ago that no client proved to have made; return how many."""
    old = MachineUse.objects.filter(client__isnull=True, at__lt=now - access.REFUSED_KEPT)
    return old.delete()[0]


def is_agency(client: MachineClient) -> bool:
    """Return whether accounts are placed with this client."""
    return client.kind == ClientKind.AGENCY
