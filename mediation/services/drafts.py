"""Drafting an agreement from the record and the chosen plan: one version after the other, each with its document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Max

from collections_app.domain.typed import harmless
from collections_app.models import Account, Customer, Staff
from collections_app.services import derivation, note_words, records
from collections_app.services.errors import RefusedError
from mediation.domain import agreement as rules
from mediation.domain import drafts
from mediation.domain import parties as party_rules
from mediation.models import (
    AgreementDraft,
    DraftInstalment,
    DraftParty,
    DraftSignature,
    Mediation,
    Obligation,
    Session,
)
from mediation.selectors import parties
from mediation.services import drafted_paper, outcomes, sessions, stored, wake

SEALED_STORAGE = "sealed"


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything an agreement says beside what the record knows. Amounts in fen.

    ``interest`` is how much of each line is interest, ``waived`` what is let off by component on completion.
    ``without`` says by what names them (``Party.ref``) which guarantors the agreement goes on without, and why.
    """

    lines: Sequence[rules.Line]
    grace_days: int
    facts: str
    pay_to: str
    text: str = ""
    interest: Sequence[int] = ()
    annual_percent: Decimal = Decimal(0)
    waived: Mapping[str, int] = field(default_factory=dict)
    duties: Sequence[drafts.Duty] = ()
    interest_accrues: bool = False
    fees_accrue: bool = False
    no_new_cards: bool = False
    second_language: str = ""
    without: Mapping[str, str] = field(default_factory=dict)

    @property
    def total_fen(self) -> int:
        """All instalments together."""
        return sum(line.amount_fen for line in self.lines)

    def left_fen(self, account: Account) -> int:
        """Return how many fen of what is owed on an account now it neither has paid nor lets off."""
        return drafts.left_fen(
            payoff_fen=account.payoff_fen,
            total_fen=self.total_fen,
            interest_fen=sum(self.interest),
            waived_fen=sum(self.waived.values()),
        )

    def terms(self, *, signed: frozenset[str] = frozenset()) -> outcomes.Terms:
        """Return what of it becomes the plan."""
        return outcomes.Terms(
            total_fen=self.total_fen,
            lines=self.lines,
            grace_days=self.grace_days,
            text=self.text,
            signed=signed,
            method="electronic",
            interest=self.interest,
            annual_percent=self.annual_percent,
            waived=self.waived,
        )


def problems_of(*, mediation: Mediation, account: Account, wording: Wording, now: datetime) -> list[str]:
    """Return the codes of everything that keeps a wording from being signed: nothing unclear, nothing prohibited.

    A court confirms no agreement whose content is unclear (interpretation of the Civil Procedure Law, article 358).
    """
    found = outcomes.problems_of(mediation=mediation, account=account, terms=wording.terms(), now=now)
    others = [wording.text, *(duty.text for duty in wording.duties)]
    found += drafts.text_problems(facts=wording.facts, pay_to=wording.pay_to, others=others)
    found += drafts.duty_problems(wording.duties, today=_today(mediation.customer, now))
    if wording.interest and not _interest_can_be(wording):
        found.append("interest_cannot_be")
    elif drafts.rate_differs(
        amounts=[line.amount_fen for line in wording.lines],
        interest=wording.interest,
        annual_percent=wording.annual_percent,
    ):
        found.append("rate_differs")
    known = parties.of_account(account_id=account.pk, customer_id=mediation.customer_id)
    found += party_rules.problems(known, without=wording.without)
    if any(len(text) > drafts.LONGEST_TEXT for text in (wording.facts, wording.pay_to, *others)):
        found.append("terms_too_long")
    return list(dict.fromkeys(found))


def _interest_can_be(wording: Wording) -> bool:
    """Return whether there is a rate, and of each line no more is interest than the line."""
    pairs = zip(wording.interest, wording.lines, strict=False)
    return (
        wording.annual_percent > 0
        and len(wording.interest) == len(wording.lines)
        and all(0 <= fen <= line.amount_fen for fen, line in pairs)
    )


