"""Every form of staff about a record, in every room, when a colleague has changed the record meanwhile (G2).

Refused with 409: what changed, who, when; the input intact; to be applied again or dropped; with scripts and without.
A form that is not named here fails the test: none can escape.
"""

# Long because every form of staff about a record is filled in here once.
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pgtrigger
import pytest
import time_machine
import zeal
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, resolve, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from collections_app.api.writes import WriteAPIView
from collections_app.domain.arrangements import Cost
from collections_app.domain.calls import Closing
from collections_app.domain.complaint_intake import Intake, Representative
from collections_app.domain.events import EVENT_KINDS, WRITE_DEPENDS_ON, Topic
from collections_app.domain.people import Standing
from collections_app.domain.promises import Part
from collections_app.models import (
    Account,
    ApprovedAnswer,
    ContactPoint,
    Customer,
    Event,
    FormKey,
    Hold,
    LookUp,
    MachineClient,
    RelatedPerson,
    Staff,
)
from collections_app.services import (
    answers,
    approvals,
    calls,
    claims,
    handoffs,
    holds,
    payments,
    people,
    plans,
    promises,
    records,
)
from collections_app.services.clocks import recording, suspending
from collections_app.services.complaints import intake, steps
from collections_app.services.emergencies import red_button
from collections_app.services.machines import placements
from collections_app.services.records import Actor
from mediation.domain.agreement import equal_lines
from mediation.domain.drafts import Duty
from mediation.models import (
    Agreement,
    AgreementDraft,
    Expert,
    Mediation,
    MediationOrganisation,
    Mediator,
    Obligation,
    Qualification,
    Session,
    Training,
)
from mediation.services import availability, drafts, extensions, mediations, outcomes, scheduling, sessions
from mediation.services.people import disclosures
from tests import factories, seeds
from tests.conftest import NOW, undrawn
from tests.forms import Form, form_with
from tests.house.test_sent_once import patterns
from tests.mediation.conftest import WEEK
from tests.mediation.test_story import ALL_SIGNED
from tests.shared import kept_for_module

pytestmark = pytest.mark.django_db

# Forms that no later event refuses, and why.
NEVER_STALE = {
    "desk:note": "a note beside anything passes",
    "desk:call": "what was said on the telephone is never refused; who lost the call is told (desk/test_lines.py)",
    "desk:call_recording": "where a recording lies depends on nothing that changes",
    "desk:call_verify": "the check of a person on the line is of that moment",
    "desk:call_dial": "under the permit of the call that holds the line; it carries no input",
    "desk:call_line": "the line itself is locked and asked; it carries no input",
    "desk:way_in": "a link in the wrong hands is ended whatever has changed",
    "desk:risk": "what may save a life is never refused for what has changed",
    "notifications:personalisation": "what a customer wants of their own data is taken at its word",
    "desk:visit_close": "what was found at the door stays what it was",
    "desk:visit_call_off": "nobody is kept from staying at home",
    "desk:incidents": "of many records, and of none",
    "desk:incident": "of many records, and of none",
    "desk:answer": "of no record; the wording is decided by a second person",
    "desk:sentence": "of no record; the wording is decided by a second person",
    "desk:move": "of many records; each line of its preview carries the version it was seen at (test_ownership)",
    "desk:place_many": "of many records; each line of its preview carries the version it was seen at (test_placing)",
    "desk:recall_many": "of many records; each line of its preview carries the version it was seen at (test_placing)",
    "desk:placing_plan": "of many records; each line carries the version it was seen at (test_placing)",
    "desk:move_plan": "of many records; each line carries the version it was seen at (test_ownership)",
    "desk:covers": "of two people, and of no record",
    "notifications:message": "a message goes out again only under a permit asked for anew",
    "notifications:print_batch_make": "of many records: each is looked at again before its letter is printed",
    "notifications:print_batch": "of many records; a batch is locked and asked how far it is",
    "notifications:letter": "what the post did is never refused for what has changed",
    "notifications:post_file_take": "what the post did is never refused for what has changed",
    "desk:ties": "it puts a wall up, whatever has happened on the record",
    "desk:intake": "a file of the core's, of no record a person saw",
    "desk:evidence": "what was done stays what it was",
    "mediation:position": "what a side brings stays what it brings, whatever has changed",
    "mediation:batch": "of many records; each is looked at again when it is booked",
    "mediation:sign": "the document signed is named by its SHA-256, and another version is refused",
    "mediation:sign_on_paper": "the same; what was signed by hand stays signed, and is kept once",
    "mediation:invite_again": "asks for a signature under the version that waits for it; another version is refused",
    "mediation:court_pack": "what was done stays what it was",
    "mediation:add_note": "behind the wall: of no version of the record",
    "mediation:draw_facts": "lists the record as it is at that moment",
    "mediation:mark_facts": "behind the wall: refused once there is a later list of facts (mediation/test_desk.py)",
    "mediation:confirm_facts": "behind the wall: refused when a mark has changed which facts they are",
    "mediation:write_means": "behind the wall: of no version of the record",
    "mediation:open_round": "behind the wall: of no version of the record",
    "mediation:withdraw_round": "behind the wall: of no version of the record",
    "mediation:propose_terms": "behind the wall: of a round that is refused once it is over",
    "mediation:keep_recording": "behind the wall: of no version of the record",
    "mediation:seat_answer": "an expert sees no record; the seat is locked and asked whether it is theirs still",
    "mediation:phone_call": "is refused like mediation:dial; needs a provider (tests/mediation/test_conferences.py)",
    "mediation:phone_consent": "what somebody says to a recording is a fact of that moment",
    "mediation:phone_record": "what came of a call stays what it was",
    "mediation:place": "where the session is held depends on nothing else of the record",
    "mediation:attend": "who came has come, whatever is done meanwhile",
    "mediation:minutes": "the paper of both sides; what was written before stays kept",
    "mediation:add_paper": "the scan of what was signed by hand",
}
# Writes that staff make by no form of their own.
NO_FORM = {
    "personalisation.set": "depends on nothing",
    "access.end": "depends on nothing",
    "call.close": "depends on nothing",
    "note.add": "depends on nothing",
    "visit.close": "depends on nothing",
    "evidence.pack": "depends on nothing",
    "court.pack": "depends on nothing",
    "recording.state": "depends on nothing",
    "risk.press": "depends on nothing",
    "told.correct": "sent by the form of notifications:confirm, tried there (tests/notifications/test_corrections.py)",
    "promise.give": "the customer's own page (tests/repayment/test_promises.py)",
    "promise.move": "the customer's own page (tests/repayment/test_promises.py)",
    "payment.start": "the customer's own page (tests/repayment/test_payments.py)",
    "mediation.file": "depends on nothing",
    "plan.apply": "the customer's own page (tests/repayment/test_arrangements.py)",
}
# One kind that raises the version for each topic.
MOVES = {
    Topic.MONEY: "payment.received",
    Topic.PROMISE: "promise.judged",
    Topic.HOLD: "hold.placed",
    Topic.CONTACT_POINT: "contact_point.changed",
    Topic.CONVERSATION: "conversation.closed",
    Topic.PLAN: "plan.breached",
    Topic.HANDOFF: "handoff.moved",
    Topic.COMPLAINT: "complaint.moved",
    Topic.OWNER: "account.owner_changed",
    Topic.CASE: "case.reopened",
    Topic.NOTE: "note.added",
    Topic.MESSAGE: "message.received",
    Topic.MEDIATION: "mediation.cancelled",
    Topic.APPROVAL: "approval.decided",
    Topic.CLOCK: "limitation.recorded",
}


