"""``manage.py first_administrator USERNAME --name NAME``: make the one who lets everybody else in."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from collections_app.domain.staff import Department, Role, Scope
from collections_app.models import Staff
from collections_app.services import clock, organisation, records


class Command(BaseCommand):
    help = "Make the first administrator; everybody else is let in by one, at /admin/. The password is asked for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who it is; the password is never an argument, which other people of the machine could read."""
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="the name colleagues see")
        parser.add_argument("--employee-no", help="at most 16 signs; the user name unless told")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them. Raise CommandError when there is an administrator, or when a value or the password cannot be."""
        there = Staff.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("id").first()
        if there is not None:
            raise CommandError(
                _("There is an administrator: %(name)s. They let everybody else in, at /admin/.")
                % {"name": there.username}
            )
        row = Staff(
            username=options["username"],
            employee_no=options["employee_no"] or options["username"],
            display_name=options["name"],
            role=Role.ADMINISTRATOR,
            department=Department.OPERATIONS,
            scope=Scope.NONE,
        )
        password = _password()
        try:
            validate_password(password, user=row)
            # Their own from the beginning: one given for three days could end with nobody who may give another.
            row.set_password(password)
            organisation.save_staff(row=row, actor=records.SYSTEM, now=clock.now())
        except ValidationError as error:
            raise CommandError(_sentences(error)) from error
        self.stdout.write(_("%(name)s signs in now and sets up the bank at /admin/.") % {"name": row.username})


def _password() -> str:
    """Return what is typed twice at a terminal, or the first line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(_("Password: "))
    if getpass.getpass(_("The same once more: ")) != password:
        raise CommandError(_("The two passwords differ. Nothing was made."))
    return password


def _sentences(error: ValidationError) -> str:
    """Return what is wrong, by field where one is named."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items())
