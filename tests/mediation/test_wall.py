"""The wall (G9): what is said in mediation is on no page, in no field, log, export or column but where it belongs.

Sentences are planted in every walled field; then every address is asked, every command run and every column read.
"""

# Long because everything is planted once and looked for in every place.

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command, get_commands
from django.core.management.base import CommandError
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client

from collections_app.domain.crypto import CannotOpenError
from collections_app.domain.staff import Role
from collections_app.models import Customer, Staff
from collections_app.models.fields import WalledField, key_ring, walled_key_ring
from collections_app.services.records import Actor
from mediation.domain.bidding import Terms, Wish
from mediation.domain.means import Figures
from mediation.models import (
    Expert,
    PanelSeat,
    Proposal,
    ProposalRound,
    RoomMessage,
    RoomSeat,
    Session,
    SessionMinutes,
    TelephoneRecord,
    VideoRoom,
    WalledRead,
)
from mediation.selectors import wall
from mediation.services import fact_sheets, means, notes, proposals, session_recordings, telephone, wishes
from mediation.services.people import panels
from tests import factories
from tests.house.test_wiring import ALL_ROUTES, BASE_DIR
from tests.mediation.conftest import Debtor, Table
from tests.remembered import remembered

pytestmark = pytest.mark.usefixtures("no_n_plus_one", "bare_errors")

NOTE = "客户说最低可以接受每月八百元"
RECORDING = "REC-7731-瓷杯"
REMARK = "她在照顾住院的母亲"
CUSTOMER_REASON = "年底奖金发下来就能多还一些"
BANK_REASON = "本行内部底线不便外传"
COMMENT = "这笔年费从来没有人告诉过我"
SAID = "房间里说过可以先还一半再谈"
MINUTES = "双方同意下周三之前交换对账单"
CALL = "REC-CALL-9921-青瓷"
SUM = "3,141.59"
WISH = "孩子的学费要分到明年秋天"
PLANTED = (NOTE, RECORDING, REMARK, CUSTOMER_REASON, BANK_REASON, COMMENT, SAID, MINUTES, CALL, SUM, WISH)
HOLE = re.compile(r"<(?:(\w+):)?(\w+)>")
# Commands of ours that are not run here, and why nothing of the wall can come out of them.
NOT_RUN = {
    "import_accounts": "reads a file of the core's", "acknowledge_instructions": "reads a file of the core's",
    "import_settlement": "reads a file of a gateway's", "load_calendar": "reads a file of days",
    "fill_demo": "makes a demo bank", "seed_demo": "makes a demo bank", "prepare_demo": "makes tables",
    "make_tables": "makes tables", "demo_signins": "names the people of a demo", "simulate_departments": "a simulation",
    "write_demo_opening": "writes what a demo opens with", "smpp_link": "a server of messages",
    "first_administrator": "makes a member of staff where there is none",
    "twilio_sandbox_server": "a server of messages",
}  # fmt: skip


@pytest.fixture
@remembered
def planted(table: Table) -> Table:
    """A table with a sentence in every walled field, in a round that is open to the bank's proposal."""
    notes.add(session_id=table.session.id, text=NOTE, actor=table.mediators["actor"], now=table.now)
    for kind in ("mediator", "representative", "customer"):
        telephone.state_consent(kind=kind, agrees=True, **table.mediators)
    session_recordings.keep(reference=RECORDING, both_consented=True, **table.mediators)
    means.say(figures=Figures(314_159, 0, 0, 0, 0, 0), remark=REMARK, **table.customers)
    sheet = fact_sheets.draw(**table.mediators)
    fact_sheets.mark_for_customer(
        sheet_id=sheet.id, verdicts={"fees": "objects"}, comments={"fees": COMMENT}, **table.customers
    )
    fact_sheets.mark_for_bank(sheet_id=sheet.id, verdicts=dict.fromkeys([f["key"] for f in sheet.facts], "accepts"),
                              comments={}, **table.banks)  # fmt: skip
    wishes.file(wish=Wish(26_180, 12), reason=WISH, **table.customers)
    row = proposals.open_round(closes_at=table.now + timedelta(hours=1), **table.mediators)
    proposals.propose_for_customer(round_id=row.id, terms=Terms(314_159, 12), reason=CUSTOMER_REASON, **table.customers)
    speak(table)
    return table


