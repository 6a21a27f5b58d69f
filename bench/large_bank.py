"""A large bank, made by the set from two records that the services wrote."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.apps import apps
from django.db import connection, models

from bench import prototypes
from collections_app.domain.told.verdicts import ToldState
from collections_app.models import (
    Account,
    AccountParty,
    Approval,
    Case,
    Contact,
    ContactPoint,
    Conversation,
    Customer,
    Event,
    EventSequence,
    Promise,
    PromisePart,
    Told,
    ToldFlag,
    ToldUnheard,
)
from collections_app.services import sequencer
from ledger.models import Entry
from ledger.services import log
from notifications.models import Message, Receipt

# Every id of a prototype is below this; a copy's ids are so many times as much higher.
STRIDE = 1000
# Each before what refers to it; all hang on a customer.
COPIED: tuple[type[models.Model], ...] = (
    Customer,
    ContactPoint,
    Account,
    AccountParty,
    Case,
    Contact,
    Conversation,
    Promise,
    PromisePart,
    Told,
    ToldFlag,
    ToldUnheard,
    Message,
    Receipt,
    Event,
)
# What must be unique, and the lists of accounts, by table and column; ``n`` is the number of the copy.
CHANGED = {
    (Customer, "customer_no"): "customer_no || '-' || n",
    (Customer, "case_number"): "case_number || '-' || n",
    (Case, "number"): "number || '-' || n",
    (Account, "account_token"): "md5(account_token || n)",
    (ContactPoint, "value_token"): "md5(value_token || n)",
    (Message, "attempt"): "gen_random_uuid()",
    (Message, "provider_id"): "CASE provider_id WHEN '' THEN '' ELSE provider_id || '-' || n END",
    (Receipt, "provider_id"): "provider_id || '-' || n",
    (Event, "account_id"): f"account_id + n * {STRIDE}",
    (Contact, "accounts"): f"(SELECT coalesce(jsonb_agg(value::bigint + n * {STRIDE}), '[]')"
    " FROM jsonb_array_elements_text(accounts))",
}


def fill(*, contacts: int, now: datetime) -> None:
    """Bring an empty database to so many contacts, three tenths calls and the rest messages, all of it sound."""
    made = prototypes.make(now=now)
    written = Event.objects.filter(customer__in=[made.called, made.written_to]).count()
    with connection.cursor() as cursor:
        # Rows of a throw-away bank, copied from sound ones: what their checks would say is known.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        shares = ((made.called, prototypes.CALLS, 0.3), (made.written_to, prototypes.MESSAGES, 0.7))
        for customer, each, share in shares:
            copies = round(contacts * share / each) - 1
            for model in COPIED:
                cursor.execute(copy_sql(model), {"customer": customer, "first": 1, "copies": copies})
            _chain(customer, copies, now)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")
    if written == Event.objects.count():
        raise RuntimeError("nothing was copied")
    log.checkpoint(now=now)


# A customer of whom the bank knows no more than the core's file says.
WITHOUT_HISTORY: tuple[type[models.Model], ...] = (Customer, ContactPoint, Account, AccountParty, Case)
# Of so many customers one has been called and has promised; the others are in arrears and have not been spoken with.
ONE_IN = 10


def grow(customer: int, *, customers: int, queues: Sequence[str]) -> None:
    """Bring a bank that holds one record of the services' to so many customers, or from fewer to so many.

    Every tenth has the whole history of the first. Their cases stand in the named queues, in a mixed order. Their
    events are not in the ledger: `fill` makes banks that are to be audited.
    """
    changed = CHANGED | {
        (Customer, "queue"): f"(ARRAY[{', '.join(map(repr, queues))}])[n %% {len(queues)} + 1]",
        (Customer, "priority"): "(n::bigint * 7919) %% 100000",
        # Opened one by one in a year, and called on one day or another of a week, not all today: the board counts
        # those of the day.
        (Case, "opened_at"): "opened_at - (n %% 365) * interval '1 day'",
        (Contact, "at"): f"at - (n / {ONE_IN} %% 7) * interval '1 day'",
        # Who has not been spoken with was told nothing.
        (Customer, "told_state"): f"CASE WHEN n %% {ONE_IN} = 0 THEN told_state ELSE '{ToldState.NOTHING}' END",
        # As many have the same name, or the same end of a number, as in a city.
        (Customer, "search_tokens"): "(SELECT array_agg(CASE WHEN n %% 1000 = 0 THEN token"
        " ELSE left(md5(token || n), length(token)) END) FROM unnest(search_tokens) AS token)",
    }
    numbers = {"customer": customer, "first": Customer.objects.count(), "copies": customers - 1}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        for model in COPIED:
            which = "true" if model in WITHOUT_HISTORY else f"n %% {ONE_IN} = 0"
            cursor.execute(f"{copy_sql(model, changed)} AND {which}", numbers)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def copy_sql(model: type[models.Model], changed: Mapping[tuple[type[models.Model], str], str] = CHANGED) -> str:
    """Return the statement that copies a customer's rows of a model so many times, each with ids of its own."""
    table = model._meta.db_table
    columns, values = [], []
    for field in model._meta.concrete_fields:
        name = field.column or ""
        value = changed.get((model, name))
        if value is None:
            refers = field.primary_key or field.related_model in COPIED
            value = f'"{name}" + n * {STRIDE}' if refers else f'"{name}"'
        columns.append(f'"{name}"')
        values.append(value)
    which = {
        Customer: "id = %(customer)s",
        Receipt: f"message_id IN (SELECT id FROM {Message._meta.db_table} WHERE customer_id = %(customer)s)",
        AccountParty: "customer_id = %(customer)s",
    }.get(model, "customer_id = %(customer)s")
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"
        f" FROM {table}, generate_series(%(first)s, %(copies)s) AS n WHERE {which}"
    )


