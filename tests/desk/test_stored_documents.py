"""Who may read what is kept in files: the documents of a request, and the rejected rows of the nightly file."""

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from collections_app.domain.staff import Role, allows
from collections_app.models import ApprovalEvidence, IntakeBatch, IntakeReject
from collections_app.services import approvals, holds
from collections_app.services.records import Actor
from tests import factories

# Only the status of a refusal matters here.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bare_errors")]

DECIDERS = {Role.SUPERVISOR, Role.LEGAL, Role.CONSUMER_PROTECTION, Role.COMPLIANCE}
IMPORTERS = {Role.OPERATIONS, Role.ADMINISTRATOR}


@pytest.fixture
def no_n_plus_one() -> None:
    """Many people knock at one door."""


def status(role: str, address: str, **values: object) -> int:
    """Return what a person of this role is answered."""
    client = Client()
    client.force_login(factories.make_staff(role, **values))
    return client.get(address).status_code


def test_a_document_of_a_request_is_read_by_who_asked_and_who_may_decide(now: datetime) -> None:
    """Within their scope; for everybody else, in or out of the bank, there is no such document."""
    asker = factories.make_staff("collector")
    customer = factories.make_debtor()[0]
    hold = holds.place(customer_id=customer.id, kind="hardship", actor=Actor.of(asker), seen_version=None, now=now)
    request = approvals.ask(
        kind="hold_release", subject=f"hold:{hold.id}", reason="已找到工作", customer_id=customer.id,
        actor=Actor.of(asker), now=now,
        documents=[SimpleUploadedFile("slip.pdf", b"%PDF-1.7 pay slip", content_type="application/pdf")],
    )  # fmt: skip
    address = f"/approvals/{request.id}/evidence/{ApprovalEvidence.objects.get().id}/"
    own = Client()
    own.force_login(asker)
    assert own.get(address).content == b"%PDF-1.7 pay slip"
    elsewhere = factories.make_branch("SH")
    for role in Role:
        expected = 200 if role in DECIDERS else 404
        assert status(role, address, scope="institution") == expected, role
        assert status(role, address, scope="branch", branch=elsewhere) == 404, role
        assert status(role, address, scope="none") == 404, role
    other = f"/approvals/{request.id}/evidence/{ApprovalEvidence.objects.get().id + 1}/"
    assert own.get(other).status_code == 404
    stranger = Client().get(address)
    assert (stranger.status_code, stranger["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_the_rejected_rows_of_a_file_are_read_by_who_takes_files_in(now: datetime) -> None:
    """They hold customers' values: nobody else gets them, whatever their scope."""
    batch = IntakeBatch.objects.create(
        as_of=now.date(), file_name="a.csv", sha256="0" * 64, state="refused", started_at=now
    )
    IntakeReject.objects.create(batch=batch, line=2, column="name", reason="mojibake", value="é")
    address = f"/intake/{batch.id}/export/"
    for role in Role:
        may = role in IMPORTERS and allows(role, "export.take")
        assert status(role, address, scope="institution") == (200 if may else 403), role
    assert Client().get(address).status_code == 302
