"""What a simulation counts, from rows made by hand; the stream it is fed with; the picture of it."""

from datetime import date, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from oversight.domain.demo_bank.cards import CardFacts, minimum_fen
from oversight.domain.demo_bank.people import people
from oversight.domain.simulation import stream
from oversight.domain.simulation.chart import Words, draw
from oversight.domain.simulation.core import Core, Paid
from oversight.domain.simulation.measures import (
    AGREEMENT,
    BREACHES,
    NUMBER,
    Contact,
    Fact,
    Measured,
    Rows,
    Saying,
    Stop,
    measure,
)

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=ZONE)
HOUR = timedelta(hours=1)


def _contact(hours: float, department: str = "collections", **values: object) -> Contact:
    defaults = {"channel": "voice", "purpose": "collection", "inbound": False, "spoken": False}
    return Contact(1, NOON + hours * HOUR, department, **(defaults | values))  # type: ignore[arg-type]


def _stop(kind: str = AGREEMENT, begins: float = 0, ends: float | None = None, **values: object) -> Stop:
    return Stop(
        1,
        kind,
        NOON + begins * HOUR,
        None if ends is None else NOON + ends * HOUR,
        **({"known": {"service": NOON + begins * HOUR}} | values),  # type: ignore[arg-type]
    )


def _counts(**rows: list[object]) -> dict[str, int]:
    everything = {"contacts": [], "stops": [], "sayings": [], "facts": []} | rows
    found = measure(Rows(**everything))  # type: ignore[arg-type]
    return {name: found.count(name) for name in BREACHES if found.count(name)}


def test_a_call_is_repeated_when_another_department_has_just_spoken_with_the_customer() -> None:
    """Within a day; not after one's own call, an attempt nobody answered, or a text; never when the customer calls."""
    spoken = _contact(0, "service", inbound=True, spoken=True, purpose="service_notice")
    assert _counts(contacts=[spoken, _contact(2)]) == {"repeated": 1}
    for other in (
        _contact(2, "service"),
        _contact(25),
        _contact(2, channel="sms"),
        _contact(2, inbound=True, purpose="service_notice"),
        _contact(2, purpose="receipt"),
    ):
        assert _counts(contacts=[spoken, other]) == {}
    assert _counts(contacts=[_contact(0, "service"), _contact(2)]) == {}


def test_a_contact_after_agreement_is_one_made_while_it_was_in_force() -> None:
    """From after it was made until it ended, and once however many agreements there are."""
    assert _counts(contacts=[_contact(1)], stops=[_stop()]) == {"after_agreement": 1}
    assert _counts(contacts=[_contact(0)], stops=[_stop()]) == {}
    assert _counts(contacts=[_contact(2)], stops=[_stop(ends=2)]) == {}
    assert _counts(contacts=[_contact(1)], stops=[_stop(ends=2), _stop(begins=-1, ends=0)]) == {"after_agreement": 1}


def test_other_reasons_to_stop_and_wrong_numbers_are_counted_apart() -> None:
    """What stops one channel stops no other."""
    assert _counts(contacts=[_contact(1)], stops=[_stop("hardship")]) == {"against_stop": 1}
    assert _counts(contacts=[_contact(1)], stops=[_stop(NUMBER)]) == {"wrong_number": 1}
    assert _counts(contacts=[_contact(1, channel="sms")], stops=[_stop("channel_stop", channel="voice")]) == {}


def test_a_statement_contradicts_what_the_bank_knew_or_agreed_on() -> None:
    """Whoever has the agreement in their own book speaks knowing of it; who has not yet, does not."""

    def said(fen: int = 500, known: int = 500, owed: int = 500, name: str = "overdue") -> list[object]:
        return [Saying(1, NOON + HOUR, "collections", name, fen, known, owed)]

    assert _counts(sayings=said()) == {}
    assert _counts(sayings=said(fen=700)) == {"contradictory": 1}
    assert _counts(sayings=said(owed=300)) == {"behind_core": 1}
    assert _counts(sayings=said(), stops=[_stop()]) == {"contradictory": 1}
    assert _counts(sayings=said(name="billed"), stops=[_stop()]) == {}
    assert _counts(sayings=said(), stops=[_stop(ends=0.5)]) == {}
    assert _counts(sayings=said(), stops=[_stop("hardship")]) == {}
    assert _counts(sayings=said(), stops=[_stop(known={"collections": NOON})]) == {}
    assert _counts(sayings=said(), stops=[_stop(known={"collections": NOON + 2 * HOUR})]) == {"contradictory": 1}


def test_two_agreements_about_one_debt_are_counted_when_the_second_is_made() -> None:
    """One that begins when the other has ended is no second one."""
    assert _counts(stops=[_stop(), _stop(begins=3)]) == {"two_agreements": 1}
    assert _counts(stops=[_stop(ends=2), _stop(begins=3)]) == {}


