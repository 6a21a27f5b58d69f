"""Load the passages of law that mediators explain, and the rules of court procedures."""

from typing import Any

from django.core.management.base import BaseCommand

from mediation.services import court_rules, passages


class Command(BaseCommand):
    """Load what is missing of the starting set; what somebody changed is left alone."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many are new."""
        self.stdout.write(f"{passages.load()} passages of law loaded, {court_rules.load()} rules of court procedures.")