@dataclass
class Bank:
    """A customer with a card, the person at the form, and a colleague."""

    customer: Customer
    account: Account
    staff: Staff
    colleague: Staff
    now: datetime

    def common(self, staff: Staff | None = None) -> dict[str, Any]:
        """What every service takes."""
        return {"actor": Actor.of(staff or self.staff), "seen_version": None, "now": self.now}

    def day(self, days: int) -> str:
        return (self.now + timedelta(days=days)).date().isoformat()

    def hold(self) -> Hold:
        return holds.place(customer_id=self.customer.id, kind="hardship", **self.common())

    def promise(self) -> Any:
        parts = [Part(self.now.date() + timedelta(days=2), 100_000)]
        return promises.take(
            customer_id=self.customer.id, account_id=self.account.id, parts=parts, **self.common(self.colleague)
        )

    def complaint(self, **values: Any) -> Any:
        given = Intake(
            source="hotline", cause="collection", sub_kind="threat", level="ordinary", text="言语不当", demand="道歉",
            received_at=self.now, **values,
        )  # fmt: skip
        return intake.take(customer_id=self.customer.id, given=given, **self.common(self.colleague))

    def answered(self, **values: Any) -> Any:
        complaint = self.complaint(**values)
        return steps.move(
            complaint_id=complaint.id, step="answer", text="经查不属实", finding="not_upheld",
            **self.common(self.colleague),
        )  # fmt: skip

    def guarantor(self) -> RelatedPerson:
        return people.record(
            customer_id=self.customer.id, name="王担保", relation="unknown", provenance="on_file",
            standing=Standing("guarantor", "保证合同 7", None, None), **self.common(),
        )  # fmt: skip

    def call_of_colleague(self) -> Any:
        return calls.start(
            customer_id=self.customer.id, contact_point_id=None, inbound=True, **self.common(self.colleague)
        )


@dataclass
class Written:
    """A form as it is sent: the rest of its address, and what was typed."""

    args: list[Any]
    typed: dict[str, Any]


Scene = Callable[[Bank], Written]
SCENES: dict[str, tuple[str, Scene]] = {}


def form(name: str, *, write: str) -> Callable[[Scene], Scene]:
    """Name the form that a scene fills in, and the write it makes."""

    def keep(scene: Scene) -> Scene:
        SCENES[name] = (write, scene)
        return scene

    return keep


@form("desk:call_start", write="call.make")
def _call_start(bank: Bank) -> Written:
    return Written([], {"contact_point": str(bank.customer.contact_points.get().id)})


@form("desk:call_correct", write="call.correct")
def _call_correct(bank: Bank) -> Written:
    typed = {"party": "nobody", "outcome": "busy", "account": "", "reason": "选错了结果"}
    return Written([_closed(bank).id], typed)


def _closed(bank: Bank) -> Any:
    call = calls.start(customer_id=bank.customer.id, contact_point_id=None, inbound=True, **bank.common())
    closing = Closing(party="nobody", outcome="hung_up")
    return calls.close(conversation_id=call.id, closing=closing, actor=Actor.of(bank.staff), now=bank.now)


