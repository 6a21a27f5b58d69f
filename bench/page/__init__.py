"""The account page in Lighthouse, as a phone on a slow network sees it: performance, accessibility, best practices.

The first run installs Lighthouse from the lock file beside this one (180 MB, so it is no part of `make install`). It
drives the Chromium of this machine as a phone of some years ago on slow 4G, which it simulates: its own mobile setting.
The page is asked for with the session of a customer who is in, with nothing kept from a visit before. Each page is
looked at several times and the median counts, as Lighthouse itself advises. The page must not be indexed, which
Lighthouse's fourth category, search engines, takes for a fault; it is not asked.
"""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from bench.result import Result
from bench.web import served
from collections_app.models import Customer
from collections_app.services import access, records
from collections_app.views.access import SESSION_COOKIE
from oversight.services import demo_bank
from tools import bootstrap

MINUTES = 3
TIMES = 3
PORT = 8796
HERE = Path(__file__).parent
CLI = HERE / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices")
LONGEST_BYTES = 100_000
CHROMIUM = "--headless=new --no-sandbox --disable-gpu --disable-quic --disable-background-networking --no-first-run"


def run(*, size: int | None = None) -> Result:
    """Look at the account page, the page of a link and the proof, so many times each."""
    result = Result("page")
    with tempfile.TemporaryDirectory() as directory:
        now = datetime.now(UTC)
        demo_bank.seed(accounts=60, password_hash=make_password(None), directory=Path(directory), now=now)
    install()
    cookie = _proven()
    pages = {"account": "/r/account/", "link": f"/r/{'a' * 26}/", "advice": "/r/advice/"}
    worst: dict[str, float] = {}
    with served(PORT, processes=1):
        for name, path in pages.items():
            reports = [_look(f"http://127.0.0.1:{PORT}{path}", cookie) for _ in range(size or TIMES)]
            for category in CATEGORIES:
                score = statistics.median(100 * report["categories"][category]["score"] for report in reports)
                result.add(f"{name}, {category}", score, "of 100")
                worst[category] = min(worst.get(category, 100.0), score)
            for audit, unit in (("first-contentful-paint", "ms"), ("total-byte-weight", "bytes")):
                value = statistics.median(report["audits"][audit]["numericValue"] for report in reports)
                result.add(f"{name}, {audit}", value, unit)
                if name == "account":
                    result.ratios[audit.replace("-", "_")] = value
    result.ratios |= {category.replace("-", "_"): score for category, score in worst.items()}
    result.goals = {name.replace("-", "_"): (">=", 95.0) for name in CATEGORIES}
    result.goals |= {"first_contentful_paint": ("<=", 1000.0), "total_byte_weight": ("<=", float(LONGEST_BYTES))}
    return result


def install() -> None:
    """Install Lighthouse beside this file, unless it is there."""
    if CLI.exists():
        return
    command = [*bootstrap.npm(), "ci", "--no-fund", "--no-audit", "--loglevel=error"]
    subprocess.run(command, cwd=HERE, env={**os.environ, **bootstrap.node_path()}, check=True)


def _proven() -> str:
    customer = Customer.objects.exclude(case_number="").order_by("id")[0]
    now = datetime.now(UTC)
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=now)
        opened = access.open_within(customer=locked, link=None, now=now)
    return f"{SESSION_COOKIE}={opened.secret}"


def _look(url: str, cookie: str) -> dict[str, Any]:
    """Return Lighthouse's report of one page. Raise RuntimeError when it could not look."""
    chromium = next(filter(None, map(shutil.which, bootstrap.CHROMIUM_NAMES)), "")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "report.json"
        done = subprocess.run(
            [
                "node", str(CLI), url, "--quiet", "--output=json", f"--output-path={path}",
                f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={CHROMIUM}",
                f"--extra-headers={json.dumps({'Cookie': cookie})}",
            ],
            env={**os.environ, **bootstrap.node_path(), "CHROME_PATH": chromium},
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        if not path.exists():
            raise RuntimeError(f"Lighthouse could not look at {url}: {done.stderr[-500:]}")
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if report.get("runtimeError"):
        raise RuntimeError(f"Lighthouse could not look at {url}: {report['runtimeError']}")
    return report