def speak(table: Table) -> None:
    """What is written in a room, minutes of a meeting and the recording of a call, whatever way the session goes."""
    host, common = table.mediator.staff, {"session": table.session, "customer": table.debtor.customer}
    room = VideoRoom.objects.create(**common, made_at=table.now)
    seat = RoomSeat.objects.create(
        room=room, customer=table.debtor.customer, kind="mediator", host=True, staff=host, state="admitted",
        came_at=table.now, seen_at=table.now, admitted_at=table.now,
    )  # fmt: skip
    RoomMessage.objects.create(
        room=room, customer=table.debtor.customer, author=seat, key="k" * 8, text=SAID, at=table.now
    )
    SessionMinutes.objects.create(**common, text=MINUTES, written_by=host, written_at=table.now)
    TelephoneRecord.objects.create(
        **common, outcome="spoken", minutes=5, recording_ref=CALL, stated_by=host, stated_at=table.now
    )


def reveal(table: Table) -> None:
    row = ProposalRound.objects.get()
    proposals.propose_for_bank(round_id=row.id, terms=Terms(300_000, 12), reason=BANK_REASON, **table.banks)


def addresses(table: Table) -> Iterator[str]:
    """Every address of the house, with the rows of this table where it names one."""
    customer = table.debtor.customer
    values = {"customer_no": customer.customer_no, "session_id": str(table.session.id), "name": "main",
              "mediation_id": str(table.session.mediation_id), "account_id": str(table.debtor.account.id)}  # fmt: skip
    for route, _name in ALL_ROUTES:
        # Forms of the administration that add a row or change the first one show no row of this table.
        if route.startswith(("accounts/", "r/")) or (route.startswith("admin/") and ("<" in route or "/add/" in route)):
            continue
        filled = HOLE.sub(lambda hole: values.get(hole[2], "1"), route)
        yield "/" + re.sub(r"\(\?P<\w+>[^()]*(?:\([^()]*\)[^()]*)*\)|[\^$\\]|\\Z", "1", filled)


def text_of(response: HttpResponseBase) -> str:
    """Return what an answer says; of one that never ends, nothing."""
    if getattr(response, "is_async", False):
        return ""
    parts = response.streaming_content if response.streaming else [response.content]  # type: ignore[attr-defined]
    return b"".join(parts).decode(errors="replace")


def told(client: Client, address: str) -> set[str]:
    """Return which planted sentences an address tells."""
    text = text_of(client.get(address))
    return {word for word in PLANTED if word in text or json.dumps(word)[1:-1] in text}