@form("desk:promise_correct", write="promise.correct")
def _promise_correct(bank: Bank) -> Written:
    typed = {"due_on_1": bank.day(4), "amount_1": "2222.00", "reason": "日期记错"}
    promise = promises.take(
        customer_id=bank.customer.id, account_id=bank.account.id,
        parts=[Part(bank.now.date() + timedelta(days=2), 100_000)], **bank.common(),
    )  # fmt: skip
    return Written([promise.id], typed)


@form("desk:hold_correct", write="hold.correct")
def _hold_correct(bank: Bank) -> Written:
    return Written([bank.hold().id], {"kind": "dispute", "reason": "听错了"})


@form("desk:plan", write="plan.agree")
def _plan(bank: Bank) -> Written:
    typed = {
        "account": str(bank.account.id), "number": "2", "first_on": bank.day(10), "total": "3000.00",
        "grace_days": "3", "recording": "", "written": "on", "reason": "收入下降",
    }  # fmt: skip
    return Written([], typed)


@form("desk:plan_put_back", write="plan.annul")
def _plan_put_back(bank: Bank) -> Written:
    with transaction.atomic():
        customer = records.lock(customer_id=bank.customer.id, now=bank.now)
        plan = plans.agree_within(
            customer=customer, account=bank.account, source="negotiation", source_reference="x",
            instalments=[(bank.now.date() + timedelta(days=days), 100_000) for days in (9, 39)], grace_days=3,
            actor=Actor.of(bank.colleague), now=bank.now, agreed_by=bank.colleague,
            cost=Cost(method="interest_free", recalculates="term"),
        )  # fmt: skip
    payments.record_received(
        account_id=bank.account.id, amount_fen=150_000, channel="app", reference="EARLY", occurred_at=bank.now,
        now=bank.now,
    )  # fmt: skip
    return Written([plan.id], {"reason": "客户要求"})


@form("desk:plan_annul", write="plan.annul")
def _plan_annul(bank: Bank) -> Written:
    with transaction.atomic():
        customer = records.lock(customer_id=bank.customer.id, now=bank.now)
        plan = plans.agree_within(
            customer=customer, account=bank.account, source="negotiation", source_reference="x",
            instalments=[(bank.now.date() + timedelta(days=9), 100_000)], grace_days=3,
            actor=Actor.of(bank.colleague), now=bank.now, agreed_by=bank.colleague,
        )  # fmt: skip
    return Written([plan.id], {"reason": "登记有误"})


def _home(bank: Bank) -> ContactPoint:
    return factories.make_mobile(bank.customer, "朝阳区示范路 1 号", kind="address_home")


@form("desk:legal_step", write="legal.record")
def _legal_step(bank: Bank) -> Written:
    typed = {
        "account": str(bank.account.id), "state": "filed", "on": bank.day(-1), "court": "示范人民法院",
        "case_number": "（2026）1 号", "evidence": "立案通知书",
    }  # fmt: skip
    return Written([], typed)


@form("desk:claim_assign", write="approval.ask")
def _claim_assign(bank: Bank) -> Written:
    typed = {
        "account": str(bank.account.id), "assignee": "示范资产管理公司", "reached_by": "400-000-0000",
        "assigned_on": bank.day(-9), "notified_on": bank.day(-2), "reason": "转让协议 7 号",
    }  # fmt: skip
    return Written([], typed)


@form("desk:visit", write="visit.plan")
def _visit(bank: Bank) -> Written:
    typed = {
        "contact_point": str(_home(bank).pk), "first": str(bank.staff.pk), "second": str(bank.colleague.pk),
        "on": bank.day(3), "from_time": "10:00", "to_time": "11:00", "reason": "多次无人接听",
    }  # fmt: skip
    return Written([], typed)


@form("desk:visit_begin", write="visit.begin")
def _visit_begin(bank: Bank) -> Written:
    visit = factories.make_visit(bank.customer, bank.staff, at=bank.now, state="planned", second=bank.colleague)
    return Written([visit.pk], {})


@form("desk:waiver", write="waiver.ask")
def _waiver(bank: Bank) -> Written:
    Account.objects.filter(id=bank.account.id).update(fees_fen=40_000)
    typed = {
        "account": str(bank.account.id), "component_1": "late_fee", "amount_1": "10.00", "timing": "now",
        "reason": "一次性结清",
    }  # fmt: skip
    return Written([], typed)


@form("desk:call_ask", write="call.ask")
@form("desk:call_take_over", write="call.take_over")
def _transfer(bank: Bank) -> Written:
    return Written([bank.call_of_colleague().id], {"reason": "客户指名找我"})


@form("desk:approval", write="approval.decide")
def _approval(bank: Bank) -> Written:
    hold = bank.hold()
    request = approvals.ask(
        kind="hold_release", subject=f"hold:{hold.id}", reason="已就业", customer_id=bank.customer.id,
        **bank.common(bank.colleague),
    )  # fmt: skip
    return Written([request.id], {"verdict": "rejected", "answer": "证明不足，请补充"})


@form("desk:hold_release_ask", write="approval.ask")
def _release_ask(bank: Bank) -> Written:
    return Written([bank.hold().id], {"reason": "已找到工作"})


@form("desk:contact_ask", write="approval.ask")
def _contact_ask(bank: Bank) -> Written:
    bank.hold()
    typed = {"purpose": "limitation", "channel": "letter", "contact_point": "", "reason": "诉讼时效将届满"}
    return Written([], {**typed, "account": str(bank.account.id)})


