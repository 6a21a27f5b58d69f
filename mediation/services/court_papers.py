"""What stands in the papers for a court. Nothing of it comes from behind the wall, nor from what was offered in talks.

What a party conceded to settle may not be used against it afterwards (rules on court-invited mediation, article 22):
no note, no position, no proposal and no draft that was not signed is read here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from collections_app.domain.money import yuan_text
from collections_app.models import Account, Arrangement, ContactPoint, Customer, Entry, Hold
from collections_app.selectors import codes
from collections_app.services.evidence import facts
from collections_app.services.evidence.sections import Asked, Section
from mediation.domain import courts
from mediation.domain.after import confirm_by
from mediation.domain.kinds import SIGNATORIES
from mediation.domain.parties import PARTY_ROLES
from mediation.domain.signing import PROOFS
from mediation.gateways.signing import certificates
from mediation.models import Agreement, AgreementDraft, CourtRule, DraftParty, Mediation, SessionPaper
from mediation.selectors import after, parties
from mediation.services import paper_words

# A number or address of such a quality leads to nobody, or to somebody else.
NOT_THEIRS = ("bad", "not_his", "reassigned")


@dataclass(frozen=True, slots=True)
class Matter:
    """What a pack is about: the record, the account, the talks, and when it is made."""

    customer: Customer
    account: Account
    mediation: Mediation
    agreement: Agreement | None
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The time zone at the customer's place."""
        return ZoneInfo(self.customer.time_zone)

    @property
    def today(self) -> date:
        """The day at the customer's place."""
        return self.now.astimezone(self.zone).date()

    @property
    def asked(self) -> Asked:
        """The record as the evidence pack's parts take it."""
        return Asked(self.customer, None, self.zone)


def _language() -> str:
    return get_language() or "zh-hans"


def _named(row: Any) -> str:
    return str(row.name_zh if _language().startswith("zh") else row.name_en)


def _table(title: str, rows: Sequence[Sequence[str]]) -> Section:
    return Section(title, (1, 3), ("", ""), rows)


def identities(matter: Matter, *, for_suit: bool = False) -> Section:
    """Both parties with their numbers, addresses and how they are reached, and who else is bound.

    Confirmation both apply for; a suit has a plaintiff, and names whoever owes the account or stands for it, signed or
    not. A number or address that is known to be wrong or another's is not given to a court.
    """
    customer = matter.customer
    points = ContactPoint.objects.filter(customer=customer, relation="self").exclude(quality__in=NOT_THEIRS)
    points = points.order_by("id")
    reached = [f"{codes.name_of('contact_kinds', row.kind)} {row.value}" for row in points]
    bank = customer.branch.institution
    return _table(
        _("Parties, their identity and addresses"),
        [
            [
                pgettext("court", "Plaintiff") if for_suit else pgettext("court", "Applicant"),
                f"{_named(bank)} {_named(customer.branch)} · {bank.hotline}",
            ],
            [pgettext("court", "Defendant") if for_suit else pgettext("court", "Applicant"), customer.name],
            [_("ID number"), customer.id_number or "—"],
            [_("Birth date"), customer.birth_date or "—"],
            [_("Addresses and numbers"), "\n".join(reached) or "—"],
            *(_liable_too(matter) if for_suit else _bound_too(matter)),
        ],
    )


def _bound_too(matter: Matter) -> list[list[str]]:
    """The co-borrowers and guarantors who signed the agreement, for its confirmation."""
    return [_party(row.role, row.name, row.id_number) for row in _bound(matter)]


def _bound(matter: Matter) -> list[DraftParty]:
    rows = DraftParty.objects.filter(draft__agreement=matter.agreement, draft__agreement__isnull=False, signs=True)
    return list(rows.select_related("person", "related").order_by("id"))


def _liable_too(matter: Matter) -> list[list[str]]:
    """Who else owes the account or stands for it: whoever sues decides whether to sue them too."""
    found = parties.of_account(account_id=matter.account.pk, customer_id=matter.customer.pk)
    people = Customer.objects.in_bulk([party.person_id for party in found if party.person_id])
    return [
        _party(party.role, party.name, people[party.person_id].id_number if party.person_id else "") for party in found
    ]


def _party(role: str, name: str, id_number: str) -> list[str]:
    return [PARTY_ROLES[role].text(_language()), f"{name} · {id_number or '—'}"]


