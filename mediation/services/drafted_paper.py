"""The document the parties read and sign: a mediation agreement or a repayment agreement, in one language or two."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from collections_app.domain.money import yuan_text
from collections_app.models import Account, Customer
from collections_app.selectors import codes
from collections_app.services import typesetting
from mediation.domain.drafts import DUTY_KINDS, DUTY_PARTIES, TRIGGERS, trigger_for
from mediation.domain.kinds import RULES, SIGNATORIES, Kind
from mediation.domain.parties import PARTY_ROLES, Party
from mediation.models import Session
from mediation.services import paper_words

if TYPE_CHECKING:
    from mediation.services.drafts import Wording

FIRST_LANGUAGE = "zh-hans"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose agreement, of which session, about which account, and which version of it."""

    customer: Customer
    session: Session
    account: Account
    version: int
    now: datetime
    parties: Sequence[Party] = ()

    @property
    def by_mediation(self) -> bool:
        """Whether a mediator holds the session, not the bank."""
        return self.session.mediation.kind == Kind.MEDIATION


@dataclass(frozen=True, slots=True)
class Part:
    """One numbered part: its heading, what it says, and a table whose cells stand as they are.

    ``figures`` says that the second of two columns are sums.
    """

    title: str
    paragraphs: Sequence[str] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = field(default_factory=list)
    figures: bool = False


def pdf(subject: Subject, *, wording: "Wording", second_language: str = "") -> bytes:
    """Return the document; with a second language both stand side by side, and the Chinese text decides."""
    languages = [FIRST_LANGUAGE, *([second_language] if second_language else [])]
    told = []
    for language in languages:
        with translation.override(language):
            told.append((_head(subject, language), _parts(subject, wording, language, both=len(languages) > 1)))
    first, parts = told[0]
    data = {
        **first,
        "titles": [head["title"] for head, _parts_of in told],
        "parts": [_beside([asdict(parts_of[place]) for _head_of, parts_of in told]) for place in range(len(parts))],
        "signatures": _signatures(subject, wording, languages),
        "dated": " / ".join(head["dated"] for head, _parts_of in told),
    }
    return typesetting.pdf(template="agreement", language=FIRST_LANGUAGE, data=data)


def _signatures(subject: Subject, wording: "Wording", languages: Sequence[str]) -> list[str]:
    """Return whose hands the document waits for: the customer, who else it binds, and the others at the table."""
    roles = RULES[Kind(subject.session.mediation.kind)].signatories
    binding = [(party.role, party.name) for party in subject.parties if party.ref not in wording.without]
    wanted = [(roles[0], ""), *binding, *((role, "") for role in roles[1:])]
    called = {role: [paper_words.neutral(SIGNATORIES[role].text(each)) for each in languages] for role, _name in wanted}
    return [" · ".join(filter(None, [" / ".join(called[role]), name])) for role, name in wanted]