@form("desk:risk_release_ask", write="approval.ask")
def _risk_release_ask(bank: Bank) -> Written:
    red_button.press(customer_id=bank.customer.id, danger="self_harm", actor=Actor.of(bank.staff), now=bank.now)
    return Written([], {"reason": "家属已到场"})


@form("desk:promise", write="promise.take")
def _promise(bank: Bank) -> Written:
    typed = {"account": str(bank.account.id), "due_on_1": bank.day(3), "amount_1": "1234.56"}
    return Written([], typed)


@form("desk:promise_redate", write="promise.redate")
def _redate(bank: Bank) -> Written:
    typed = {"account": str(bank.account.id), "due_on_1": bank.day(4), "amount_1": "2222.00"}
    return Written([bank.promise().id], typed)


@form("desk:promise_withdraw", write="promise.withdraw")
def _withdraw(bank: Bank) -> Written:
    return Written([bank.promise().id], {"reason": "登记有误"})


@form("desk:claim", write="claim.record")
def _claim(bank: Bank) -> Written:
    typed = {"amount": "500.00", "channel": "counter", "paid_on": bank.day(-1), "remark": "柜台现金"}
    return Written([], {**typed, "account": str(bank.account.id)})


@form("desk:claim_resolve", write="claim.record")
def _resolve(bank: Bank) -> Written:
    claim = claims.record(
        customer_id=bank.customer.id, account_id=bank.account.id, amount_fen=100, channel="counter",
        paid_on=bank.now.date(), **bank.common(),
    )  # fmt: skip
    return Written([claim.id], {"result": "not_found"})


@form("desk:hold", write="hold.place")
def _hold(bank: Bank) -> Written:
    typed = {"kind": "illness", "account": str(bank.account.id), "channel": "", "ends_at": "", "text": "住院两周"}
    return Written([], typed)


@form("desk:owner", write="owner.assign")
def _owner(bank: Bank) -> Written:
    typed = {"accounts_chosen": [str(bank.account.id)], "to": str(bank.colleague.id), "pool": "", "reason": "调整负荷"}
    return Written([], typed)