def entered(staff: Staff) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_no_address_tells_somebody_who_may_do_everything(
    planted: Table, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Every page, API answer and list of the administration, for a superuser with every permission and the whole bank
    in scope; and the room's own pages for another mediator and another representative who may do everything.

    Even once the proposals are revealed; and nothing of it is logged meanwhile.
    """
    caplog.set_level(logging.DEBUG)
    reveal(planted)
    monkeypatch.setattr(Staff, "may", lambda self, action: True)
    asked = list(addresses(planted))
    assert len(asked) > 250
    assert f"/mediation/session/{planted.session.id}/desk/" in asked
    for role in ("administrator", "mediator", "negotiator"):
        client = entered(factories.make_staff(role, scope="institution", is_staff=True, is_superuser=True))
        leaks = {
            address: found
            for address in asked
            if (role == "administrator" or address.startswith("/mediation/")) and (found := told(client, address))
        }
        assert not leaks, role
    assert not [word for word in PLANTED if word in caplog.text]


def test_no_role_reads_or_writes_at_the_table(planted: Table) -> None:
    """Every role as it is, at every address of the room and of the record: nothing told, nothing taken."""
    number = planted.debtor.customer.customer_no
    pages = {f"/c/{number}/", f"/c/{number}/part/main/", f"/api/records/{number}/", "/mediation/"}
    rooms = ("/mediation/session/", "/mediation/record/", "/admin/mediation/walledread/")
    asked = [address for address in addresses(planted) if address in pages or address.startswith(rooms)]
    before = Proposal.objects.count()
    for role in Role:
        client = entered(factories.make_staff(role, is_staff=True, is_superuser=role == Role.ADMINISTRATOR))
        leaks = {address: found for address in asked if (found := told(client, address))}
        assert not leaks, role
        for address in asked:
            if address.endswith(("/desk/proposal/", "/desk/round/withdraw/")):
                typed = {"round": ProposalRound.objects.get().id, "total": "1", "months": "1"}
                assert client.post(address, typed).status_code in {403, 404, 405}, (role, address)
    assert Proposal.objects.count() == before


def test_each_at_the_table_reads_their_own_part(
    planted: Table, let_in: Callable[[Debtor], Client], client: Client
) -> None:
    """Before the reveal: the mediator all but proposals, the bank the facts, the customer what they said themselves."""
    desk = f"/mediation/session/{planted.session.id}/desk/"
    session = f"/mediation/session/{planted.session.id}/"
    talks = f"/r/talks/{planted.session.mediation_id}/"
    mediator, bank, customer = entered(planted.mediator.staff), entered(planted.representative), let_in(planted.debtor)
    assert told(mediator, desk) == {RECORDING, REMARK, COMMENT, SUM, WISH}  # the sum is what the customer earns
    assert told(mediator, session) == {NOTE}
    assert told(mediator, f"{session}phone/") == {CALL}
    assert told(bank, desk) == {COMMENT}
    assert told(bank, session) == set()
    assert [told(customer, f"{talks}{page}") for page in ("", "facts/", "means/", "proposal/")] == [
        set(), {COMMENT}, {SUM, REMARK}, {SUM}
    ]  # fmt: skip
    reveal(planted)
    assert told(mediator, desk) == {RECORDING, REMARK, COMMENT, SUM, WISH, CUSTOMER_REASON, BANK_REASON}
    assert told(bank, desk) == {COMMENT, SUM, CUSTOMER_REASON, BANK_REASON}
    assert told(customer, f"{talks}proposal/") == {SUM, BANK_REASON}
    stranger = let_in(Debtor(*factories.make_debtor()))
    assert {stranger.get(f"{talks}{page}").status_code for page in ("", "facts/", "means/", "proposal/")} == {404}


def seated(table: Table, expert: Expert, role: str, state: str = "accepted") -> PanelSeat:
    """Seat an expert in the session as if its rule had asked them."""
    return PanelSeat.objects.create(
        session=table.session, customer=table.debtor.customer, role=role, expert=expert, state=state, reason="by_hand",
        during=table.session.during, at=table.now, answered_at=table.now,
    )  # fmt: skip


def test_each_of_the_panel_reads_what_their_role_reads(planted: Table, make_expert: Callable[..., Expert]) -> None:
    """Counsel, financial expert and psychologist what the mediator reads, an interpreter what both sides share.

    Only once they have accepted; each look is remembered; no other address tells them anything.
    """
    number = planted.session.id
    own = f"/mediation/session/{number}/seat/"
    asked = [address for address in addresses(planted) if address.startswith(("/mediation/", "/c/", "/api/"))]
    all_of_it = {NOTE, RECORDING, REMARK, COMMENT, SUM}
    reads = {"legal": all_of_it, "financial": all_of_it, "psychologist": all_of_it, "interpreter": {COMMENT}}
    for role, told_there in reads.items():
        expert = make_expert(role)
        client = entered(expert.staff)
        seat = seated(planted, expert, role, "proposed")
        assert client.get(own).status_code == 404
        panels.answer(seat_id=seat.id, accepts=True, actor=Actor.of(expert.staff), now=planted.now)
        assert told(client, own) == told_there, role
        parts = set(WalledRead.objects.filter(staff=expert.staff).values_list("part", flat=True))
        assert parts == ({"facts"} if role == "interpreter" else {"facts", "notes", "means", "recordings"})
        # Three of them read the same by the same rule: the first and the interpreter are let loose on every address.
        if role in {"legal", "interpreter"}:
            leaks = {address for address in asked if address != own and told(client, address)}
            assert not leaks, role
    reveal(planted)
    assert told(entered(Expert.objects.get(speciality="legal").staff), own) == all_of_it | {
        CUSTOMER_REASON, BANK_REASON
    }  # fmt: skip
    assert told(entered(Expert.objects.get(speciality="interpreter").staff), own) == {COMMENT}


def test_who_is_off_the_panel_reads_nothing_any_more(planted: Table, make_expert: Callable[..., Expert]) -> None:
    """Declined, replaced, recused from the record, no longer an expert, or the session over: at once, whatever way."""
    own = f"/mediation/session/{planted.session.id}/seat/"
    customer = planted.debtor.customer

    def declined(seat: PanelSeat) -> None:
        assert seat.expert is not None
        panels.answer(seat_id=seat.id, accepts=False, actor=Actor.of(seat.expert.staff), now=planted.now)

    def replaced(seat: PanelSeat) -> None:
        panels.assign(
            session_id=planted.session.id, role=seat.role, expert_id=None, reason="不再需要",
            actor=planted.mediators["actor"], seen_version=None, now=planted.now,
        )  # fmt: skip

    def recused(seat: PanelSeat) -> None:
        assert seat.expert is not None
        Customer.objects.filter(id=customer.id).update(recused_staff=[seat.expert.staff_id])

    def struck_off(seat: PanelSeat) -> None:
        Expert.objects.filter(id=seat.expert_id).update(active=False)

    def over(seat: PanelSeat) -> None:
        Session.objects.filter(id=planted.session.id).update(state="cancelled", closed_at=planted.now)

    for role, way in (("legal", declined), ("financial", replaced), ("psychologist", recused),
                      ("interpreter", struck_off), ("legal", over)):  # fmt: skip
        expert = make_expert(role)
        PanelSeat.objects.filter(role=role, state="open").delete()
        seat = seated(planted, expert, role)
        client = entered(expert.staff)
        assert client.get(own).status_code == 200
        way(seat)
        assert client.get(own).status_code == 404, way
        with pytest.raises(wall.BehindTheWallError):
            wall.at_session(session=Session.objects.get(id=planted.session.id), staff=expert.staff)


def test_no_command_tells(planted: Table, tmp_path: Path) -> None:
    """Audits, exports and what writes out whole tables; a new command is run here, or named with the reason why not."""
    reveal(planted)
    ours = {name for name, app in get_commands().items() if app in {*APPS, "config"}}
    run: dict[str, list[Any]] = {
        "verify_guarantees": [], "export_instructions": [str(tmp_path)], "ledger": ["verify"], "load_law": [],
        "load_reference_data": [], "load_templates": [], "sync_schedule": [],
    }  # fmt: skip
    assert ours == set(run) | set(NOT_RUN)
    for name, args in {**run, "dumpdata": ["mediation", "collections_app"]}.items():
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            try:
                call_command(name, *args, stdout=said, stderr=said)
            except (CommandError, SystemExit) as error:
                said.write(str(error))
        assert not [word for word in PLANTED if word in said.getvalue()], name
    written = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file())
    assert not [word for word in PLANTED if word in written]


APPS = {"collections_app", "desk", "ledger", "mediation", "notifications", "oversight", "repayment"}


def test_the_whole_database_holds_no_word_of_it(planted: Table) -> None:
    """Every column of every table, as a dump of it would show them."""
    reveal(planted)
    wanted = [f"%{word}%" for word in (*PLANTED, "314159", json.dumps(REMARK)[1:-1].replace("\\", "\\\\"))]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        assert {"mediation_proposal", "mediation_means"} < set(tables)
        found = []
        for name in tables:
            quoted = connection.ops.quote_name(name)
            cursor.execute(f"SELECT count(*) FROM {quoted} AS one WHERE one::text LIKE ANY (%s)", [wanted])  # noqa: S608
            found += [name] if cursor.fetchone()[0] else []
    assert not found


def test_the_ordinary_keys_open_nothing_of_it(planted: Table) -> None:
    """Every walled column has a value, sealed by a key of mediation; the field keys fail on each."""
    reveal(planted)
    opened = set()
    for model in apps.get_app_config("mediation").get_models():
        for field in [field for field in model._meta.fields if isinstance(field, WalledField)]:
            column = f"{model._meta.db_table}.{field.column}"
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {field.column} FROM {model._meta.db_table} WHERE {field.column} <> ''")  # noqa: S608
                values = [value for (value,) in cursor.fetchall()]
            for value in values:
                with pytest.raises(CannotOpenError):
                    key_ring().open(value, column=column)
                assert walled_key_ring().open(value, column=column)
                opened.add(column)
    assert opened == {
        "mediation_factmark.verdict", "mediation_factmark.comment", "mediation_means.figures", "mediation_means.remark",
        "mediation_mediationnote.text", "mediation_proposal.terms", "mediation_proposal.reason",
        "mediation_sessionrecording.reference", "mediation_roommessage.text", "mediation_sessionminutes.text",
        "mediation_telephonerecord.recording_ref", "mediation_termwish.terms", "mediation_termwish.reason",
    }  # fmt: skip


def test_only_the_wall_reads_what_is_walled() -> None:
    """One selector reads; the services that write, and the audit that looks for leaks, name the models beside it."""
    allowed = {
        "mediation/selectors/wall.py", "mediation/services/notes.py", "mediation/services/means.py",
        "mediation/services/fact_sheets.py", "mediation/services/proposals.py",
        "mediation/services/session_recordings.py", "oversight/selectors/guarantees/mediation_wall.py",
        "mediation/services/room_talk.py", "mediation/services/meetings.py", "mediation/services/telephone.py",
        "mediation/services/wishes.py",
    }  # fmt: skip
    models = (
        "MediationNote|Means|FactSheet|FactMark|FactsConfirmation|ProposalRound|Proposal|SessionRecording|RoomMessage"
        "|SessionMinutes|TelephoneRecord|TermWish"
    )
    walled = rf"\b({models})\.objects|\.(telephone_records|minutes)\.(all|filter|order_by|select_related|values)\b"
    found = {
        str(path.relative_to(BASE_DIR))
        for app in APPS
        for path in (BASE_DIR / app).rglob("*.py")
        if re.search(walled, path.read_text(encoding="utf-8"))
    }
    assert found <= allowed, found - allowed
