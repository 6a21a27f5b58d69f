"""What happens at the table in the demo bank's talks: opened, talked over, agreed, parted; papers brought and made."""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from collections_app.domain.staff import Role
from collections_app.models import Account, Arrangement, Staff
from collections_app.services import payments, records
from collections_app.services.records import Actor
from mediation.domain import mandates as limits
from mediation.domain.agreement import Line, equal_lines, months_later
from mediation.domain.bidding import Terms
from mediation.domain.drafts import Duty
from mediation.domain.kinds import RULES, Kind
from mediation.domain.means import Figures
from mediation.models import Mediation, Session
from mediation.services import (
    court_packs,
    drafts,
    fact_sheets,
    mandates,
    means,
    notes,
    outcomes,
    positions,
    proposals,
    sessions,
)
from mediation.services.clocks import today_of

_INSTALMENTS = 3
_GRACE_DAYS = 3
_FACTS = "持卡人对超限额透支产生的费用有异议；双方对本金和账单日期无异议。"
_SAID = "开卡时没有人告诉我超限还会收费。本金我认，费用希望减免，余下的分期还。"


def _open(session: Session, now: datetime) -> Actor:
    """Open a session, and return who holds it."""
    holder = Actor.of(session.mediator.staff if session.mediator is not None else session.representative)
    sessions.begin(session_id=session.id, actor=holder, seen_version=None, now=now)
    return holder


def _lines(account: Account, first_in: timedelta, now: datetime) -> list[Line]:
    """Return three monthly instalments of all that pays an account off."""
    first = today_of(account.customer, now) + first_in
    return equal_lines(
        total_fen=account.payoff_fen, count=_INSTALMENTS, first=first, interval="month", account_id=account.id
    )


def _account(session: Session) -> Account:
    return Account.objects.select_related("customer").get(id=session.mediation.account_id)


def agree_on_paper(*, session: Session, first_in: timedelta, now: datetime) -> None:
    """Hold a session and agree on three instalments, signed on paper by everybody; the first is due so much later."""
    holder, account = _open(session, now), _account(session)
    lines = _lines(account, first_in, now)
    outcomes.record(
        session_id=session.id,
        ending="agreed",
        terms=outcomes.Terms(
            total_fen=sum(line.amount_fen for line in lines),
            lines=lines,
            grace_days=_GRACE_DAYS,
            text="分三期偿还；履行期间不再催收。",
            signed=frozenset(RULES[Kind(session.mediation.kind)].signatories),
        ),
        actor=holder,
        seen_version=None,
        now=now,
    )


def pay(*, account: Account, instalments: int, now: datetime) -> None:
    """Pay so many instalments of an account's plan at the counter."""
    plan = Arrangement.objects.filter(account=account).latest("id")
    lines = list(plan.instalments.order_by("number")[:instalments])
    payments.record_received(
        account_id=account.id,
        amount_fen=sum(line.amount_fen for line in lines),
        channel="counter",
        reference=f"DEMO-{plan.id}",
        occurred_at=now,
        now=now,
    )


def part(*, session: Session, now: datetime) -> None:
    """Hold a session that ends because the sides are too far apart."""
    holder = _open(session, now)
    outcomes.record(session_id=session.id, ending="gap", terms=None, actor=holder, seen_version=None, now=now)


def make_papers(*, mediation_id: int, kind: str, now: datetime) -> None:
    """Have legal make the papers for a court."""
    legal = Staff.objects.filter(role=Role.LEGAL).order_by("username").first()
    assert legal is not None, "the demo bank has engaged them"
    court_packs.make(
        mediation_id=mediation_id, kind=kind, reason="按流程准备法院材料。", actor=Actor.of(legal),
        seen_version=None, now=now,
    )  # fmt: skip


