"""A missing or bad value stops the start with a sentence that says what to set."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collections_app.domain.loopback import host_of, is_loopback

BASE_DIR = Path(__file__).resolve().parent.parent.parent
KEY = "ab" * 32
MEDIATION_KEY = "cd" * 32
PRODUCTION = {
    "ONECASE_MODE": "production",
    "ONECASE_SECRET_KEY": "s" * 50,
    "ONECASE_FIELD_KEYS": f"k2:{KEY},k1:{KEY}",
    "ONECASE_MEDIATION_KEYS": f"m1:{MEDIATION_KEY}",
    "ONECASE_SEARCH_KEY": KEY,
    "ONECASE_LEDGER_KEY": KEY,
    "ONECASE_LEDGER_ORIGIN": "bank.example/onecase",
    "ONECASE_HOSTS": "desk.bank.example",
    "ONECASE_PUBLIC_URL": "https://repay.bank.example/",
    "DATABASE_URL": "postgres://onecase:secret@db.bank.example:5432/onecase",
    "REDIS_URL": "redis://redis.bank.example:6379/0",
}


# Reads the settings for each line it is given, in a process with the environment of that line alone. The libraries
# they import are there already: they take half a second of each start. (tests/house/test_production.py starts from
# nothing.)
READER = """
import json, os, sys, traceback
from config import settings
for line in sys.stdin:
    expression, environment, place = json.loads(line)
    if child := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    for number, name in enumerate(("out", "err"), start=1):
        os.dup2(os.open(f"{place}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.environ.clear()
    os.environ.update(environment)
    for name in [name for name in sys.modules if name.partition(".")[0] == "config"]:
        del sys.modules[name]
    code = 0
    try:
        exec(f"from config import settings; print(settings.{expression})")
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
"""
KEPT = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
Load = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Load]:
    """Return what reads the settings in a process of their own and prints one."""
    place = tmp_path_factory.mktemp("said")
    reader = subprocess.Popen(
        [sys.executable, "-c", READER], cwd=BASE_DIR, env=KEPT | PRODUCTION, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip

    def read(expression: str = "MODE", **environment: str) -> subprocess.CompletedProcess[str]:
        print(json.dumps([expression, KEPT | environment, str(place)]), file=reader.stdin, flush=True)
        code = int(reader.stdout.readline())
        out, err = ((place / name).read_text(encoding="utf-8") for name in ("out", "err"))
        return subprocess.CompletedProcess(expression, code, out, err)

    with reader:
        yield read
        reader.stdin.close()


@pytest.mark.parametrize("missing", sorted(set(PRODUCTION) - {"ONECASE_MODE"}))
def test_production_names_the_variable_that_is_missing(load, missing):
    """No address and no secret has a default in production."""
    done = load(**{name: value for name, value in PRODUCTION.items() if name != missing})
    assert done.returncode != 0
    assert f"{missing} is not set. Set {missing}" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ONECASE_MODE", "live", "Set ONECASE_MODE to one of: demo, test, production."),
        ("ONECASE_NOW", "2026-11-20T10:00", "ONECASE_NOW moves the clock of real deadlines. Unset it."),
        ("ONECASE_DEBUG", "true", "ONECASE_DEBUG shows customers' data in errors. Unset it."),
        ("ONECASE_DEBUG", "maybe", "Set ONECASE_DEBUG to true or false."),
        ("ONECASE_SECRET_KEY", "short", "Set it to 50 or more characters."),
        ("ONECASE_SEARCH_KEY", "zz", "ONECASE_SEARCH_KEY is not hex."),
        ("ONECASE_FIELD_KEYS", "k1:abcd", "ONECASE_FIELD_KEYS has 2 bytes."),
        ("ONECASE_FIELD_KEYS", f"k.1:{KEY}", "Call each by 1 to 32 letters, digits, - or _"),
        ("ONECASE_FIELD_KEYS", f":{KEY}", "Call each by 1 to 32 letters, digits, - or _"),
        ("ONECASE_FIELD_KEYS", f"{'k' * 33}:{KEY}", "Call each by 1 to 32 letters, digits, - or _"),
        ("ONECASE_FIELD_KEYS", f"k1:{KEY},k1:{KEY}", "has two keys called k1. Give the new one a new name."),
        ("ONECASE_FIELD_KEYS", KEY, "Call each by 1 to 32 letters, digits, - or _"),
        ("ONECASE_FIELD_KEYS", ",", "ONECASE_FIELD_KEYS has no key in it."),
        ("ONECASE_MEDIATION_KEYS", "m1:abcd", "ONECASE_MEDIATION_KEYS has 2 bytes."),
        ("ONECASE_MEDIATION_KEYS", f"m1:{KEY}", "Give mediation keys and names of its own."),
        ("ONECASE_MEDIATION_KEYS", f"k1:{MEDIATION_KEY}", "Give mediation keys and names of its own."),
        ("ONECASE_IDLE_MINUTES", "soon", "Set ONECASE_IDLE_MINUTES to a whole number."),
        ("ONECASE_IDLE_MINUTES", "0", "Set ONECASE_IDLE_MINUTES to 1 or more."),
        ("DATABASE_URL", "sqlite:///x", "DATABASE_URL must name a PostgreSQL"),
        ("DATABASE_URL", f"nonsense:{KEY}", "DATABASE_URL must name a PostgreSQL"),
        ("REDIS_URL", "http://x", "REDIS_URL must begin with redis://"),
        ("ONECASE_PUBLIC_URL", "repay.bank.example", "Set it to a whole address"),
        ("ONECASE_SECOND_FACTOR_ROLES", "administrator,admin", "names admin. Set ONECASE_SECOND_FACTOR_ROLES to some"),
        ("ONECASE_TIME_ZONE", "Asia/Nowhere", "Set ONECASE_TIME_ZONE to a time zone"),
        ("ONECASE_LOG_LEVEL", "loud", "Set ONECASE_LOG_LEVEL to one of: debug, info, warning, error, critical."),
        ("ONECASE_SECRET_KEY_FILE", "/nowhere", "ONECASE_SECRET_KEY_FILE points to /nowhere, which cannot be read"),
        ("ONECASE_PUBLIC_URL_FILE", "/dev/null", "ONECASE_PUBLIC_URL_FILE points to /dev/null, which is empty"),
    ],
)
def test_a_bad_value_says_what_to_set(load, name, value, sentence):
    """The sentence names the variable and what it takes."""
    environment = PRODUCTION | {name: value}
    if name.endswith("_FILE"):
        del environment[name.removesuffix("_FILE")]
    done = load(**environment)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert KEY not in done.stderr, "a key stands in the log"


def test_production_starts_with_everything_given_and_is_strict(load):
    """Secure cookies, HSTS, no sandbox phone, and the first field key encrypts."""
    wanted = "SECURE_HSTS_SECONDS > 0, settings.SESSION_COOKIE_SECURE, settings.SANDBOX, settings.FIELD_KEY_CURRENT"
    done = load(wanted, **PRODUCTION)
    assert done.stderr == ""
    assert done.stdout.strip() == "True True False k2"


def test_a_secret_may_stand_in_a_file(load, tmp_path):
    """Mounted secrets are read from NAME_FILE."""
    path = tmp_path / "key"
    path.write_text("f" * 60 + "\n", encoding="utf-8")
    environment = PRODUCTION | {"ONECASE_SECRET_KEY_FILE": str(path)}
    del environment["ONECASE_SECRET_KEY"]
    assert load("SECRET_KEY", **environment).stdout.strip() == "f" * 60


def test_a_demo_refuses_a_database_on_another_machine(load):
    """Forgetting the mode must not run a demo on the bank's data, in whichever way its machine is named."""
    hidden = ("host=db.bank.example", "hostaddr=10.0.0.5", "service=bank")
    for url in (PRODUCTION["DATABASE_URL"], *(f"postgres://localhost/onecase?{query}" for query in hidden)):
        done = load(DATABASE_URL=url)
        assert done.returncode != 0, url
        assert "Set ONECASE_MODE to production, or unset DATABASE_URL." in done.stderr, url


# What else must be set for a gateway to be on.
STRIPE = {"ONECASE_PAYMENT_GATEWAYS": "stripe", "STRIPE_SECRET_KEY": "sk", "STRIPE_WEBHOOK_SECRET": "wh"}
ALIPAY = {
    "ONECASE_PAYMENT_GATEWAYS": "alipay", "ALIPAY_APP_ID": "1", "ALIPAY_PRIVATE_KEY": "k", "ALIPAY_PUBLIC_KEY": "k",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "others"),
    [
        ("REDIS_URL", "redis://:hidden@redis.bank.example:6379/0", {}),
        ("TWILIO_API_URL", "https://api.twilio.com", {}),
        ("SMPP_CENTRE", "smsc.bank.example:2775", {}),
        ("SMPP_LINK", "10.0.0.7:2776", {}),
        ("ONECASE_EMAIL_RETURNED", "imaps://bank:hidden@mail.bank.example/INBOX", {}),
        ("ONECASE_APP_PUSH_URL", "https://127.0.0.1.bank.example", {}),
        ("ONECASE_ICE_SERVERS", "stun:127.0.0.1:3478,stun:stun.bank.example:3478", {}),
        ("ONECASE_JITSI_URL", "https://meet.bank.example", {"ONECASE_JITSI_SECRET": "s" * 32}),
        ("ONECASE_DRAFTING_URL", "https://hidden@models.bank.example/v1", {}),
        ("STRIPE_URL", "", STRIPE),
        ("STRIPE_URL", "https://api.stripe.com", STRIPE),
        ("ALIPAY_URL", "", ALIPAY),
    ],
)
def test_a_demo_sends_nothing_to_another_machine(load, name, value, others):
    """Whatever could carry a customer's word out is refused by name, before anything starts."""
    done = load(**{name: value}, **others)
    assert done.returncode != 0
    assert f"or {name} to an address of this machine." in done.stderr
    assert "hidden" not in done.stderr, "a password stands in the log"


def test_production_sends_where_it_is_told(load):
    """The same addresses, and a gateway's own, are what production is for."""
    done = load(SMPP_CENTRE="smsc.bank.example:2775", ONECASE_DRAFTING_URL="https://models.bank.example/v1",
                **PRODUCTION | STRIPE)  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == ("production", "")


def test_a_demo_may_talk_to_this_machine(load):
    """Stand-ins on loopback are what a demo is for; a gateway that is not named does nothing."""
    here = {
        "SMPP_CENTRE": "127.0.0.1:2775",
        "ONECASE_EMAIL_RETURNED": "maildir:///tmp/returned",
        "ONECASE_ICE_SERVERS": "stun:[::1]:3478",
        "ONECASE_DRAFTING_URL": "http://localhost:9000/v1",
        "STRIPE_URL": "http://127.0.0.1:9001",
    }
    done = load(**STRIPE | here, ALIPAY_APP_ID="1")
    assert (done.stdout.strip(), done.stderr) == ("demo", "")


def test_which_addresses_lead_to_this_machine():
    """What is no address of this machine for certain is another's."""
    here = ("localhost:1", "127.0.0.9:1", "http://[::1]/", "turns:localhost:5349", "maildir:///x", "unix:///x")
    away = ("", "[::1", "8.8.8.8:1", "http:///x", "file:///x", "https://127.0.0.1@x.example", "localhost.example:1")
    assert [address for address in here if not is_loopback(address)] == []
    assert [address for address in away if is_loopback(address)] == []
    assert host_of("turn:relay.example:3478?transport=tcp") == "relay.example"


@pytest.mark.parametrize(("value", "seconds"), [("+3600", 3600), ("-60", -60)], ids=["forward", "back"])
def test_the_demo_clock_can_be_moved_by_seconds(load, value, seconds):
    """Every process of a demo gets the same shift."""
    assert load("CLOCK_SHIFT.total_seconds()", ONECASE_NOW=value).stdout.strip() == f"{seconds}.0"


def test_content_security_policy_has_nothing_unsafe(settings):
    """No inline script, no eval, no foreign source."""
    sources = [source for parts in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].values() for source in parts]
    assert not [source for source in sources if "unsafe" in source or "*" in source or "http" in source]
