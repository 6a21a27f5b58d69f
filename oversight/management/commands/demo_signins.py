"""``manage.py demo_signins``: where the demo bank is and who can sign in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from collections_app.domain.staff import ROLES
from oversight.domain.demo_bank.organisation import colleagues


class Command(BaseCommand):
    help = "Print the demo bank's address and its people's user names."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("There are no demo people in production.")
        path = settings.HOME / "demo_password"
        if not path.is_file():
            raise CommandError("The demo bank is not open yet. Run: make demo")
        names: dict[str, list[str]] = {}
        for colleague in colleagues():
            names.setdefault(colleague.role, []).append(colleague.username)
        self.stdout.write(f"Sign in at {settings.DESK_URL}/ with the password {path.read_text().strip()}")
        for role, found in names.items():
            self.stdout.write(f"  {ROLES[role].en:20} {'  '.join(found)}")
