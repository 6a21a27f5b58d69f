"""Running the simulation: the same customers against two books and against one, each in databases of its own."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from collections_app.selectors import codes
from oversight.domain.simulation import measures
from oversight.domain.simulation.core import Core
from oversight.domain.simulation.stream import Temper, happenings
from oversight.selectors import simulation as selectors
from oversight.services.simulation import bank, worlds
from oversight.services.simulation.copying import Copying
from oversight.services.simulation.side import COLLECTIONS, SERVICE, Side

APART, TOGETHER = "apart", "together"
ONE = "one"
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be simulated: for how many days, with how many customers, drawn from which seed.

    ``at_once`` copies after every act instead of once a night: two books that never differ.
    """

    days: int
    customers: int
    seed: int
    at_once: bool = False


def both(order: Order, *, template: str = "", progress: Progress) -> dict[str, measures.Measured]:
    """Run both sides one after the other in this process, and return what each has left, by its name."""
    return {name: run(order, name, template=template, progress=progress) for name in (APART, TOGETHER)}


def both_at_once(order: Order) -> dict[str, measures.Measured]:
    """Run both sides beside each other, each in a process of its own, and return what each has left."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        running = {name: pool.submit(run, order, name) for name in (APART, TOGETHER)}
        return {name: future.result() for name, future in running.items()}


def run(
    order: Order, name: str, *, template: str = "", progress: Progress = lambda name, day: None
) -> measures.Measured:
    """Run one side in databases of its own, drop them, and return what was measured.

    Raise NotThrowAwayError where the database is not the embedded one, FileRefusedError when the core's file is.
    """
    with (
        codes.reading(),
        TemporaryDirectory(prefix="onecase-simulation-") as place,
        worlds.throw_away(template=template) as databases,
    ):
        side = _open(order, name, databases, Path(place))
        for day in range(order.days):
            side.run_day(day)
            progress(name, day + 1)
        return measures.measure(_rows(side))


def _open(order: Order, name: str, databases: worlds.Databases, directory: Path) -> Side:
    core = bank.core_of(seed=order.seed, customers=order.customers)
    first = databases.first
    with first.entered():
        bank.open_(core=core, directory=directory)
        numbers = bank.numbers_of(core)
    if name == APART:
        books = {COLLECTIONS: databases.copy(first, COLLECTIONS), SERVICE: databases.copy(first, SERVICE)}
        copying = Copying(books[COLLECTIONS], books[SERVICE])
    else:
        one = databases.copy(first, ONE)
        books, copying = {COLLECTIONS: one, SERVICE: one}, None
    return Side(
        books=books,
        core=core,
        numbers=numbers,
        temper=Temper(order.seed),
        happenings=happenings(seed=order.seed, customers=order.customers, days=order.days),
        directory=directory,
        copying=copying,
        at_once=order.at_once and copying is not None,
    )


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
