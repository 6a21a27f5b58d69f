"""Load the starting texts and reminder rules."""

from typing import Any

from django.core.management.base import BaseCommand

from collections_app.services import clock
from notifications.services import templates, text_terms


class Command(BaseCommand):
    """Load what is missing of the starting set; what somebody changed is left alone."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many are new."""
        texts, rules = templates.load_seed(now=clock.now())
        text_terms.load()
        self.stdout.write(f"{texts} texts and {rules} reminder rules loaded.")
