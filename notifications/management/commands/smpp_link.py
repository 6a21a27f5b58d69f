"""Hold the bind to the bank's message centre: a process of its own, for as long as texts go by SMPP."""

import asyncio
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from notifications.providers.smpp import wire
from notifications.providers.smpp.link import Centre, Ears, Link
from notifications.services import smpp_ears

Given = ParamSpec("Given")


def _fresh(store: Callable[Given, None]) -> Callable[Given, None]:
    """Return the same with a connection that is alive: the link lives longer than any of them."""

    @wraps(store)
    def stored(*args: Given.args, **kwargs: Given.kwargs) -> None:
        close_old_connections()
        store(*args, **kwargs)

    return stored


class Command(BaseCommand):
    """Keep one bind up, take in what workers hand over, and store what the centre reports."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until interrupted. Raise CommandError when it is not configured."""
        host, _, port = settings.SMPP_CENTRE.rpartition(":")
        if not host or not port.isdigit():
            raise CommandError("Set SMPP_CENTRE to host:port of the message centre.")
        centre = Centre(
            host=host, port=int(port), system_id=settings.SMPP_SYSTEM_ID, password=settings.SMPP_PASSWORD,
            sender=settings.SMPP_SENDER, window=settings.SMPP_WINDOW, template_tag=settings.SMPP_TEMPLATE_TAG,
            receipt_ids=settings.SMPP_RECEIPT_IDS,
        )  # fmt: skip
        asyncio.run(self._serve(centre))

    async def _serve(self, centre: Centre) -> None:
        host, port = wire.address()
        heard = smpp_ears.ears()
        link = Link(centre, Ears(_fresh(heard.taken), _fresh(heard.parts), _fresh(heard.receipt), _fresh(heard.reply)))
        await link.serve(host=host, port=port, ready=lambda taken: self.stdout.write(f"SMPP_LINK={host}:{taken}"))
