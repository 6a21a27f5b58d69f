"""The day between the calls: somebody else answers, a machine asks first, and a colleague leaves."""

import re

from playwright.sync_api import expect

from collections_app.models import Account, Branch, Contact, Conversation
from collections_app.services import leaving, records
from tests import factories
from tests.collections_app import machines
from tests.story.day import LIVE_MS, Day, permit, record, sees, send, step


def somebody_else_answers(day: Day) -> None:
    """Requirement 14: who is no party to the debt hears of none, and is asked to pass on a word."""
    customer = day.debtor("何家人")
    with step("requirement 14: the script of a third party"):
        page = day.screen("collector.bj2", record(customer))
        page.locator("#record-actions a[data-key=Enter]").click()
        page.click("#write-form button[type=submit]")
        page.wait_for_selector("[data-timer]")
        page.check("input[name=result][value=third_party]")
        page.click(".call-verify button[type=submit]")
        script = page.locator("[data-script=third]")
        sees(script, day.say("Third party"))
        assert "3,913.00" not in page.content()
        page.keyboard.press("4")
        page.keyboard.press(str(page.locator("input[value=third_pass]").get_attribute("data-key")))
        page.keyboard.press("Enter")
        page.wait_for_selector("#record-main")
        call = Conversation.objects.get(customer=customer)
        assert (call.party, call.outcome, call.contact.effective) == ("third", "third_pass", False)


def a_machine_asks_first(day: Day) -> None:
    """Requirement 18: a dialler's call is asked for, keeps everybody else away, and stands on the record."""
    customer = day.debtor("何机呼")
    dialler = machines.make_client("dialler", branches=[Branch.objects.get(code="BJ")], name="示范外呼系统")
    machine = machines.Machine(dialler, day.now)
    with step("requirement 18: every outside contact asks the same permit, and stands on the record"):
        page = day.live("collector.bj1", record(customer))
        answer = machine.ask(customer.customer_no)
        assert answer.status_code == 201, answer.content
        assert permit(day, customer, "collection", channel="voice") != ""
        told = machine.tell(answer.json()["id"], "made", outcome="no_answer")
        assert told.status_code == 200, told.content
        contact = Contact.objects.get(customer=customer)
        assert (contact.state, contact.staff) == ("made", None)
        # Its kind, in the words of this screen.
        kind = "外呼" if day.language == "zh-CN" else "dialler"
        expect(page.locator("#record-timeline")).to_contain_text(re.compile(kind, re.IGNORECASE), timeout=LIVE_MS)


def a_colleague_leaves(day: Day) -> None:
    """Requirement 19: the book of who left is re-homed in one step, from the board that says so."""
    beijing = day.staff["collector.bj1"]
    day.staff["leaver"] = factories.make_staff(
        "collector", branch=beijing.branch, team=beijing.team, display_name="何离职", display_name_en="He Leaves"
    )
    left = day.staff["leaver"]
    customers = [day.debtor(name, owner="leaver") for name in ("何留一", "何留二")]
    with step("requirement 19: the book of who left, in one step"):
        board = day.live("supervisor.bj1", "/oversight/team/")
        leaving.leave(staff_id=left.pk, actor=records.SYSTEM, now=day.now)
        link = board.locator(f"#board a[href*='whose={left.pk}']")
        expect(link).to_be_visible(timeout=LIVE_MS)
        link.click()
        board.wait_for_selector("#id_reason")
        board.check(f"#id_to input[value='{day.staff['collector.bj2'].pk}']")
        board.fill("#id_reason", "离职交接")
        send(board)
        board.click("button[value=apply]")
        board.wait_for_selector("button[value=apply]", state="detached")
        owners = set(Account.objects.filter(customer__in=customers).values_list("owner", flat=True))
        assert owners == {day.staff["collector.bj2"].pk}