@form("desk:placement_tell", write="account.tell")
def _tell(bank: Bank) -> Written:
    told_at = timezone.localtime(bank.now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    typed = {"channel": "letter", "told_at": told_at, "reference": "EMS-1024"}
    return Written([], {**typed, "account": str(bank.account.id)})


def _agency(bank: Bank) -> MachineClient:
    Account.objects.filter(id=bank.account.id).update(outsource_notice_at=bank.now - timedelta(days=1))
    return MachineClient.objects.create(client_id="agency", name="示范机构", kind="agency", created_at=bank.now)


@form("desk:placement_place", write="account.place")
def _place(bank: Bank) -> Written:
    typed = {"agency": str(_agency(bank).pk), "until_on": bank.day(90), "batch": "2026-11"}
    return Written([], {**typed, "account": str(bank.account.id)})


@form("desk:placement_recall", write="account.recall")
def _recall(bank: Bank) -> Written:
    account = Account.objects.get(id=bank.account.id)
    placed = placements.place(account_no=account.account_no, client=_agency(bank), **bank.common(bank.colleague))
    return Written([placed.pk], {})


@form("desk:hold_release", write="hold.release")
def _release(bank: Bank) -> Written:
    return Written([bank.hold().id], {"reason": "resolved"})


@form("desk:handoff", write="handoff.open")
def _handoff(bank: Bank) -> Written:
    carried = {f"carries_{name}": text for name, text in factories.carried("document").items()}
    return Written([], {"kind": "document", "text": "客户要结清证明", "account": "", **carried})


@form("desk:handoff_move", write="handoff.move")
def _move(bank: Bank) -> Written:
    handoff = handoffs.open_(
        customer_id=bank.customer.id, kind="plan_request", text="分期", carries=factories.carried("plan_request"),
        **bank.common(bank.colleague),
    )  # fmt: skip
    return Written([handoff.id], {"state": "accepted", "text": "我来处理"})


@form("desk:complaint_take", write="complaint.take")
def _complaint(bank: Bank) -> Written:
    typed = {
        "source": "hotline", "cause": "collection", "sub_kind": "too_often", "level": "complex",
        "markers": ["agitated"], "text": "一天来电五次", "demand": "书面道歉", "reference": "12378-1",
        "received_at": f"{timezone.localtime(bank.now):%Y-%m-%dT%H:%M}", "account": str(bank.account.id),
        "rep_name": "李四", "rep_scope": "投诉", "rep_until": bank.day(90), "about": "",
    }  # fmt: skip
    return Written([], typed)


@form("desk:complaint_step", write="complaint.handle")
def _complaint_step(bank: Bank) -> Written:
    return Written([bank.complaint().id, "answer"], {"finding": "upheld", "text": "经查属实", "way": "hand"})


@form("desk:complaint_extend", write="approval.ask")
def _complaint_extend(bank: Bank) -> Written:
    return Written([bank.complaint().id], {"reason": "需外部核实"})


@form("desk:complaint_deliver", write="complaint.handle")
def _complaint_deliver(bank: Bank) -> Written:
    complaint = bank.answered()
    return Written([complaint.id, complaint.documents.get().id], {"way": "hand"})


@form("desk:complaint_returned", write="complaint.handle")
def _complaint_returned(bank: Bank) -> Written:
    complaint = bank.answered()
    complaint.documents.update(way="letter")
    returned_on = factories.TODAY.isoformat()
    return Written([complaint.id, complaint.documents.get().id], {"why": "unknown", "returned_on": returned_on})


@form("desk:power_check", write="power.check")
def _power_check(bank: Bank) -> Written:
    power = bank.complaint(representative=Representative("李四")).powers.get()
    return Written([power.id], {"result": "refused", "reason": "无授权委托书原件"})


@form("desk:recusal_end", write="recusal.end")
def _recusal_end(bank: Bank) -> Written:
    complaint = bank.answered(staff_id=factories.make_staff("collector").id)
    return Written([complaint.recusals.get().id], {"reason": "经查不属实"})


@form("desk:point", write="contact.correct")
def _point(bank: Bank) -> Written:
    typed = {"kind": "mobile", "value": "13911112222", "whose": "self", "provenance": "customer_given"}
    return Written([], {**typed, "quality": "unknown"})


@form("desk:point_judge", write="contact.correct")
def _judge(bank: Bank) -> Written:
    typed = {"quality": "bad", "permission": "hours", "hours_from": "09:00", "hours_to": "12:00"}
    return Written([bank.customer.contact_points.get().id], typed)


@form("desk:device_revoke", write="device.revoke")
def _device_revoke(bank: Bank) -> Written:
    point = factories.make_mobile(bank.customer, "dev-4f1c9a", kind="app_push")
    return Written([point.id], {"reason": "手机遗失"})


@form("desk:person", write="person.record")
def _person(bank: Bank) -> Written:
    typed = {"name": "王担保", "role": "guarantor", "relation": "unknown", "account": str(bank.account.id)}
    return Written([], {**typed, "provenance": "on_file", "document": "保证合同 7", "until": "", "consent_on": ""})


@form("desk:person_end", write="person.record")
def _person_end(bank: Bank) -> Written:
    return Written([bank.guarantor().id], {"reason": "保证责任已免除"})


@form("desk:estate", write="estate.record")
def _estate(bank: Bank) -> Written:
    typed = {"died_on": bank.day(-3), "proof": "死亡证明 88", "contact": "", "inventory": "1200.00"}
    return Written([], {**typed, "inventory_on": bank.day(-1), "inventory_source": "遗产清单公证"})


@form("desk:interrupt", write="clock.record")
def _interrupt(bank: Bank) -> Written:
    typed = {"kind": "suit", "on": bank.day(-3), "evidence": "立案通知书"}
    return Written([], {**typed, "account": str(bank.account.id)})


@form("desk:interruption_revoke", write="clock.record")
def _interruption_revoke(bank: Bank) -> Written:
    row = recording.interrupt(
        customer_id=bank.customer.id, account_id=bank.account.id, kind="suit", on=bank.now.date(), evidence="x",
        **bank.common(),
    )  # fmt: skip
    return Written([row.id], {"reason": "案号有误"})


@form("desk:suspend", write="clock.suspend")
def _suspend(bank: Bank) -> Written:
    typed = {"kind": "force_majeure", "since": bank.day(-9), "gone_on": "", "evidence": "政府公告 7"}
    return Written([], {**typed, "account": str(bank.account.id)})


def _suspended(bank: Bank) -> int:
    row = suspending.suspend(
        customer_id=bank.customer.id, account_id=bank.account.id, kind="force_majeure", since=bank.now.date(),
        evidence="x", **bank.common(),
    )  # fmt: skip
    return row.pk


@form("desk:suspension_gone", write="clock.suspend")
def _suspension_gone(bank: Bank) -> Written:
    return Written([_suspended(bank)], {"gone_on": bank.day(0), "evidence": "公告解除"})


@form("desk:suspension_revoke", write="clock.suspend")
def _suspension_revoke(bank: Bank) -> Written:
    return Written([_suspended(bank)], {"reason": "登记有误"})


@form("desk:guarantee", write="clock.record")
def _guarantee(bank: Bank) -> Written:
    typed = {"person": str(bank.guarantor().id), "account": str(bank.account.id), "kind": "joint"}
    return Written([], {**typed, "debt_due_on": bank.day(-9), "agreed_until": bank.day(400), "evidence": "保证合同 7"})


@form("desk:guarantee_call", write="clock.record")
def _guarantee_call(bank: Bank) -> Written:
    row = recording.guarantee(
        person_id=bank.guarantor().id, account_id=bank.account.id, kind="joint", evidence="x", **bank.common()
    )
    return Written([row.id], {"on": bank.day(-1), "evidence": "挂号函 123"})


@form("desk:answer_read", write="answer.read")
def _answer_read(bank: Bank) -> Written:
    answers.load(now=bank.now)
    LookUp.objects.create(customer=bank.customer, staff=bank.staff, purpose="counter", at=bank.now)
    return Written([ApprovedAnswer.objects.get(code="payoff").id], {"account": str(bank.account.id)})


@form("mediation:propose", write="mediation.propose")
def _propose(bank: Bank) -> Written:
    typed = {"account": str(bank.account.id), "kind": "negotiation", "position": "可减免部分罚息"}
    return Written([bank.customer.customer_no], typed)


@form("mediation:answer", write="mediation.answer")
@form("mediation:withdraw", write="mediation.end")
def _of_talks(bank: Bank) -> Written:
    return Written([bank.customer.customer_no, _talks(bank).mediation_id], {"consents": "yes"})


@form("mediation:route", write="mediation.answer")
def _route(bank: Bank) -> Written:
    typed = {"route": "meeting", "track": "complex", "reason": "客户听力不便"}
    return Written([bank.customer.customer_no, _talks(bank).mediation_id], typed)


@form("mediation:extend", write="mediation.answer")
def _extend(bank: Bank) -> Written:
    return Written([bank.customer.customer_no, _open_mediation(bank).id], {"until": bank.day(25)})


@form("mediation:extension_answer", write="mediation.answer")
def _extension_answer(bank: Bank) -> Written:
    talks = _open_mediation(bank)
    until = bank.now.date() + timedelta(days=25)
    extensions.ask(mediation_id=talks.id, until=until, **bank.common(bank.colleague))
    return Written([bank.customer.customer_no, talks.id], {"agrees": "yes", "how": "paper"})


@form("mediation:mandate", write="mediation.mandate")
def _mandate(bank: Bank) -> Written:
    typed = {
        "representative": str(bank.staff.id), "waiver": "1000.00", "percent": "20", "months": "24", "floor": "2000.00",
        "reason": "收入下降",
    }  # fmt: skip
    return Written([bank.customer.customer_no, _talks(bank).mediation_id], typed)


@form("mediation:close", write="mediation.end")
def _close(bank: Bank) -> Written:
    return Written([bank.customer.customer_no, _talks(bank).mediation_id], {"ending": "unsuitable"})


@form("mediation:accept", write="mediation.answer")
def _accept(bank: Bank) -> Written:
    """The person at the form is the mediator of the session."""
    return Written([_mediated(bank).id], {})


@form("mediation:dial", write="mediation.answer")
@form("mediation:begin", write="mediation.answer")
@form("mediation:cancel", write="mediation.end")
def _of_session(bank: Bank) -> Written:
    return Written([_talks(bank).id], {})


@form("mediation:miss", write="mediation.end")
def _miss(bank: Bank) -> Written:
    session = _talks(bank)
    bank.now = session.starts_at + timedelta(minutes=20)
    return Written([session.id], {})


@form("mediation:outcome", write="mediation.end")
def _outcome(bank: Bank) -> Written:
    session = _talks(bank)
    sessions.begin(session_id=session.id, **bank.common())
    lines = {"line_on": ["2026-12-10", "2027-01-10"], "line_amount": ["1900.00", "2000.00"]}
    typed = {
        "ending": "agreed", "total": "3900.00", "count": "2", "first": "2026-12-10", "interval": "month",
        "grace_days": "5", "terms": "分两期偿还", "method": "paper", "recording_ref": "R-77",
        "signed": sorted(ALL_SIGNED - {"mediator", "organisation"}), **lines,
    }  # fmt: skip
    return Written([session.id], {**typed, "save": "1"})


@form("mediation:panel_seat", write="mediation.answer")
def _panel_seat(bank: Bank) -> Written:
    session = _mediated(bank)
    expert = Expert.objects.create(staff=factories.make_staff("expert"), speciality="legal", languages=["zh"])
    availability.set_weekly(staff_id=expert.staff_id, hours=WEEK, actor=Actor.of(bank.staff))
    Qualification.objects.create(staff=expert.staff, kind="lawyer", number="1", valid_from=bank.now.date())
    return Written([session.id], {"role": "legal", "expert": str(expert.pk), "reason": "案情复杂"})


@form("mediation:declare", write="mediation.answer")
def _declare(bank: Bank) -> Written:
    return Written([_mediated(bank).id], {"interest": "yes", "text": "与客户相识"})


@form("mediation:waive", write="mediation.answer")
def _waive(bank: Bank) -> Written:
    session = _mediated(bank)
    said = disclosures.declare(session_id=session.id, interest=True, text="与客户相识", **bank.common())
    return Written([session.id, said.pk], {})


@form("mediation:stand_down", write="mediation.answer")
def _stand_down(bank: Bank) -> Written:
    return Written([_mediated(bank).id], {"reason": "与客户相识"})


@form("mediation:mediator_choose", write="mediation.answer")
def _mediator_choose(bank: Bank) -> Written:
    session = _mediated(bank)
    return Written([bank.customer.customer_no, session.mediation_id], {"mediator": str(session.mediator_id)})


@form("mediation:mediator_refuse", write="mediation.answer")
def _mediator_refuse(bank: Bank) -> Written:
    return Written([bank.customer.customer_no, _mediated(bank).mediation_id], {"reason": "态度生硬"})


@form("mediation:draft", write="mediation.draft")
def _draft(bank: Bank) -> Written:
    session = _talks(bank)
    sessions.begin(session_id=session.id, **bank.common())
    lines = {"line_on": ["2026-12-10", "2027-01-10"], "line_amount": ["1900.00", "2000.00"]}
    typed = {
        "total": "3900.00", "count": "2", "first": "2026-12-10", "interval": "month", "grace_days": "5",
        "facts": "超限额争议", "pay_to": "尾号 4021 账户", "terms": "分两期偿还", "duty_1": "refund",
        "duty_party_1": "bank", "duty_due_1": "2026-12-01", "duty_amount_1": "50.00", **lines,
    }  # fmt: skip
    return Written([session.id], {**typed, "save": "1"})


@form("mediation:obligation_done", write="obligation.record")
def _obligation_done(bank: Bank) -> Written:
    draft = _drafted(bank)
    session = draft.session
    agreed = outcomes.record(
        session_id=session.id, ending="agreed", actor=Actor.of(bank.staff), seen_version=None, now=bank.now,
        terms=replace(
            drafts.terms_of(draft, signed=[]), method="paper", signed=frozenset({"customer", "bank"})
        ),
    )  # fmt: skip
    with pgtrigger.ignore("mediation.AgreementDraft:draft_transitions"):
        AgreementDraft.objects.update(state="in_force", agreement=Agreement.objects.get(mediation=agreed))
    item = Obligation.objects.get()
    return Written([bank.customer.customer_no, draft.mediation_id, item.id], {"evidence": "回执 88"})


@form("mediation:court_stage", write="court.record")
def _court_stage(bank: Bank) -> Written:
    session = _talks(bank)
    outcomes.record(
        session_id=session.id, ending="gap", terms=None, actor=Actor.of(bank.staff), seen_version=None, now=bank.now
    )
    typed = {"stage": "filed", "on": bank.day(-1), "court": "示范人民法院", "case_number": "1 号", "text": "通知书"}
    return Written([bank.customer.customer_no, session.mediation_id], typed)


def _drafted(bank: Bank) -> AgreementDraft:
    """A draft with an obligation of the bank."""
    session = _talks(bank)
    sessions.begin(session_id=session.id, **bank.common())
    lines = equal_lines(
        total_fen=390_000, count=2, first=bank.now.date() + timedelta(days=9), interval="month",
        account_id=bank.account.id,
    )  # fmt: skip
    duty = Duty("bank", "refund", bank.now.date() + timedelta(days=3), 100)
    wording = drafts.Wording(lines=lines, grace_days=3, facts="x", pay_to="x", duties=[duty])
    return drafts.draft(session_id=session.id, wording=wording, **bank.common())


@form("notifications:confirm", write="promise.redate")
def _confirm(bank: Bank) -> Written:
    seeds.texts(now=factories.START)
    return Written([bank.customer.customer_no], {"promise": str(bank.promise().id)})


@form("notifications:ask", write="message.send")
def _ask(bank: Bank) -> Written:
    seeds.texts(now=factories.START)
    typed = {"kind": "colleague_note", "typed": "您要的资料已备好", "save": "1"}
    return Written([bank.customer.customer_no], typed)


def _open_mediation(bank: Bank) -> Mediation:
    """A mediation whose term runs."""
    talks = mediations.propose(
        customer_id=bank.customer.id, account_id=bank.account.id, kind="mediation", position="", **bank.common()
    )
    Mediation.objects.filter(id=talks.id).update(term_ends_on=bank.now.date() + timedelta(days=20))
    return talks


def _talks(bank: Bank) -> Session:
    """Negotiation by the bank, with a date; the person at the form leads it."""
    availability.set_weekly(staff_id=bank.staff.id, hours=WEEK, actor=Actor.of(bank.staff))
    talks = mediations.propose(
        customer_id=bank.customer.id, account_id=bank.account.id, kind="negotiation", position="", **bank.common()
    )
    session = scheduling.schedule(mediation_id=talks.id, now=bank.now)
    assert session is not None
    return session


def _mediated(bank: Bank) -> Session:
    """Mediation by an organisation, with a date; the person at the form mediates."""
    talks = mediations.propose(
        customer_id=bank.customer.id, account_id=bank.account.id, kind="mediation", position="", **bank.common()
    )
    organisation = MediationOrganisation.objects.create(
        code="M", name_zh="调解中心", name_en="Centre", kind="industry", registration_no="1", lawfully_established=True,
        fee_free=True,
    )  # fmt: skip
    Staff.objects.filter(id=bank.staff.id).update(role="mediator")
    bank.staff.role = "mediator"
    mediator = Mediator.objects.create(staff=bank.staff, organisation=organisation, languages=["zh"])
    Training.objects.create(staff=bank.staff, course="card")
    representative = factories.make_staff("negotiator")
    for person in (bank.staff, representative):
        availability.set_weekly(staff_id=person.id, hours=WEEK, actor=Actor.of(bank.staff))
    session = scheduling.schedule(mediation_id=talks.id, now=bank.now)
    assert session is not None
    assert session.mediator == mediator
    return session


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Bank]:
    with kept_for_module(django_db_blocker, _made) as rows:
        yield rows