def test_information_has_arrived_when_every_department_has_it() -> None:
    """The later of both counts; what never arrives is counted and is no lag."""
    facts = [
        Fact("promise", NOON, [NOON, NOON + 11 * HOUR]),
        Fact("payment", NOON, [NOON + HOUR]),
        Fact("hold", NOON, [NOON, None]),
    ]
    found = measure(Rows([_contact(0, spoken=True)], [_stop()], [], facts))
    assert (found.facts, found.facts_lost) == (3, 1)
    assert (found.lag_median_hours, found.lag_p95_hours, found.lag_longest_hours) == (6, 11, 11)
    assert (found.contacts, found.calls, found.spoken, found.agreements, found.sayings) == (1, 1, 1, 1, 0)
    assert measure(Rows([], [], [], [])).lag_p95_hours == 0


def test_the_stream_is_the_seeds_and_in_the_order_of_the_clock() -> None:
    """Another seed gives other customers; the same gives the same, whoever asks."""
    drawn = stream.happenings(seed=1, customers=200, days=20)
    assert drawn == stream.happenings(seed=1, customers=200, days=20)
    assert drawn != stream.happenings(seed=2, customers=200, days=20)
    assert all(items == sorted(items, key=lambda item: item.minute) for items in drawn.values())
    assert {item.kind for items in drawn.values() for item in items} >= {stream.Kind.PAYS, stream.Kind.PROMISES}


def test_customers_react_the_same_to_whoever_calls() -> None:
    """Each reaction is one of those there are, and some customers have another one's number on file."""
    temper = stream.Temper(1)
    wrong = [customer for customer in range(300) if temper.number_is_wrong(customer)]
    right = next(customer for customer in range(300) if customer not in wrong)
    assert wrong
    assert temper.answer(wrong[0], 3) == "third_unknown"
    assert temper.answer(right, 3) == stream.Temper(1).answer(right, 3) != "third_unknown"
    assert 2 <= temper.promised_in(right, 3) <= 10
    assert temper.share(right, 3) in {40, 60, 100}
    assert 8 * 60 <= temper.minute(right, 3) < 20 * 60
    assert temper.channel(right)
    assert {temper.keeps(customer, 3) for customer in range(50)} == {True, False}
    assert {temper.wants_callback(customer, 3) for customer in range(50)} == {True, False}


def test_a_choice_of_no_weight_left_is_the_last_one() -> None:
    class Unlucky(stream.random.Random):
        def random(self) -> float:
            return 1.0

    assert stream.pick(Unlucky(), [("a", 1), ("b", 2)]) == "b"


@pytest.fixture
def core() -> Core:
    card = CardFacts(7, 2_000_000, [100_000] * 6, [0] * 6, 2)
    return Core(people=list(people("10", 1)), data=[card], opened_on=date(2026, 5, 31), zone=ZONE)


def test_what_the_bank_knows_of_a_payment_depends_on_its_channel_until_the_night(core: Core) -> None:
    """Online at once, the others with the file; both are owed no more."""
    before = core.known(0, NOON).overdue_fen
    assert before >= minimum_fen(100_000)
    core.pay(Paid(0, NOON, 1_000, "app", "R1"))
    core.pay(Paid(0, NOON, 2_000, "counter", "R2"))
    assert core.known(0, NOON).overdue_fen == before - 1_000
    assert core.owed(0, NOON).overdue_fen == before - 3_000
    assert core.owed(0, NOON - HOUR).overdue_fen == before
    assert core.known(0, NOON + 24 * HOUR).overdue_fen == core.owed(0, NOON + 24 * HOUR).overdue_fen
    assert core.unpaid().known(0, NOON).overdue_fen == before
    rows = [row for day in (1, 2) for row in core.file(date(2026, 6, day))]
    assert all("R1" in row and "R2" not in row for row in rows)
    assert core.account_no(0) in rows[0]


def test_the_picture_shows_both_sides_and_keeps_words_from_being_markup() -> None:
    """Well-formed, with the totals in it; days outside the run fall to its ends."""
    late = [date(2026, 5, 30), date(2026, 6, 1), date(2026, 7, 11)]
    empty = {name: [] for name in BREACHES}
    apart = Measured(empty | {"repeated": late * 30}, 9, 9, 9, 9, 9, 9, 0, 11.0, 12.0, 90.0)
    together = Measured(empty, 9, 9, 9, 9, 9, 9, 0, 0.0, 1.0, 10.0)
    panels = {"repeated": "重复联系", "contradictory": "a < b", "after_agreement": "协议后"}
    words = Words("标题", "说明", "各自副本", "一案通", panels, "滞后", "中位", "95%", "最长")
    for days in (1, 30):
        picture = draw(apart=apart, together=together, begins=date(2026, 6, 1), days=days, words=words)
        texts = [item.text for item in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314  our own
        assert {"重复联系", "a < b", "90", "90.0", "各自副本"} <= set(texts)
