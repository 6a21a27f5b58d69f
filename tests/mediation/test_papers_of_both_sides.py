"""What stands on paper: no side's own voice, sums that add up, and nothing a court would stumble over."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import InternalError, transaction

from collections_app.domain.money import yuan_text
from collections_app.models import Account, ContactPoint
from collections_app.services import typesetting
from collections_app.services.records import Actor
from mediation.models import Agreement, AgreementDraft, SessionMinutes
from mediation.services import outcomes, session_papers
from tests import factories
from tests.mediation.conftest import Parties
from tests.mediation.test_agreement_after import pack
from tests.mediation.test_pages import signed_in

Papers = list[dict[str, Any]]


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> Papers:
    """Return what was set, in order, each with its template."""
    found: Papers = []
    whole = typesetting.pdf
    monkeypatch.setattr(
        typesetting, "pdf", lambda **given: found.append({**given["data"], "template": given["template"]})
        or whole(**given),
    )  # fmt: skip
    return found


def yuan(text: str) -> int:
    """Return the fen of a sum as a paper writes it."""
    return round(float(text.split()[0].replace(",", "")) * 100)


def test_the_agreement_speaks_for_neither_side_and_says_when_each_instalment_is_in_breach(
    parties: Parties, papers: Papers, now: datetime
) -> None:
    """In a mediator's paper nobody is “this bank”; in two languages a row stays a row, with the day of breach."""
    account = parties.debtor.account
    Account.objects.filter(id=account.id).update(principal_fen=300_000, interest_fen=20_000, fees_fen=90_000)
    draft = parties.draft(now, second_language="en", pay_to="转账至尾号 4021 的信用卡账户")
    [paper] = papers
    assert "本行" not in str(paper)
    owed = next(part for part in paper["parts"] if part["figures"])
    *components, payoff = [yuan(row[1]) for row in owed["rows"]]
    assert sum(components) == payoff == Account.objects.get(id=account.id).payoff_fen
    plan = next(part for part in paper["parts"] if len(part["rows"]) == 3 and len(part["head"]) == 5)
    assert plan["rows"][0] == ["1", "2026-12-10", f"…{account.tail}", "2026-12-13", "1,300.00"]
    assert "宽限期满仍未足额支付该期" in str(plan["paragraphs"])
    left = yuan_text(payoff - 390_000)
    assert f"欠款中另有 {left} CNY 未列入上述分期，也未减免" in str(plan["paragraphs"])
    assert f"{left} CNY is neither paid" in str(plan["paragraphs"])
    assert draft.grace_days == 3


def test_what_stays_owed_is_on_the_pages_what_the_paper_says_also_after_the_next_file(
    parties: Parties, papers: Papers, now: datetime
) -> None:
    """The payoff of another day changes neither the sealed document nor the pages beside it."""
    account = parties.debtor.account
    draft = parties.draft(now, interest=[1_931, 1_290, 647], annual_percent=Decimal(6))
    [paper] = papers
    left = yuan_text(account.payoff_fen - 386_132)
    assert f"欠款中另有 {left} CNY" in str(paper)
    Account.objects.filter(id=account.id).update(payoff_fen=account.payoff_fen + 12_345)
    for client, page in (
        (signed_in(parties.mediator), f"/mediation/draft/{draft.pk}/"),
        (parties.let_in(parties.debtor), f"/r/talks/{draft.mediation_id}/agreement/"),
    ):
        said = client.get(page).content.decode()
        assert (left in said, yuan_text(account.payoff_fen - 386_132 + 12_345) in said) == (True, False), page
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        AgreementDraft.objects.update(left_fen=1)


def test_papers_for_a_court_name_both_applicants_and_no_number_that_leads_elsewhere(
    parties: Parties, papers: Papers, now: datetime
) -> None:
    """Both apply and sign; a suit has its parties; what is claimed adds up; a stranger's number is given to nobody."""
    wrong = factories.make_mobile(parties.debtor.customer, "13900002222")
    ContactPoint.objects.filter(id=wrong.id).update(quality="not_his")
    draft = parties.draft(now)
    for signatory in ("bank", "mediator", "organisation"):
        parties.sign(draft, signatory, now)
    parties.customer_signs(draft, now)
    papers.clear()
    pack(Agreement.objects.get().mediation, "confirmation", now)
    application, proof, _signatures = papers
    assert {paper["template"] for paper in papers} == {"court"}
    assert [row[0] for row in application["sections"][1]["rows"][:2]] == ["申请人", "申请人"]
    assert [parties.debtor.customer.name in line for line in application["signatures"]] == [True, False]
    assert application["to"]
    assert proof["signatures"]
    assert wrong.value not in str(papers)
    assert "本行" not in str(papers)


def test_the_papers_of_a_suit_add_up(parties: Parties, papers: Papers, now: datetime) -> None:
    outcomes.record(
        session_id=parties.session.id, ending="gap", terms=None, actor=Actor.of(parties.mediator), seen_version=None,
        now=now,
    )  # fmt: skip
    parties.session.mediation.refresh_from_db()
    pack(parties.session.mediation, "filing", now)
    claim = papers[0]["sections"]
    *components, total, _basis = claim[0]["rows"]
    assert sum(yuan(row[1]) for row in components) == yuan(total[1])
    assert [row[0] for row in claim[1]["rows"][:2]] == ["原告", "被告"]


def test_minutes_are_called_by_who_holds_the_talks(parties: Parties, papers: Papers, now: datetime) -> None:
    """Mediation and the bank's own negotiation have different papers."""
    session = parties.session
    written = SessionMinutes(session=session, text="双方核对了账目。", written_at=now)
    session_papers.minutes(session=session, written=written, venue=None, language="zh-hans")
    session.mediation.kind, session.mediator = "negotiation", None
    session_papers.minutes(session=session, written=written, venue=None, language="zh-hans")
    assert [paper["title"] for paper in papers] == ["调解笔录", "协商笔录"]
    assert papers[0]["signatures"][1].startswith("银行代表 · ")