def ask_mandate(*, session: Session, now: datetime) -> None:
    """Let the bank's representative ask how far they may go: a supervisor finds it in the inbox."""
    payoff_fen = _account(session).payoff_fen
    mandates.propose(
        mediation_id=session.mediation_id,
        representative_id=session.representative_id,
        figures=limits.Figures(payoff_fen // 10, 10, 24, payoff_fen - payoff_fen // 10),
        reason="费用有争议，建议给予分期和部分费用减免的空间。",
        actor=Actor.of(session.representative),
        seen_version=None,
        now=now,
    )


def bring_papers(*, talks: Mediation, now: datetime) -> None:
    """Let the customer and the bank each file words and a paper before the session."""
    account = Account.objects.get(id=talks.account_id)
    statement = _pdf(["Demo Bank", f"Card ...{account.tail}", f"Payoff (fen): {account.payoff_fen}", "Sample paper"])
    sides = (
        (_SAID, "bill.pdf", ["Monthly bill", "Over-limit fee", "Marked by the customer", "Sample paper"],
         records.CUSTOMER, talks.customer_id),
        ("附账单摘要：本金、利息、费用分列。", "statement.pdf", None, Actor.of(talks.proposed_by), None),
    )  # fmt: skip
    for text, name, lines, actor, customer_id in sides:
        body = _pdf(lines) if lines else statement
        positions.file(
            mediation_id=talks.id, text=text, files=[ContentFile(body, name=name)], actor=actor,
            seen_version=None, now=now, customer_id=customer_id,
        )  # fmt: skip


def talk(*, session: Session, now: datetime) -> None:
    """Open a session and talk: facts marked by both sides, means told to the mediator, both proposals in, a note."""
    mediator, account = _open(session, now), _account(session)
    bank: dict[str, Any] = {"session_id": session.id, "actor": Actor.of(session.representative), "now": now}
    own: dict[str, Any] = {"mediation_id": session.mediation_id, "customer_id": session.customer_id, "now": now}
    sheet = fact_sheets.draw(session_id=session.id, actor=mediator, now=now)
    accepted = {fact["key"]: "accepts" for fact in sheet.facts}
    objected = accepted | ({"fees": "objects"} if "fees" in accepted else {})
    fact_sheets.mark_for_bank(sheet_id=sheet.id, verdicts=accepted, comments={}, **bank)
    fact_sheets.mark_for_customer(sheet_id=sheet.id, verdicts=objected, comments={"fees": "未告知超限费"}, **own)
    means.say(figures=Figures(900_000, 0, 350_000, 200_000, 50_000, 2), remark="每月十日发工资。", **own)
    round_ = proposals.open_round(session_id=session.id, closes_at=now + timedelta(minutes=45), actor=mediator, now=now)
    least, most = account.payoff_fen - account.payoff_fen // 20, account.payoff_fen - account.payoff_fen // 10
    proposals.propose_for_bank(round_id=round_.id, terms=Terms(least, 12), reason="可减免部分费用。", **bank)
    proposals.propose_for_customer(round_id=round_.id, terms=Terms(most, 24), reason="每期少一些才还得起。", **own)
    notes.add(session_id=session.id, text="双方差距主要在费用；建议从减免费用谈起。", actor=mediator, now=now)


def draft(*, session: Session, now: datetime) -> None:
    """Open a session and draft its agreement, with an obligation of the bank's; nobody has signed it yet."""
    mediator, account = _open(session, now), _account(session)
    wording = drafts.Wording(
        lines=_lines(account, timedelta(days=15), now),
        grace_days=_GRACE_DAYS,
        facts=_FACTS,
        pay_to=f"转账至本行尾号 {account.tail} 的信用卡账户",
        duties=[Duty("bank", "credit_correction", months_later(now.date(), 1), None, "更正争议期间的报送")],
    )
    drafts.draft(session_id=session.id, wording=wording, actor=mediator, seen_version=None, now=now)


def _pdf(lines: list[str]) -> bytes:
    """Return one page of plain Latin text, for want of what somebody would have photographed."""
    text = "BT /F1 16 Tf 60 760 Td 24 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    font = "<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font {font} >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
    )
    body, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n"
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    body += "".join(f"{place:010} 00000 n \n" for place in places)
    body += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return body.encode("ascii")
