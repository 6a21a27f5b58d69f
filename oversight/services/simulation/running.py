"""Running the simulation: the same customers against two books and against one, each in databases of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from collections_app.selectors import codes
from oversight.domain.simulation import measures
from oversight.domain.simulation.core import Core
from oversight.domain.simulation.stream import Temper, happenings
from oversight.selectors import simulation as selectors
from oversight.services.simulation import bank, beside, worlds
from oversight.services.simulation.copying import Copying
from oversight.services.simulation.side import COLLECTIONS, SERVICE, Side

APART, TOGETHER = "apart", "together"
ONE = "one"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be simulated: for how many days, with how many customers, drawn from which seed.

    ``at_once`` copies after every act instead of once a night: two books that never differ.
    """

    days: int
    customers: int
    seed: int
    at_once: bool = False


def both(order: Order, *, tell: Callable[[str, int], None] = lambda _name, _day: None) -> dict[str, measures.Measured]:
    """Run both sides beside each other, each in a process and in databases of its own; return what each has left.

    ``tell`` hears the name of a side and how many of its days have passed, whenever one has. The processes end with
    this one, however it ends. Raise NotThrowAwayError where the database is not the embedded one, or what a
    side raised.
    """
    with worlds.throw_away() as databases:
        databases.first.close()
        calls = {name: (run, (order, name, databases.first.database)) for name in (APART, TOGETHER)}
        return beside.results(calls, heard=tell)


def run(order: Order, name: str, template: str, tell: Callable[[int], None] = lambda _day: None) -> measures.Measured:
    """Run one side in databases of its own, copies of an empty one, drop them, and return what was measured.

    ``tell`` hears how many days have passed. Raise FileRefusedError when the core's file is refused, and
    NotThrowAwayError as ``both``.
    """
    with (
        codes.reading(),
        TemporaryDirectory(prefix="onecase-simulation-") as place,
        worlds.throw_away(template=template) as databases,
    ):
        opened = open_bank(order, databases=databases, directory=Path(place))
        return passed(side_of(order, name, opened), days=order.days, tell=tell)


@dataclass(frozen=True, slots=True)
class Opened:
    """A bank after its first night: the database it stands in, its core, and where the nightly files go."""

    databases: worlds.Databases
    core: Core
    numbers: bank.Numbers
    directory: Path


def open_bank(order: Order, *, databases: worlds.Databases, directory: Path) -> Opened:
    """Open the bank in the first database; the sides begin with copies of it."""
    core = bank.core_of(seed=order.seed, customers=order.customers)
    with databases.first.entered():
        bank.open_(core=core, directory=directory)
        return Opened(databases, core, bank.numbers_of(core), directory)


def side_of(order: Order, name: str, opened: Opened) -> Side:
    """Return a side before its first day: two books that are alike, or one."""
    first, copy = opened.databases.first, opened.databases.copy
    copying = None
    if name == APART:
        books = {department: copy(first, department) for department in (COLLECTIONS, SERVICE)}
        copying = Copying(books[COLLECTIONS], books[SERVICE])
    else:
        books = dict.fromkeys((COLLECTIONS, SERVICE), copy(first, ONE))
    return Side(
        books=books,
        core=opened.core.unpaid(),
        numbers=opened.numbers,
        temper=Temper(order.seed),
        happenings=happenings(seed=order.seed, customers=order.customers, days=order.days),
        directory=opened.directory,
        copying=copying,
        at_once=order.at_once and copying is not None,
    )


def passed(side: Side, *, days: int, tell: Callable[[int], None] = lambda _day: None) -> measures.Measured:
    """Let the days pass on a side, telling how many have, and return what was measured."""
    for day in range(days):
        side.run_day(day)
        tell(day + 1)
    return measures.measure(_rows(side))


def _rows(side: Side) -> measures.Rows:
    """Read what a side has left in its books, and when the core's file brought the payments nobody heard of."""
    rows = measures.Rows([], [], [], _from_files(side.core))
    for world in side.worlds:
        other = next((item.name for item in side.worlds if item is not world), world.name)
        with world.entered():
            rows = _with(rows, side, world.name, other)
    return rows


def _with(rows: measures.Rows, side: Side, book: str, other: str) -> measures.Rows:
    """Return rows with those of a book, whose world is entered, added."""
    copying, place = side.copying, side.place

    def copies(kind: str) -> set[int]:
        return copying.copies[book, kind] if copying else set()

    def arrived(kind: str, row_id: int) -> datetime | None:
        return copying.arrived.get((book, kind, row_id)) if copying else None

    contacts = selectors.contacts(copies=copies("contact"), place=place)
    stops = selectors.stops(book=book, other=other, copies=copies, arrived=arrived, place=place)
    return measures.Rows(
        [*rows.contacts, *contacts],
        [*rows.stops, *stops],
        [*rows.sayings, *selectors.sayings(book=book, core=side.core, place=place)],
        [*rows.facts, *selectors.facts(two_books=copying is not None, copies=copies, arrived=arrived)],
    )


def _from_files(core: Core) -> list[measures.Fact]:
    """The payments that came with the file of the night: every book takes it in at the same hour."""
    found = []
    for paid in core.payments:
        if not paid.online:
            filed = datetime.combine(paid.at.date() + timedelta(days=1), bank.NIGHT, tzinfo=bank.ZONE)
            found.append(measures.Fact("payment", paid.at, [filed]))
    return found