# Copies of whole records are so far apart, so that they meet no copy of `fill` and `grow`.
FAR = 1_000_000
OTHERWISE = {
    (Approval, "subject"): f"split_part(subject, ':', 1) || ':' || (split_part(subject, ':', 2)::bigint + n * {FAR})",
    (Customer, "case_number"): "case_number || '~' || n",
}


def multiply(customer: int, *, copies: int) -> None:
    """Copy one record with every row that belongs to it, whatever the table; what must be unique is made so.

    Like `grow`, without the ledger.
    """
    models_ = [model for model in apps.get_models() if model is Customer or _belongs(model)]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for model in models_:
            which = "id" if model is Customer else "customer_id"
            names, values = zip(*_columns(model, frozenset(models_)), strict=True)
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) SELECT {', '.join(values)}"
                f" FROM {model._meta.db_table}, generate_series(1, %s) AS n WHERE {which} = %s",
                [copies, customer],
            )
        cursor.execute("SET session_replication_role = DEFAULT")


def _belongs(model: type[models.Model]) -> bool:
    """Whether rows of a table belong to a record and are told apart by a number."""
    own = {field.name: field for field in model._meta.concrete_fields}
    is_numbered = not isinstance(model._meta.pk, models.UUIDField)
    return is_numbered and "customer" in own and own["customer"].related_model is Customer and model._meta.managed


def _columns(model: type[models.Model], copied: frozenset[type[models.Model]]) -> Iterator[tuple[str, str]]:
    """Yield each column of a table and what a copy has in it."""
    own = {field.name: field for field in model._meta.concrete_fields}
    moved = {name for name, field in own.items() if field.related_model in copied}
    rules = [getattr(rule, "fields", ()) for rule in model._meta.constraints]
    # Whatever holds a row of the record already is another for each copy.
    alone = {name for fields in rules if not moved & set(fields) for name in fields}
    for name, field in own.items():
        column = f'"{field.column}"'
        otherwise = OTHERWISE.get((model, field.column or ""))
        if otherwise:
            value = otherwise
        elif (field.primary_key and field.related_model is None) or name in moved:
            value = f"{column} + n * {FAR}"
        elif isinstance(field, models.UUIDField) and (field.unique or name in alone):
            value = "gen_random_uuid()"
        elif isinstance(field, models.CharField) and (field.unique or name in alone) and not field.choices:
            longest = field.max_length or 64
            value = f"CASE {column} WHEN '' THEN '' ELSE left({column}, {longest - 8}) || '~' || n END"
        else:
            value = column
        yield column, value


def _chain(customer: int, copies: int, now: datetime) -> None:
    """Give the copied events their places, with the leaves the ledger would have computed."""
    with connection.cursor() as cursor:
        for event in Event.objects.filter(customer=customer).order_by("id"):
            marks = Event(id=_MARK, customer_id=_MARK + 1, account_id=event.account_id and _MARK + 2)
            for name in ("kind", "version", "at", "actor_id", "department", "payload"):
                setattr(marks, name, getattr(event, name))
            text = sequencer.canonical(marks).decode().replace("%", "%%")
            for mark, own in ((_MARK, event.id), (_MARK + 1, customer), (_MARK + 2, event.account_id)):
                text = text.replace(str(mark), f"' || ({own} + n * {STRIDE}) || '")
            first = EventSequence.objects.count()
            leaf = f"sha256('\\x00'::bytea || convert_to('{text}', 'UTF8'))"
            numbers = {"first": first - 1, "copies": copies, "own": event.id, "now": now, "topic": sequencer.TOPIC}
            cursor.execute(
                f"INSERT INTO {EventSequence._meta.db_table} (place, event_id)"
                f" SELECT %(first)s + n, %(own)s + n * {STRIDE} FROM generate_series(1, %(copies)s) AS n",
                numbers,
            )
            cursor.execute(
                f'INSERT INTO {Entry._meta.db_table} ("index", topic, leaf_hash, appended_at)'
                f" SELECT %(first)s + n, %(topic)s, {leaf}, %(now)s FROM generate_series(1, %(copies)s) AS n",
                numbers,
            )


# A number no row of a prototype has, to be found again in the text of an event.
_MARK = 7_770_000_000_001
