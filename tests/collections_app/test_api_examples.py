"""The examples of the documents run as they are, against a server that is really there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import zeal

from collections_app.models import Contact, ContactPoint
from tests import factories, seeds
from tests.collections_app.machines import make_client, make_secret
from tests.conftest import NOW

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
COMMANDS = {"permits.py": [sys.executable], "permits.sh": ["sh"]}


def test_every_example_asks_dials_and_reports(live_url: str) -> None:
    """Each leaves one contact that was made; the number it would dial is the customer's."""
    assert {path.name for path in EXAMPLES.iterdir() if path.is_file()} == set(COMMANDS)
    assert shutil.which("curl"), "the example for curl needs it"
    with zeal.zeal_ignore():
        seeds.rule_packs(now=factories.START)
        client = make_client("dialler")
        secret = make_secret(client, NOW)
        customers = {name: factories.make_debtor()[0] for name in COMMANDS}
    environment: dict[str, Any] = {
        "PATH": os.environ["PATH"],
        "ONECASE_URL": live_url,
        "ONECASE_CLIENT_ID": client.client_id,
        "ONECASE_CLIENT_SECRET": secret,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    for name, command in COMMANDS.items():
        customer = customers[name]
        done = subprocess.run(  # noqa: S603  our own examples
            [*command, EXAMPLES / name, customer.customer_no],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        with zeal.zeal_ignore():
            point = ContactPoint.objects.get(customer=customer)
            assert Contact.objects.get(customer=customer).state == "made", done.stdout
        assert point.value in done.stdout
