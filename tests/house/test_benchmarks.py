"""What benchmarks stand on keeps up with the product: a benchmark itself runs for minutes, and nobody would notice."""

import subprocess
import sys

import pytest
import time_machine
from django.conf import settings

from bench import desk, prototypes
from collections_app.models import Contact, Promise
from notifications.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_records_that_large_banks_are_copied_from_can_be_written() -> None:
    with time_machine.travel(desk.NOW, tick=False):
        made = prototypes.make(now=desk.NOW)
    assert Contact.objects.filter(customer=made.called, channel="voice").count() == prototypes.CALLS
    assert Promise.objects.filter(customer=made.called).count() == 1
    assert Message.objects.filter(customer=made.written_to, accepted_at__isnull=False).count() == prototypes.MESSAGES


@pytest.mark.parametrize("server", ["live_server", "plain_server"])
def test_a_server_that_is_measured_can_be_loaded(server: str) -> None:
    code = f"from bench.{server} import application; from django.urls import reverse; print(callable(application))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.stdout.strip() == "True", done.stderr[-1000:]
