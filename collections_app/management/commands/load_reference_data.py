from typing import Any

from django.core.management.base import BaseCommand

from collections_app.services import clock, reference


class Command(BaseCommand):
    help = "Load the codes, rule packs, promise rules, calendars and sentences that are not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load them, and say how many were new."""
        loaded = reference.load(now=clock.now())
        self.stdout.write(
            f"new: {loaded.codes} codes, {loaded.packs} rule packs, {loaded.promise_rules} promise rules, "
            f"{loaded.days} calendar days, {loaded.sentences} sentences for emergencies, "
            f"{loaded.queues} queues, {loaded.answers} approved answers, {loaded.clock_rules} rules of clocks, "
            f"{loaded.note_words} lists of words for notes, {loaded.authorities} authorities, {loaded.offers} offers"
        )