def application(matter: Matter) -> list[Section]:
    """The joint application for confirmation: who, what, to which court, within which term."""
    agreement = matter.agreement
    assert agreement is not None, "checked before"
    effective_on = after.effective_on(agreement=agreement, zone=matter.zone)
    last = confirm_by(effective_on)
    court = _(
        "The court that invited the mediation; else the basic people's court of a party's domicile, of where the"
        " subject is, or of where the mediation organisation is (Civil Procedure Law, article 205)."
    )
    asked = _("Both parties ask the court to confirm that the agreement named here is valid.")
    promise = _("Both parties made it of their own will, harm nobody by it, and will attend when the court calls them.")
    return [
        _table(
            _("Joint application for judicial confirmation"),
            [
                [_("Application"), asked],
                [_("Declaration"), promise],
                [_("Agreement"), _("No. %(number)s of %(day)s, %(total)s %(currency)s") % {
                    "number": matter.mediation.pk,
                    "day": effective_on.isoformat(),
                    "total": yuan_text(agreement.total_fen), "currency": matter.account.currency,
                }],
                [_("Court"), court],
                [_("Last day of the application"), last.isoformat()],
            ],
        ),
        identities(matter),
    ]  # fmt: skip


def applicants(matter: Matter) -> list[str]:
    """Return the lines both sides sign the joint application on: the customer's, whoever else is bound, the bank's."""
    agreement = matter.agreement
    assert agreement is not None, "checked before"
    language = _language()
    names = [
        (SIGNATORIES["customer"], matter.customer.name),
        *((PARTY_ROLES[row.role], row.name) for row in _bound(matter)),
        (SIGNATORIES["bank"], agreement.session.representative.name),
    ]
    return [f"{paper_words.neutral(term.text(language))} · {name} · {_('signature and date')}" for term, name in names]


def plaintiff(matter: Matter) -> list[str]:
    """Return the line the bank signs its statement of claim on."""
    branch = matter.customer.branch
    party = f"{_named(branch.institution)} {_named(branch)}"
    return [f"{pgettext('court', 'Plaintiff')} · {party} · {_('signature and date')}"]


def proof_of_mediation(matter: Matter) -> Section:
    """That the organisation mediated: its name and registration, who mediated, when and by what means."""
    agreement = matter.agreement
    assert agreement is not None, "checked before"
    session = agreement.session
    mediator = session.mediator
    assert mediator is not None, "checked before"
    organisation = mediator.organisation
    held = f"{matter.asked.at(session.opened_at)} – {matter.asked.at(session.closed_at)}"
    return _table(
        _("Proof of mediation"),
        [
            [_("Mediation organisation"), _named(organisation)],
            [_("Kind of organisation"), codes.name_of("mediation_types", organisation.kind)],
            [_("Registration number"), organisation.registration_no],
            [_("Mediator"), mediator.staff.name],
            [_("Session"), held],
        ],
    )


def signatures(draft: AgreementDraft | None, matter: Matter) -> list[Section]:
    """Who signed which document, when and how it was proven; of an agreement on paper there is nothing to add.

    What was signed by hand bears the day that was written there, not when somebody typed it in.
    """
    if draft is None:
        return []
    rows = [
        [
            paper_words.neutral(SIGNATORIES[row.signatory].text(_language())),
            row.name,
            row.paper.signed_on.isoformat() if row.paper is not None else matter.asked.at(row.at),
            PROOFS[row.proof].text(_language()),
            row.seal_reference or "—",
            _certified(row.certificate),
        ]
        for row in draft.signatures.select_related("paper")
    ]
    head = [_("Signature"), _("Name"), _("At"), _("Proven by"), _("Letter of authority"), _("Certificate")]
    return [
        Section(_("Signatures under SHA-256 %(digest)s") % {"digest": draft.sha256}, (3, 3, 3, 3, 3, 5), head, rows),
    ]


def _certified(pem: str) -> str:
    certificate = certificates.read(pem)
    return f"{certificate.issuer} · {certificate.serial}" if certificate is not None else "—"


def evidence_of(draft: AgreementDraft) -> bytes:
    """Return the signatures as a program verifies them (JSON): the document's SHA-256, each with its certificate."""
    rows = [
        {
            "signatory": row.signatory,
            "name": row.name,
            "at": row.at.isoformat(),
            "authority": row.authority,
            "signature": row.signature,
            "certificate": row.certificate,
        }
        for row in draft.signatures.all()
    ]
    said = {"document": "2-agreement.pdf", "sha256": draft.sha256, "signatures": rows}
    return json.dumps(said, ensure_ascii=False, indent=2).encode()


def scans_of(agreement: Agreement) -> QuerySet[SessionPaper]:
    """Return the scans of an agreement signed on paper that was recorded with the outcome of its session."""
    return SessionPaper.objects.filter(session=agreement.session, kind="agreement").order_by("id")


def addresses_confirmed(mediation: Mediation) -> QuerySet[SessionPaper]:
    """Return the scans of the customer's signed confirmation of the address for service."""
    return SessionPaper.objects.filter(session__mediation=mediation, kind="address").order_by("id")