@transaction.atomic(durable=True)
def draft(
    *, session_id: int, wording: Wording, actor: records.Actor, seen_version: int | None, now: datetime
) -> AgreementDraft:
    """Write the next version of the agreement of a session that is open, by whoever holds it, with its document.

    It takes the place of the version before, whose signatures are void with it. Raise RefusedError with everything
    that keeps it from being signed.
    """
    customer, session = sessions.locked(session_id=session_id, actor=actor, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.draft")
    if actor.staff is None:
        raise RefusedError("not_allowed")
    if session.state != "in_session":
        raise RefusedError("session_not_begun")
    mediation = session.mediation
    account = Account.objects.get(id=mediation.account_id)
    mediation.customer = customer
    found = problems_of(mediation=mediation, account=account, wording=wording, now=now)
    if found:
        raise RefusedError(found[0], problems=found)
    said = (wording.facts, wording.pay_to, wording.text, *wording.without.values())
    for text in (*said, *(duty.text for duty in wording.duties)):
        note_words.check(text=text, kind="hardship")
    outcomes.check_waived(customer=customer, session=session, account=account, waived=wording.waived, now=now)
    row = _write(customer, session, account, wording, actor.staff, now)
    records.append(
        customer=customer,
        kind="agreement.drafted",
        actor=actor,
        now=now,
        account_id=account.id,
        payload={"mediation": mediation.id, "draft": row.id, "version": row.version, "sha256": row.sha256},
    )
    derivation.derive(customer=customer, now=now)
    return row


def _write(
    customer: Customer, session: Session, account: Account, wording: Wording, author: Staff, now: datetime
) -> AgreementDraft:
    mediation = session.mediation
    AgreementDraft.objects.filter(mediation=mediation, state="open").update(state="superseded", ended_at=now)
    wake.wake_signing()
    before = AgreementDraft.objects.filter(mediation=mediation).aggregate(last=Max("version"))["last"] or 0
    known = parties.of_account(account_id=account.pk, customer_id=customer.pk)
    body = drafted_paper.pdf(
        drafted_paper.Subject(customer, session, account, before + 1, now, known), wording=wording,
        second_language=wording.second_language,
    )  # fmt: skip
    digest = sha256(body).hexdigest()
    stored_as = storages[SEALED_STORAGE].save(f"agreements/{mediation.pk}/{digest[:16]}", ContentFile(body))
    row = AgreementDraft.objects.create(
        mediation=mediation,
        session=session,
        customer=customer,
        account=account,
        version=before + 1,
        second_language=wording.second_language,
        total_fen=wording.total_fen,
        left_fen=wording.left_fen(account),
        grace_days=wording.grace_days,
        annual_percent=wording.annual_percent,
        waivers=dict(wording.waived),
        interest_accrues=wording.interest_accrues,
        fees_accrue=wording.fees_accrue,
        no_new_cards=wording.no_new_cards,
        facts=harmless(wording.facts).strip(),
        pay_to=harmless(wording.pay_to).strip(),
        terms=harmless(wording.text).strip(),
        drafted_by=author,
        drafted_at=now,
        sha256=digest,
        size=len(body),
        stored_as=stored_as,
    )
    _write_rows(row, wording)
    _write_parties(row, wording, known, author)
    return row


def _write_rows(row: AgreementDraft, wording: Wording) -> None:
    interest = wording.interest or [0] * len(wording.lines)
    DraftInstalment.objects.bulk_create(
        DraftInstalment(
            draft=row,
            customer_id=row.customer_id,
            account_id=line.account_id,
            number=line.number,
            due_on=line.due_on,
            amount_fen=line.amount_fen,
            interest_fen=of_it,
            trigger=drafts.trigger_for(row.grace_days),
        )
        for line, of_it in zip(wording.lines, interest, strict=True)
    )
    Obligation.objects.bulk_create(
        Obligation(
            draft=row,
            customer_id=row.customer_id,
            party=duty.party,
            kind=duty.kind,
            text=harmless(duty.text).strip(),
            amount_fen=duty.amount_fen,
            due_on=duty.due_on,
        )
        for duty in wording.duties
        # The lint has refused an obligation without its day.
        if duty.due_on is not None
    )


def _write_parties(row: AgreementDraft, wording: Wording, known: Sequence[party_rules.Party], author: Staff) -> None:
    DraftParty.objects.bulk_create(
        DraftParty(
            draft=row,
            customer_id=row.customer_id,
            person_id=party.person_id,
            related_id=party.related_id,
            role=party.role,
            signs=party.ref not in wording.without,
            reason=harmless(wording.without.get(party.ref, "")).strip()[: party_rules.LONGEST_REASON],
            chosen_by=author if party.ref in wording.without else None,
        )
        for party in known
    )


def terms_of(row: AgreementDraft, *, signed: Sequence[DraftSignature]) -> outcomes.Terms:
    """Return the terms of a draft as they are put in force, with the signatures under it, drawn or on paper."""
    lines = list(row.instalments.all())
    return outcomes.Terms(
        total_fen=row.total_fen,
        lines=[rules.Line(line.number, line.due_on, line.amount_fen, line.account_id) for line in lines],
        grace_days=row.grace_days,
        text=row.terms,
        signed=frozenset(hand.signatory for hand in signed),
        method="electronic",
        hands=[_hand(hand) for hand in signed],
        interest=[line.interest_fen for line in lines] if any(line.interest_fen for line in lines) else (),
        annual_percent=row.annual_percent,
        waived=row.waivers,
    )


def _hand(row: DraftSignature) -> outcomes.Signed:
    if row.paper is None:
        return outcomes.Signed(row.signatory, "electronic", row.person_id, at=row.at)
    return outcomes.Signed(row.signatory, "paper", row.person_id, row.related_id, row.paper.confirmed_by_id, row.at)


def content(row: AgreementDraft) -> bytes:
    """Return the document of a version as it lies on disk. Raise FileLostError when it is gone or does not open."""
    return stored.read(row.stored_as)


def _today(customer: Customer, now: datetime) -> date:
    return now.astimezone(ZoneInfo(customer.time_zone)).date()
