"""Co-borrowers and guarantors: of an account, and as a draft of its agreement has them."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from collections_app.models import AccountParty, Guarantee, RelatedPerson
from mediation.domain.kinds import RULES, Kind
from mediation.domain.parties import PARTY_ROLES, Party
from mediation.models import AgreementDraft, DraftParty, DraftSignature
from notifications.domain.lifecycle import WAITING
from notifications.models import Message

# The kind of message that invites a co-borrower or guarantor to sign.
INVITATION = "agreement_to_sign"
_SIGNED = Exists(DraftSignature.objects.filter(draft=OuterRef("draft"), person=OuterRef("person")))


def of_account(*, account_id: int, customer_id: int) -> list[Party]:
    """Return who else owes an account or stands for it, beside the customer whose record it is. Two queries.

    By the core, with a record of their own; and by what is recorded of the persons beside the customer, for this
    account or for all of the record. Somebody who is both is named once; a guarantor whose period has lapsed is free.
    """
    rows = AccountParty.objects.filter(account_id=account_id, role__in=list(PARTY_ROLES)).exclude(
        customer_id=customer_id
    )
    found = [
        Party(row.customer_id, row.role, row.customer.name) for row in rows.select_related("customer").order_by("id")
    ]
    known = {(party.role, party.name) for party in found}
    others = [
        Party(None, person.role, person.name, person.pk)
        for person in _beside(account_id, customer_id)
        if (person.role, person.name) not in known
    ]
    return [*found, *others]


def _beside(account_id: int, customer_id: int) -> QuerySet[RelatedPerson]:
    """Return the persons beside a customer who owe an account too, or stand for it."""
    stands = Guarantee.objects.filter(person=OuterRef("pk"))
    here = Q(account=account_id) | Q(Exists(stands.filter(account=account_id)))
    everywhere = Q(account__isnull=True) & ~Q(Exists(stands))
    lapsed = stands.filter(account=account_id, level="over", claimed_on__isnull=True)
    rows = RelatedPerson.objects.filter(
        here | everywhere, customer=customer_id, role__in=list(PARTY_ROLES), ended_at__isnull=True
    )
    return rows.exclude(Exists(lapsed)).order_by("id")


def bound(draft: AgreementDraft) -> list[DraftParty]:
    """Return the co-borrowers and guarantors of a version, those left out too."""
    return list(draft.parties.select_related("person", "related", "chosen_by"))


def needed(*, kind: str, parties: Iterable[DraftParty]) -> list[tuple[str, DraftParty | None]]:
    """Return whose signatures bring a version into force, in the order in which they stand on the document.

    Of a co-borrower or guarantor, with their row.
    """
    fixed: list[tuple[str, DraftParty | None]] = [(name, None) for name in RULES[Kind(kind)].signatories]
    signing: list[tuple[str, DraftParty | None]] = [(party.role, party) for party in parties if party.signs]
    return [*fixed[:1], *signing, *fixed[1:]]


def keys_needed(draft: AgreementDraft) -> list[str]:
    """Return what names each signature that brings a version into force."""
    wanted = needed(kind=draft.mediation.kind, parties=draft.parties.all())
    return [party.key if party is not None else signatory for signatory, party in wanted]


def papers_of(*, person_id: int) -> QuerySet[DraftParty]:
    """Return what a person is asked to sign for another's account, or has signed with it in force; the newest first.

    A version that was replaced or dropped is not among them, nor one that goes on without them.
    """
    rows = DraftParty.objects.filter(person_id=person_id, signs=True, draft__state__in=["open", "in_force"])
    return (
        rows.select_related(
            "draft__mediation", "draft__account", "draft__customer", "draft__session__mediator__organisation"
        )
        .prefetch_related("draft__instalments")
        .annotate(has_signed=_SIGNED)
        .order_by("-draft_id")
    )


def to_invite(*, limit: int) -> list[tuple[int, int]]:
    """Return (party id, draft id) of who has still to be invited to sign; nobody asks whoever has signed by hand.

    Nor whoever has no record of their own: there is no way to reach them but by those at the table.
    """
    rows = DraftParty.objects.filter(
        ~_SIGNED, signs=True, person__isnull=False, invited_at__isnull=True, draft__state="open"
    )
    return list(rows.order_by("id").values_list("id", "draft_id")[:limit])


def to_call_back(*, limit: int) -> list[tuple[int, int]]:
    """Return (draft id, person id) of whose invitation still waits, though they have nothing to sign there any more.

    Their version is over, or they have signed it. What has gone out is not among them, so that each is found once.
    """
    waiting = Message.objects.filter(kind=INVITATION, customer=OuterRef("person"), subject_id=OuterRef("id"))
    nothing_to_sign = ~Q(draft__state="open") | Q(_SIGNED)
    rows = DraftParty.objects.filter(
        nothing_to_sign, Exists(waiting.filter(state__in=WAITING)), invited_at__isnull=False
    )
    return list(rows.order_by("id").values_list("draft_id", "person_id")[:limit])
