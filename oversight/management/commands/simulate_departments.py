"""``manage.py simulate_departments``: two departments with a copy each, and the same two on one record."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import override

from oversight.domain.simulation.chart import Words, draw
from oversight.domain.simulation.measures import BREACHES, Measured
from oversight.services.simulation import bank, running, worlds

_LANGUAGES = ("zh-hans", "en")
# What the picture shows of what is counted.
_PANELS = ("repeated", "contradictory", "after_agreement")


class Command(BaseCommand):
    """Run both sides, print what each has left, and draw it."""

    help = "Simulate two departments on copies synchronised nightly, and on one record (docs/simulation.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define what is simulated and where the picture goes."""
        parser.add_argument("--days", type=int, default=90)
        parser.add_argument("--customers", type=int, default=5000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--language", choices=_LANGUAGES, default=_LANGUAGES[0])
        parser.add_argument("--picture", type=Path, help="write the picture (SVG) to this file")
        parser.add_argument("--at-once", action="store_true", help="copy after every act: the copies never differ")

    def handle(self, *args: Any, **options: Any) -> None:
        """Simulate. Raise CommandError for an impossible order, or a database that is not the embedded one."""
        if not 1 <= options["days"] <= bank.MOST_DAYS:
            raise CommandError(f"--days is a number from 1 to {bank.MOST_DAYS}.")
        if not bank.FEWEST_CUSTOMERS <= options["customers"] <= bank.MOST_CUSTOMERS:
            raise CommandError(f"--customers is a number from {bank.FEWEST_CUSTOMERS} to {bank.MOST_CUSTOMERS}.")
        order = running.Order(options["days"], options["customers"], options["seed"], options["at_once"])
        began = time.monotonic()
        sides = _sides(options["language"])
        # How far it is, for whoever waits: beside the table, which may be on its way into a file.
        self.stderr.style_func = None

        def tell(name: str, day: int) -> None:
            self.stderr.write(sides[name] % {"day": day, "days": order.days})
            self.stderr.flush()

        try:
            found = running.both(order, tell=tell)
        except worlds.NotThrowAwayError as error:
            raise CommandError(
                "A simulation makes databases of its own in the embedded server and drops them. Unset DATABASE_URL "
                "and ONECASE_MODE; no bank's server is used for it."
            ) from error
        apart, together = found[running.APART], found[running.TOGETHER]
        with override(options["language"]):
            for line in _table(apart, together):
                self.stdout.write(line)
            if options["picture"]:
                options["picture"].write_text(_picture(order, apart, together), encoding="utf-8")
        self.stdout.write(f"{time.monotonic() - began:.0f} s")


def _sides(language: str) -> dict[str, str]:
    """How far each side is, in a language."""
    with override(language):
        return {
            running.APART: _("Two copies: day %(day)s of %(days)s"),
            running.TOGETHER: _("OneCase: day %(day)s of %(days)s"),
        }


def _names() -> dict[str, str]:
    """What is counted, in the language of the moment."""
    return {
        "repeated": _("Repeated contacts"),
        "contradictory": _("Contradictory statements"),
        "after_agreement": _("Contacts after agreement"),
        "against_stop": _("Contacts despite another hold"),
        "wrong_number": _("Contacts to a number known to be wrong"),
        "two_agreements": _("Two agreements about one debt"),
        "behind_core": _("Statements behind the core"),
    }


def _table(apart: Measured, together: Measured) -> list[str]:
    """Return the figures as a table of Markdown, which is what docs/simulation.md shows."""
    names = _names()
    rows = [(names[name], f"{apart.count(name):,}", f"{together.count(name):,}") for name in BREACHES]
    rows += [
        (_("Information lag, median (hours)"), f"{apart.lag_median_hours:.1f}", f"{together.lag_median_hours:.1f}"),
        (_("Information lag, 95 of 100 (hours)"), f"{apart.lag_p95_hours:.1f}", f"{together.lag_p95_hours:.1f}"),
        (_("Information lag, longest (hours)"), f"{apart.lag_longest_hours:.1f}", f"{together.lag_longest_hours:.1f}"),
        (_("Facts, and those that never arrived"), _of(apart), _of(together)),
        (_("Contacts made"), f"{apart.contacts:,}", f"{together.contacts:,}"),
        (_("Calls made"), f"{apart.calls:,}", f"{together.calls:,}"),
        (_("Customers spoken with"), f"{apart.spoken:,}", f"{together.spoken:,}"),
        (_("Amounts told"), f"{apart.sayings:,}", f"{together.sayings:,}"),
        (_("Agreements"), f"{apart.agreements:,}", f"{together.agreements:,}"),
    ]
    head = ("", _("Two copies"), _("OneCase"))
    return [f"| {' | '.join(head)} |", "|---|---:|---:|", *(f"| {' | '.join(row)} |" for row in rows)]


def _of(side: Measured) -> str:
    return f"{side.facts:,} / {side.facts_lost:,}"


def _picture(order: running.Order, apart: Measured, together: Measured) -> str:
    names = _names()
    words = Words(
        title=_("Two departments: a copy each, or one record"),
        about=_("%(customers)s customers, %(days)s days, seed %(seed)s")
        % {"customers": f"{order.customers:,}", "days": order.days, "seed": order.seed},
        apart=_("A copy each, synchronised at night"),
        together=_("OneCase: one record"),
        panels={name: _("%(what)s, added up") % {"what": names[name]} for name in _PANELS},
        lag=_("Information lag in hours"),
        median=_("Median"),
        p95=_("95 of 100"),
        longest=_("Longest"),
    )
    return draw(apart=apart, together=together, begins=bank.BEGINS, days=order.days, words=words)
