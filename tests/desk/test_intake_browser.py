"""The upload page in a real browser, at both widths and in both languages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from collections_app.models import IntakeBatch
from collections_app.services import intake
from tests import factories
from tests.collections_app.intake_files import current, make_branches, text_of
from tests.conftest import NOW

pytestmark = pytest.mark.browser


def test_an_upload_shows_how_far_it_is_and_then_what_it_changed(
    visit: Callable[..., Any],
    transactional_db: None,
    settings: LazySettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The page asks again by itself until the file is in, and axe finds nothing serious on the way."""
    sealed = {**settings.STORAGES["sealed"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "sealed": sealed}
    monkeypatch.setattr("collections_app.services.wake.at_once", lambda _task, **_named: None)
    operator = factories.make_staff("operations")
    make_branches()
    rows = [current(number) for number in range(100, 140)]
    rows[3], rows[7] = current(103, limit="-1"), current(107, name="锟斤拷")
    file = tmp_path / "accounts-2026-11-19.csv"
    file.write_text(text_of(rows), encoding="utf-8")
    visitor = visit(width=390, language="en")
    visitor.sign_in(operator)

    visitor.open("/intake/")
    visitor.check_accessibility()
    visitor.page.set_input_files("input[type=file]", str(file))
    visitor.page.fill("input[type=date]", "2026-11-19")
    visitor.page.click("main button[type=submit]")
    visitor.page.wait_for_selector("#intake-bar")
    visitor.screenshot("intake-waiting-en")
    visitor.check_accessibility()

    intake.run(batch_id=IntakeBatch.objects.get().id, now=NOW)
    visitor.page.wait_for_selector("#intake-progress dl.intake-counts")
    visitor.screenshot("intake-done-en")
    visitor.check_accessibility()
    visitor.open("/intake/")
    visitor.screenshot("intake-list-en")
