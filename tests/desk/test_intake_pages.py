"""The upload page of the nightly file: who may, what it shows, and the rejected rows as a file."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from django.urls import reverse

from collections_app.models import Export, IntakeBatch
from collections_app.services import intake
from tests import factories
from tests.collections_app.intake_files import current, make_branches, text_of


@pytest.fixture
def operator(client: Client, db: None, settings: LazySettings, tmp_path: Path) -> Client:
    """Somebody of operations who is signed in; uploads are kept aside and taken in by the tests themselves."""
    sealed = {**settings.STORAGES["sealed"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "sealed": sealed}
    client.force_login(factories.make_staff("operations"))
    make_branches()
    return client


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The batches a worker was told of."""
    told: list[int] = []
    monkeypatch.setattr("collections_app.services.wake.at_once", lambda _task, batch_id: told.append(batch_id))
    return told


def _upload(client: Client, content: bytes) -> Any:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(
            reverse("desk:intake"), {"file": SimpleUploadedFile("nightly.csv", content), "as_of": "2026-11-19"}
        )


def test_a_file_is_uploaded_watched_and_taken_in(operator: Client, woken: list[int], now: datetime) -> None:
    """The page goes from waiting, which asks again by itself, to the result, which no longer does."""
    rows = [current(number) for number in range(100, 125)]
    rows[3] = current(103, limit="-1", name="=1+1")

    response = _upload(operator, text_of(rows).encode("gb18030"))
    batch = IntakeBatch.objects.get()
    page = reverse("desk:intake_batch", args=[batch.id])
    assert (response.status_code, response["Location"], woken) == (302, page, [batch.id])
    assert "hx-trigger" in operator.get(page).content.decode()

    intake.run(batch_id=batch.id, now=now)
    part = operator.get(reverse("desk:intake_progress", args=[batch.id])).content.decode()
    assert "hx-trigger" not in part
    assert "limit" in part
    assert "25" in part
    assert "nightly.csv" in operator.get(reverse("desk:intake")).content.decode()


@pytest.mark.parametrize("formula", ["=1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", "﹢1", "\u200b=1", "\ufeff＠A1"])
def test_rejected_rows_are_downloaded_without_formulas(
    formula: str, operator: Client, woken: list[int], now: datetime
) -> None:
    """Line, column, reason and value of each; a value that begins like a formula, in whatever width, is text."""
    rows = [current(number) for number in range(100, 125)]
    rows[3] = current(103, branch=formula)
    _upload(operator, text_of(rows).encode())
    batch = IntakeBatch.objects.get()
    intake.run(batch_id=batch.id, now=now)

    asked = {"reason": "退回核心核对", "file_format": "csv"}
    response = operator.post(reverse("desk:intake_rejects", args=[batch.id]), asked)
    lines = response.content.decode("utf-8-sig").splitlines()

    assert lines[2].split(",")[:2] == ["5", "branch"]
    assert lines[2].endswith(f"unknown_branch,'{formula},{Export.objects.get().mark}")


def test_rejected_values_are_masked_on_the_page_and_what_was_not_kept_is_said(
    operator: Client, woken: list[int], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The download has them whole; it too says how many rows are in neither."""
    monkeypatch.setattr("collections_app.services.intake.reading.MOST_REJECTS_KEPT", 2)
    number = "110101199003070078"
    rows = [current(100, id_number=number), *(current(n, limit="-1") for n in (101, 102))]
    _upload(operator, text_of([*rows, *(current(n) for n in range(103, 125))]).encode())
    batch = intake.run(batch_id=IntakeBatch.objects.get().id, now=now)
    assert (batch.state, batch.rows_rejected) == ("done", 3)

    page = operator.get(reverse("desk:intake_batch", args=[batch.id])).content.decode()
    asked = {"reason": "退回核心核对", "file_format": "csv"}
    taken = operator.post(reverse("desk:intake_rejects", args=[batch.id]), asked)
    file = taken.content.decode("utf-8-sig")

    assert (number in page, "0078" in page, number in file) == (False, True, True)
    assert all("另有 1 行被拒" in text for text in (page, file))
    assert "其余见下载文件" not in page


def test_a_refused_file_says_why(operator: Client, woken: list[int], now: datetime) -> None:
    """The reason stands on its page in words."""
    _upload(operator, text_of([current(100)]).encode()[:-3])
    batch = intake.run(batch_id=IntakeBatch.objects.get().id, now=now)

    page = operator.get(reverse("desk:intake_batch", args=[batch.id])).content.decode()

    assert batch.state == "refused"
    assert "文件不完整" in page


def test_the_page_says_whom_the_core_names_though_they_left(operator: Client, woken: list[int], now: datetime) -> None:
    """By number, so that the core's people can mend it; the rows are no mistakes."""
    left = factories.make_staff("collector", is_active=False)
    _upload(operator, text_of([current(100, owner=left.employee_no), current(200)]).encode())
    batch = intake.run(batch_id=IntakeBatch.objects.get().id, now=now)

    page = operator.get(reverse("desk:intake_batch", args=[batch.id])).content.decode()

    assert (batch.state, batch.rows_rejected) == ("done", 0)
    assert "已离岗" in page
    assert left.employee_no in page


def test_a_form_without_a_file_is_told_what_is_missing(operator: Client, woken: list[int]) -> None:
    """Nothing is registered."""
    response = operator.post(reverse("desk:intake"), {"as_of": "2026-11-19"})

    assert response.status_code == 422
    assert not IntakeBatch.objects.exists()


def test_a_file_above_the_limit_is_refused_at_the_form(
    operator: Client, woken: list[int], settings: LazySettings
) -> None:
    """It is not even kept."""
    settings.INTAKE_MAX_BYTES = 100

    assert _upload(operator, b"x" * 101).status_code == 422
    assert not IntakeBatch.objects.exists()


@pytest.mark.parametrize("role", ["collector", "service_agent", "mediator", "auditor"])
def test_nobody_else_may_see_the_files(client: Client, db: None, role: str) -> None:
    """Files of the whole bank are for operations and administrators."""
    client.force_login(factories.make_staff(role))

    for address in (reverse("desk:intake"), reverse("desk:intake_batch", args=[1])):
        assert client.get(address).status_code == 403


def test_who_is_not_signed_in_is_sent_to_the_door(client: Client, db: None) -> None:
    """The address tells nothing."""
    response = client.get(reverse("desk:intake"))

    assert (response.status_code, "/accounts/login/" in response["Location"]) == (302, True)


def test_a_large_upload_never_has_a_name_on_disk(
    operator: Client, woken: list[int], settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits to be sealed cannot be opened by others, and a process that is killed leaves nothing of it behind."""
    waiting = tmp_path / "waiting"
    waiting.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(waiting)
    seen: list[object] = []

    def receive(**about: Any) -> IntakeBatch:
        seen.extend((type(about["file"].file).__name__, about["file"].size, list(waiting.iterdir())))
        return real(**about)

    real = intake.receive
    monkeypatch.setattr("desk.views.intake.intake.receive", receive)
    content = b"customer_no\n" * 300_000
    assert len(content) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE

    assert _upload(operator, content).status_code == 302

    assert seen == ["BufferedRandom", len(content), []]
    stored = (tmp_path / IntakeBatch.objects.get().stored_as).read_bytes()
    assert len(stored) > len(content)
    assert b"customer_no" not in stored