@pytest.fixture
def bank(made: Bank, db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Bank:
    """Rules and calendars in force, and somebody who may do everything: this is about versions, not about roles."""
    monkeypatch.setattr(Staff, "may", lambda self, action: True)
    return copy.deepcopy(made)


def _made() -> Bank:
    seeds.rule_packs(now=NOW)
    seeds.calendars(now=NOW)
    colleague = factories.make_staff("supervisor", display_name="赵同事")
    return Bank(*factories.make_debtor(), factories.make_staff("negotiator"), colleague, NOW)


def _meanwhile(bank: Bank, topics: set[Topic]) -> None:
    """A colleague's writes since the form was opened: one event on each topic."""
    with transaction.atomic():
        customer = records.lock(customer_id=bank.customer.id, now=bank.now)
        for topic in sorted(topics):
            records.append(customer=customer, kind=MOVES[topic], actor=Actor.of(bank.colleague), now=bank.now)


def _sent(form: Form, typed: dict[str, Any]) -> None:
    """Fail unless everything typed is in the form still."""
    for name, value in typed.items():
        if name == "save":
            continue  # the button itself
        expected = value if isinstance(value, list) else [value] if value else []
        # Boxes stand in the order of the form, and lines in their own.
        shown = [each for each in form.values.get(name, []) if each]
        assert shown == expected or (name == "signed" and sorted(shown) == expected), name


def test_every_form_is_decided() -> None:
    """Each form that is under a key is tried below, or is named with the reason why nothing refuses it."""
    found = set()
    for _path, name, view in patterns(get_resolver()):
        if getattr(view, "writes_once", getattr(getattr(view, "view_class", None), "writes_once", False)):
            found.add(name)
    assert found == SCENES.keys() | NEVER_STALE.keys()
    assert {write for write, _scene in SCENES.values()} | NO_FORM.keys() == WRITE_DEPENDS_ON.keys()
    assert all(EVENT_KINDS[kind].topic == topic and EVENT_KINDS[kind].bumps for topic, kind in MOVES.items())


@pytest.mark.parametrize("name", SCENES)
def test_a_form_on_a_changed_record_is_told_keeps_its_input_and_is_applied_again(bank: Bank, name: str) -> None:
    """As page and as fragment: what, who and when; the same input; a button that applies it, a link that drops it."""
    write, scene = SCENES[name]
    with zeal.zeal_ignore():
        written = scene(bank)
        bank.customer.refresh_from_db()
        seen = bank.customer.version
        _meanwhile(bank, set(WRITE_DEPENDS_ON[write]))
    address = reverse(name, args=[*([bank.customer.customer_no] if _of_record(name) else []), *written.args])
    before = Event.objects.count()
    with time_machine.travel(bank.now, tick=False), zeal.zeal_ignore():
        client = Client(headers={"accept-language": "zh-hans"})
        client.force_login(bank.staff)
        for headers in ({}, {"hx-request": "true"}):
            typed = {**written.typed, "seen_version": seen, "form_key": "k" * 24}
            refused = client.post(address, typed, headers=headers)
            page = refused.content.decode()
            assert refused.status_code == 409
            notice = page[page.index("data-conflict") :]
            notice = notice[: notice.index("</ul>")]
            for topic in WRITE_DEPENDS_ON[write]:
                assert EVENT_KINDS[MOVES[topic]].term.text("zh-hans") in notice
            assert notice.count("<li>") == notice.count("赵同事") == len(WRITE_DEPENDS_ON[write])
            assert notice.count(f"{timezone.localtime(bank.now):%H:%M}") == len(WRITE_DEPENDS_ON[write])
            form = form_with(page, "data-apply")
            _sent(form, written.typed)
            assert form.values["seen_version"] == [str(seen + len(WRITE_DEPENDS_ON[write]))]
            assert form.values["form_key"][0]
            (drop,) = [link for link in form.links if "data-drop" in link]
            assert resolve(drop["href"])
        assert (Event.objects.count(), FormKey.objects.count()) == (before, 0)
        # What this write does not depend on may go on happening: applied again, it goes through.
        _meanwhile(bank, set(Topic) - WRITE_DEPENDS_ON[write])
        applied = client.post(address, form.pressed("data-apply"))
        assert applied.status_code < 400, applied.content.decode()
        assert FormKey.objects.count() == 1
        with undrawn():
            assert client.get(drop["href"]).status_code == 200


API_WRITES: dict[str, tuple[str, dict[str, Any]]] = {
    "collections_app:api_notes": ("note.add", {"text": "家属来电"}),
    "collections_app:api_holds": ("hold.place", {"kind": "illness"}),
    "collections_app:api_handoffs": ("handoff.open", {"kind": "complaint", "carries": factories.carried("complaint")}),
}


def test_every_write_of_the_api_is_tried_below() -> None:
    """The walk over the addresses finds no other."""
    found = {
        name for _path, name, view in patterns(get_resolver()) if issubclass(getattr(view, "cls", object), WriteAPIView)
    }
    assert found == API_WRITES.keys()


@pytest.mark.parametrize("name", API_WRITES)
def test_the_api_asks_for_the_version_and_says_what_changed(bank: Bank, name: str) -> None:
    """428 without If-Match; 412 with what, who and when in the body and the tag of now; then it goes through."""
    write, body = API_WRITES[name]
    topics = WRITE_DEPENDS_ON[write]
    _meanwhile(bank, set(topics))
    client = Client()
    client.force_login(bank.staff)
    address = reverse(name, args=[bank.customer.customer_no])

    def send(**headers: str) -> Any:
        return client.post(address, body, content_type="application/json", headers=headers)

    assert send().status_code == 428
    refused = send(**{"If-Match": f'"{bank.customer.version}"'})
    if topics:
        assert refused.status_code == 412
        said = refused.json()
        assert {change["kind"] for change in said["changes"]} == {MOVES[topic] for topic in topics}
        who_when = {(change["by"], datetime.fromisoformat(change["at"])) for change in said["changes"]}
        assert who_when == {(bank.colleague.employee_no, bank.now)}
        assert send(**{"If-Match": f'"{said["current_version"]}"'}).status_code == 201
    else:
        assert refused.status_code == 201


def _of_record(name: str) -> bool:
    return name.startswith("desk:") and name != "desk:approval"