def _beside(same: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one part with its words in every language side by side, the same words once; heads and cells join."""
    return {
        "titles": [part["title"] for part in same],
        "paragraphs": [
            list(dict.fromkeys(texts)) for texts in zip(*(part["paragraphs"] for part in same), strict=True)
        ],
        "head": [" / ".join(dict.fromkeys(names)) for names in zip(*(part["head"] for part in same), strict=True)],
        "rows": [
            [" / ".join(dict.fromkeys(cells)) for cells in zip(*rows, strict=True)]
            for rows in zip(*(part["rows"] for part in same), strict=True)
        ],
        "figures": same[0]["figures"],
    }


def _head(subject: Subject, language: str) -> dict[str, Any]:
    branch = subject.customer.branch
    chinese = language.startswith("zh")
    mediator = subject.session.mediator
    by = mediator.organisation if mediator is not None else branch.institution
    return {
        "title": title_of(subject.session.mediation.kind),
        "by": by.name_zh if chinese else by.name_en,
        "dated": pgettext("beside a signature", "Date"),
        "number": _("No. %(number)s, version %(version)s")
        % {"number": subject.session.mediation_id, "version": subject.version},
    }


def title_of(kind: str) -> str:
    """Return what the paper of these talks is called."""
    if kind == Kind.MEDIATION:
        return pgettext("paper", "Mediation agreement")
    return pgettext("paper", "Repayment agreement")


def _parts(subject: Subject, wording: "Wording", language: str, *, both: bool) -> list[Part]:
    parts = [
        _parties(subject, language),
        Part(_("Facts and dispute"), [wording.facts.strip()]),
        _balance(subject),
        _instalments(subject, wording, language),
        _meanwhile(subject, wording),
    ]
    if subject.parties:
        parts.append(_others(subject, wording, language))
    if wording.waived:
        parts.append(_waived(subject, wording))
    if wording.duties:
        parts.append(_duties(wording, language))
    parts += [_breach(wording), _rights(subject)]
    if wording.text.strip():
        parts.append(Part(_("Other terms"), [wording.text.strip()]))
    joined = any(party.ref not in wording.without for party in subject.parties)
    parts.append(_effect(subject, both=both, joined=joined))
    return parts


def _parties(subject: Subject, language: str) -> Part:
    customer, session = subject.customer, subject.session
    branch = customer.branch
    chinese = language.startswith("zh")
    bank = f"{branch.institution.name_zh} {branch.name_zh}" if chinese else (
        f"{branch.institution.name_en}, {branch.name_en}"
    )  # fmt: skip
    rows = [
        [_("Customer"), customer.name],
        [_("ID number"), customer.id_number or "—"],
        [_("Bank"), bank],
        [_("Bank's representative"), session.representative.name],
    ]
    if session.mediator is not None:
        organisation = session.mediator.organisation
        rows += [
            [_("Mediator"), session.mediator.staff.name],
            [_("Mediation organisation"), organisation.name_zh if chinese else organisation.name_en],
            [_("Registration number"), organisation.registration_no],
        ]
    return Part(_("Parties"), head=["", ""], rows=rows)


def _balance(subject: Subject) -> Part:
    account = subject.account
    name = _("credit card no. …%(tail)s") if account.product == "card" else _("loan no. …%(tail)s")
    said = _("By the bank's books as of %(day)s, %(account)s, in %(currency)s:") % {
        "day": account.data_as_of.isoformat(),
        "account": name % {"tail": account.tail},
        "currency": account.currency,
    }
    rows = [
        *([name, yuan_text(fen)] for name, fen in paper_words.owed(account)),
        [_("Payoff"), yuan_text(account.payoff_fen)],
    ]
    return Part(_("What is owed"), [said], [_("Component"), account.currency], rows, figures=True)


def _instalments(subject: Subject, wording: "Wording", language: str) -> Part:
    facts = {
        "total": yuan_text(wording.total_fen),
        "currency": subject.account.currency,
        "percent": f"{wording.annual_percent.normalize():f}",
        "interest": yuan_text(sum(wording.interest)),
    }
    said = ngettext(
        "The customer pays %(total)s %(currency)s in %(number)s instalment.",
        "The customer pays %(total)s %(currency)s in %(number)s instalments.",
        len(wording.lines),
    ) % {**facts, "number": len(wording.lines)}
    rate = _("Annual rate %(percent)s %%, interest in all %(interest)s.") % facts
    paid = _("How it is paid: %(words)s") % {"words": wording.pay_to.strip()}
    trigger = _("Each instalment: %(words)s.") % {"words": TRIGGERS[trigger_for(wording.grace_days)].text(language)}
    grace = timedelta(days=wording.grace_days)
    pays = f"…{subject.account.tail}"
    return Part(
        _("Result: what is paid, when, and to which account"),
        [said, rate, *paper_words.left(subject.account, wording), paid, trigger],
        [
            _("No."),
            _("By 24:00 on"),
            pgettext("agreement", "Account"),
            _("In breach after 24:00 on"),
            subject.account.currency,
        ],
        [
            [
                str(line.number),
                line.due_on.isoformat(),
                pays,
                (line.due_on + grace).isoformat(),
                yuan_text(line.amount_fen),
            ]
            for line in wording.lines
        ],
    )


def _meanwhile(subject: Subject, wording: "Wording") -> Part:
    said = [
        _("Interest by the contract goes on beside the plan.")
        if wording.interest_accrues
        else _("While the plan is kept, no further interest is charged beside the interest named above."),
        _("Fees by the contract go on beside the plan.")
        if wording.fees_accrue
        else _("While the plan is kept, no annual fee, penalty or other fee is charged."),
    ]
    if wording.no_new_cards:
        said.append(_("Until everything is paid the customer applies for no credit card at any bank."))
    return Part(_("While the plan runs"), said)


def _others(subject: Subject, wording: "Wording", language: str) -> Part:
    """Who else is bound, and what follows for whoever is not (Civil Code, article 695)."""
    left_out = [party for party in subject.parties if party.ref in wording.without]
    said = [
        _(
            "Whoever signs below as co-borrower or guarantor has read this agreement, agrees to it in writing and is "
            "bound by it as they are by the contract of the account; it asks for no payment beyond that."
        )
    ]
    said += [
        _(
            "%(name)s does not sign. The guarantee is not extended by this agreement: for what it makes heavier the "
            "guarantor does not answer; where it makes the debt lighter, they answer for the lighter debt (Civil "
            "Code, article 695)."
        )
        % {"name": party.name}
        for party in left_out
    ]
    return Part(
        _("Co-borrowers and guarantors"),
        said,
        ["", ""],
        [
            [PARTY_ROLES[party.role].text(language), f"{party.name} · {_('does not sign')}"]
            if party in left_out
            else [PARTY_ROLES[party.role].text(language), party.name]
            for party in subject.parties
        ],
    )


def _waived(subject: Subject, wording: "Wording") -> Part:
    return Part(
        _("What is let off"),
        [_("It takes effect when the last instalment is paid, and lapses when the plan is breached or annulled.")],
        [_("Component"), subject.account.currency],
        [[codes.name_of("waiver_components", name), yuan_text(fen)] for name, fen in wording.waived.items()],
        figures=True,
    )


def _duties(wording: "Wording", language: str) -> Part:
    return Part(
        _("Other obligations"),
        [_("Each is due by the end of its day; the bank's count like the customer's.")],
        [
            pgettext("agreement", "Whose"),
            pgettext("agreement", "What"),
            _("Amount"),
            _("To be done by 24:00 on"),
        ],
        [
            [
                paper_words.neutral(DUTY_PARTIES[duty.party].text(language)),
                " · ".join(filter(None, [DUTY_KINDS[duty.kind].text(language), duty.text.strip()])),
                yuan_text(duty.amount_fen) if duty.amount_fen else "—",
                duty.due_on.isoformat() if duty.due_on else "—",
            ]
            for duty in wording.duties
        ],
    )


def _breach(wording: "Wording") -> Part:
    grace = ngettext(
        "An instalment not paid by its day may be paid within %(days)s day of grace; then nothing was breached.",
        "An instalment not paid by its day may be paid within %(days)s days of grace; then nothing was breached.",
        wording.grace_days,
    ) % {"days": wording.grace_days}
    said = [
        *([grace] if wording.grace_days else []),
        _("After a breach the bank may demand all that is owed by the contract; what was paid counts."),
        _("While the plan is kept the bank does not collect this account, neither itself nor through others."),
    ]
    return Part(_("Breach"), said)


def _rights(subject: Subject) -> Part:
    hotline = subject.customer.branch.institution.hotline
    said = [
        _("The customer may go to a court about this agreement or its performance at any time within limitation."),
        _("The customer may complain on %(hotline)s, and to the supervisory authority.") % {"hotline": hotline},
        _("Every party gets a copy and may have each term explained before signing."),
    ]
    if subject.by_mediation and subject.session.held_lawfully:
        said.append(
            _("Within 30 days of its taking effect both parties may together ask a court to confirm this agreement.")
        )
    else:
        said.append(_("This agreement cannot be confirmed by a court; it binds as a contract."))
    return Part(_("Rights"), said)


def _effect(subject: Subject, *, both: bool, joined: bool) -> Part:
    said = [
        _("It takes effect when the parties and the mediator have signed and the organisation's seal is on it.")
        if subject.by_mediation
        else _("It takes effect when both parties have signed."),
        *([_("Each co-borrower and guarantor named as signing above must have signed too.")] if joined else []),
        _("Each signature binds the SHA-256 of this document; another wording is another version, to be signed anew."),
    ]
    if both:
        said.append(_("Where the languages differ, the Chinese text decides."))
    zone = ZoneInfo(subject.customer.time_zone)
    said.append(_("Drafted %(moment)s.") % {"moment": subject.now.astimezone(zone).strftime("%Y-%m-%d %H:%M")})
    return Part(_("Taking effect"), said)