def agreed_on_paper(matter: Matter) -> Section:
    """The terms of an agreement signed on paper or by word of mouth; its original goes with the papers."""
    agreement = matter.agreement
    assert agreement is not None, "checked before"
    rows = [
        [str(line.number), f"{line.due_on.isoformat()} · {yuan_text(line.amount_fen)}"]
        for line in agreement.instalments.all()
    ]
    if agreement.terms:
        rows.append([_("Other terms"), agreement.terms])
    rows.append(["", _("Signed on paper or by word of mouth: add the original or the recording.")])
    return _table(_("Agreement"), rows)


def claim(matter: Matter) -> list[Section]:
    """The statement of claim's data and the evidence list."""
    account = matter.account
    plan = Arrangement.objects.filter(account=account).order_by("-agreed_at").first()
    basis = _("Contract of account …%(tail)s, overdue since %(day)s") % {
        "tail": account.tail, "day": account.overdue_since.isoformat() if account.overdue_since else "—",
    }  # fmt: skip
    broken = _("The agreement of %(day)s was breached") % {
        "day": plan.agreed_at.astimezone(matter.zone).date().isoformat()
    } if plan is not None and plan.state == "breached" else ""  # fmt: skip
    owed = [
        *([name, yuan_text(fen)] for name, fen in paper_words.owed(account)),
        [_("Claimed in all, by the books of %(day)s") % {"day": account.data_as_of.isoformat()},
         f"{yuan_text(account.payoff_fen)} {account.currency}"],
        [_("Basis of the claim"), "\n".join(filter(None, [basis, broken]))],
    ]  # fmt: skip
    evidence = [
        ["1", _("Contract and application of the account"), _("The parties' rights and duties")],
        ["2", _("Statements and the bank's books"), _("What is owed and since when")],
        ["3", _("Record of contacts and of what was told"), _("Demands, and that limitation was interrupted")],
        ["4", _("Payments"), _("What was paid")],
    ]
    if matter.agreement is not None:
        evidence.append(["5", _("The signed agreement"), _("What was agreed, and its breach")])
    return [
        _table(_("Statement of claim"), owed),
        identities(matter, for_suit=True),
        _table(_("Ways open"), [["", text] for text in ways(matter)]),
        Section(
            _("List of evidence"),
            (1, 4, 5),
            [pgettext("court", "No."), pgettext("court", "Evidence"), _("What it proves")],
            evidence,
        ),
        payments(matter),
        facts.contacts(matter.asked),
        facts.told(matter.asked),
    ]


def ways(matter: Matter) -> list[str]:
    """Return which procedures are open for the claim, in words, and what that rests on."""
    known, other_debts, row = _standing(matter)
    wage, wage_row = after.wage_of(region=matter.customer.branch.region, today=matter.today)
    rules = {rule.code: rule for rule in CourtRule.objects.order_by("id")}
    language = _language()
    small = courts.small_claims(
        amount_fen=matter.account.payoff_fen, wage=wage, shares=after.shares_of(rules), whereabouts_known=known
    )
    order = courts.payment_order(on_file="payment_order" in rules, other_debts=other_debts, can_be_served=row)
    said = [courts.WAYS[small].text(language), courts.WAYS[order].text(language)]
    if wage_row is not None:
        checked = _("verified") if wage_row.verified else _("not verified")
        said.append(_("By the average wage of %(year)s (%(checked)s).") % {"year": wage_row.year, "checked": checked})
    for rule in rules.values():
        checked = _("verified") if rule.verified else _("not verified")
        said.append(f"{courts.COURT_RULES[rule.code].text(language)}: {rule.source} ({checked})")
    said.append(_("Preservation before suit: whoever does not sue within 30 days of it loses it (article 104)."))
    return said


def _standing(matter: Matter) -> tuple[bool, bool, bool]:
    """Whether the customer's whereabouts are known, a dispute with the bank is open, and papers can be served."""
    held = set(Hold.objects.filter(customer=matter.customer, released_at__isnull=True).values_list("kind", flat=True))
    points = ContactPoint.objects.filter(customer=matter.customer, relation="self")
    addresses = points.filter(kind__startswith="address_")
    known = points.exclude(quality__in=NOT_THEIRS).exists()
    return known, bool(held & {"dispute", "fraud_claim"}), known and addresses.exists()


def payments(matter: Matter) -> Section:
    """What was paid through the bank's own ways, newest last."""
    rows = Entry.objects.filter(account=matter.account, kind="payment", state__in=["received", "posted"])
    return Section(
        _("Payments"),
        (3, 3),
        (_("At"), pgettext("statement", "Amount")),
        [[matter.asked.at(row.occurred_at), yuan_text(row.amount_fen)] for row in rows.order_by("occurred_at", "id")],
    )
