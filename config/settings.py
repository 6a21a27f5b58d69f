"""Every setting of OneCase, from the environment. Business policy is data, not settings.

ONECASE_MODE decides the rest: `demo` (this machine only, embedded servers, sandbox phone), `test`,
or `production`, where every address and secret must be given.
"""

# Long because every setting stands here, to be read in one place.

from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from kombu import Exchange, Queue

from collections_app.domain.app_entry import public_key
from collections_app.domain.loopback import host_of, is_loopback
from collections_app.domain.staff import ROLES
from config.embedded import places_for
from config.env import (
    env_bool,
    env_choice,
    env_choices,
    env_clock_shift,
    env_int,
    env_list,
    env_networks,
    env_pairs,
    env_text,
    env_time_zone,
)
from config.secrets import keep_secrets, read_secrets

# Generic forms, admins and query sets work at run time only after this.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Mode -----------------------------------------------------------------------------------------

MODE = env_choice("ONECASE_MODE", "demo", ("demo", "test", "production"))
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
TEST = MODE == "test"
DEBUG = env_bool("ONECASE_DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("ONECASE_DEBUG shows customers' data in errors. Unset it.")

HOME = BASE_DIR / ".onecase" / MODE
SECRETS = read_secrets() if PRODUCTION else keep_secrets(HOME / "secrets.json")
SECRET_KEY = SECRETS.secret_key
FIELD_KEYS = SECRETS.field_keys
FIELD_KEY_CURRENT = next(iter(FIELD_KEYS))
MEDIATION_KEYS = SECRETS.mediation_keys
MEDIATION_KEY_CURRENT = next(iter(MEDIATION_KEYS))
SEARCH_TOKEN_KEY = SECRETS.search_key
LEDGER_KEY = SECRETS.ledger_key

TIME_ZONE = env_time_zone("ONECASE_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
# How far the one clock is moved, so that a demo works at night; real customers get real time.
CLOCK_SHIFT = env_clock_shift("ONECASE_NOW", time_zone=TIME_ZONE)
if PRODUCTION and timedelta() != CLOCK_SHIFT:
    raise ImproperlyConfigured("ONECASE_NOW moves the clock of real deadlines. Unset it.")

FILES = Path(env_text("ONECASE_FILES", str(HOME / "files")))

# --- Ledger ---------------------------------------------------------------------------------------

# The log's name in the world: it stands in every checkpoint and can never change.
LEDGER_ORIGIN = env_text(
    "ONECASE_LEDGER_ORIGIN",
    None if PRODUCTION else "onecase.example/ledger",
    hint="a name nobody else gives a log, without spaces, such as bank.example/onecase",
)
# Public keys (vkeys) whose checkpoints verify too: the log's former ones after a rotation.
LEDGER_TRUSTED_KEYS = env_list("ONECASE_LEDGER_TRUSTED_KEYS", "")
# Where the last checkpoint is kept outside the database. Tests undo what they sign, so they keep none.
LEDGER_KEPT = None if TEST else Path(env_text("ONECASE_LEDGER_KEPT", str(FILES / "ledger")))
# Callables that return (index, payload) pairs, for `ledger verify` to compare with the log.
LEDGER_PAYLOAD_SOURCES = ["collections_app.services.sequencer.payloads"]

# --- Servers --------------------------------------------------------------------------------------

_places = places_for(BASE_DIR, MODE)
_embedded_database = None if PRODUCTION else _places.database_url
_embedded_redis = None if PRODUCTION else _places.redis_url
DATABASE_URL = env_text("DATABASE_URL", _embedded_database, hint="postgres://user:password@host:5432/name")
REDIS_URL = env_text("REDIS_URL", _embedded_redis, hint="redis://host:6379/0")
# Whether the database is the embedded one, where a simulation may make databases of its own and drop them.
EMBEDDED_DATABASE = not PRODUCTION and _places.database_url == DATABASE_URL

try:
    _database = dj_database_url.parse(DATABASE_URL)
except ValueError as error:  # what it holds is not repeated: a password may stand in it
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL: postgres://user@host/name.") from error
DATABASES = {
    "default": {
        **_database,
        "ATOMIC_REQUESTS": False,  # services own their transactions
        "CONN_MAX_AGE": 0,  # under ASGI a kept connection belongs to nobody
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if "postgresql" not in str(DATABASES["default"]["ENGINE"]):
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL: postgres://user@host/name.")
DATABASES["default"]["ENGINE"] = "config.postgresql"
# How many requests a web process works on at a time, each with a connection of its own (config/lanes.py).
LANES = env_int("ONECASE_LANES", 8, least=1)
# How many connections a web process keeps between requests; a test's database could not be dropped under them.
DATABASE_KEPT = env_int("ONECASE_DATABASE_KEPT", 0 if TEST else 8)
# A query may name a machine too, and goes before what stands in its usual place; a service may name any.
_asked_of = cast("dict[str, Any]", DATABASES["default"].get("OPTIONS", {}))
_database_hosts = {str(DATABASES["default"].get("HOST") or "")}
_database_hosts |= {str(_asked_of[name]) for name in ("host", "hostaddr", "service") if name in _asked_of}
_elsewhere = [host for host in _database_hosts if host not in {"", "localhost", "127.0.0.1"} and host[0] != "/"]
if DEMO and _elsewhere:
    raise ImproperlyConfigured(
        f"ONECASE_MODE is demo, but DATABASE_URL names another machine ({', '.join(_elsewhere)}). "
        "Set ONECASE_MODE to production, or unset DATABASE_URL."
    )

_redis = urlsplit(REDIS_URL)
if _redis.scheme not in {"redis", "rediss", "unix"}:
    raise ImproperlyConfigured("REDIS_URL must begin with redis://, rediss:// or unix://.")
if _redis.scheme == "unix":
    _redis_database = parse_qs(_redis.query).get("db", ["0"])[0]
    BROKER_URL = f"redis+socket://{_redis.path}?virtual_host={_redis_database}"
else:
    BROKER_URL = REDIS_URL

# A Redis that hangs must not hang the pages with it.
_cache = {
    "LOCATION": REDIS_URL,
    "KEY_PREFIX": "onecase",
    "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
}
CACHES = {
    "default": {"BACKEND": "config.cache.ForgetfulRedisCache", **_cache},
    # The same, but it says when Redis is away: for what then counts in the database.
    "counters": {"BACKEND": "django.core.cache.backends.redis.RedisCache", **_cache},
}

# --- Applications ---------------------------------------------------------------------------------

PROJECT_APPS = [
    "oversight",
    "desk",
    "repayment",
    "mediation",
    "notifications",
    "collections_app",
    "ledger",
]
INSTALLED_APPS = [
    "config",
    *PROJECT_APPS,
    "config.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_celery_beat",
    "django_htmx",
    "pgtrigger",
    "rest_framework",
    "template_partials.apps.SimpleAppConfig",
]
if TEST:
    # Migrations that would lock a live table fail the check.
    INSTALLED_APPS += ["zeal", "django_migration_linter"]
# How many proxies of ours stand in front, and the networks they are in: who comes from elsewhere names no client.
PROXIES = env_int("ONECASE_PROXIES", 0)
PROXY_NETWORKS = env_networks("ONECASE_PROXY_NETWORKS", "127.0.0.0/8,::1/128")
MIDDLEWARE = [
    "collections_app.views.middleware.trusted_proxies.TrustedProxiesMiddleware",
    "config.two_doors.TwoDoorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.static.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "collections_app.views.middleware.codes.CodesMiddleware",
    "collections_app.views.middleware.signed_out.SignedOutMiddleware",
    "collections_app.views.middleware.idle.IdleTimeoutMiddleware",
    "collections_app.views.middleware.no_store.NoStoreMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "collections_app.views.middleware.given_password.GivenPasswordMiddleware",
    "collections_app.views.middleware.second_factor.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "collections_app.views.middleware.wall_tries.WallTriesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "collections_app.views.middleware.plain_text.PlainTextMiddleware",
    # Late, so that it sees the refused sign-in before anything else answers.
    "axes.middleware.AxesMiddleware",
    "desk.views.purpose.PurposeMiddleware",
]
if TEST:
    # A request that asks the database once per row fails its test.
    MIDDLEWARE.insert(0, "zeal.middleware.zeal_middleware")
    # Not ours to change: each save of a schedule asks for the row that tells beat to read again, and a session that is
    # over is read once more to be deleted.
    ZEAL_ALLOWLIST = [{"model": "django_celery_beat.*"}, {"model": "sessions.*"}]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

_loaders: list[Any] = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
if not DEBUG:
    _loaders = [("django.template.loaders.cached.Loader", _loaders)]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.views.shell.shell",
            ],
            "loaders": [("template_partials.loader.Loader", _loaders)],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]

# --- Language -------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
LOCALE_ROOMS = ("core", "desk", "actions", "repayment", "notifications", "mediation", "oversight", "ledger")
LOCALE_PATHS = [BASE_DIR / "locale" / room for room in LOCALE_ROOMS]

# --- Files ----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Only production collects them; elsewhere they are served where they are.
STATIC_ROOT = Path(env_text("ONECASE_STATIC", str(BASE_DIR / "staticfiles"))) if PRODUCTION else None
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG or TEST
if TEST:
    # Nothing changes while tests run; in production names that change with what they stand for do the same.
    WHITENOISE_MAX_AGE = 24 * 3600
MEDIA_ROOT = FILES
_static_storage = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if PRODUCTION
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
# Uploaded and made documents hold personal data: there is no storage that would keep one in the open.
_sealed_storage = {
    "BACKEND": "collections_app.models.storage.EncryptedFileSystemStorage",
    "OPTIONS": {"location": MEDIA_ROOT / "sealed"},
}
STORAGES = {
    "default": _sealed_storage,
    "sealed": _sealed_storage,
    "staticfiles": {"BACKEND": _static_storage},
}
# What is being uploaded waits in memory, or in a file that no directory lists and that ends with its process.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "config.uploads.NamelessFileUploadHandler",
]
# What all people of the demo bank sign in with; made up and kept beside the database when it is not given.
DEMO_PASSWORD = env_text("ONECASE_DEMO_PASSWORD", "") if DEMO or TEST else ""
INTAKE_MAX_BYTES = env_int("ONECASE_INTAKE_MAX_BYTES", 256 * 1024 * 1024, least=1)
# So many days an uploaded nightly file is kept after it was taken in or refused, and what its rejected rows said.
INTAKE_KEPT_DAYS = env_int("ONECASE_INTAKE_KEPT_DAYS", 30, least=1)
# A nightly file may be large; it streams to disk, and the form refuses more than its own limit.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

# --- Signing in -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "collections_app.Staff"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
PASSWORD_HASHERS = (
    # Tests make many people; nothing of theirs is secret.
    ["django.contrib.auth.hashers.MD5PasswordHasher"] if TEST else ["django.contrib.auth.hashers.Argon2PasswordHasher"]
)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "config.accounts.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# Who finds a screen unlocked must not leave with a way back in: changing how one signs in asks for the password.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
# Axes counts failures in the database, by account and by address; a second counter in the cache would confuse, and
# allauth's thirty sign-ins a minute from one address would keep a branch out at nine in the morning.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
MFA_ADAPTER = "config.accounts.StaffMfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# A wrong code counts as a wrong password does.
MFA_FORMS = {
    "authenticate": "collections_app.services.second_factor.SignInCode",
    "reauthenticate": "collections_app.services.second_factor.ProofCode",
}
MFA_TOTP_ISSUER = "OneCase"
# Roles (codes of domain/staff.py) that must sign in with a one-time password as well.
# A role that does not exist would demand it of nobody.
SECOND_FACTOR_ROLES = frozenset(
    env_choices("ONECASE_SECOND_FACTOR_ROLES", "administrator" if PRODUCTION else "", ROLES)
)
AXES_FAILURE_LIMIT = env_int("ONECASE_LOGIN_FAILURES", 5, least=1)
AXES_COOLOFF_TIME = timedelta(minutes=env_int("ONECASE_LOCKOUT_MINUTES", 15, least=1))
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "config.accounts.name_counted"
AXES_HANDLER = "config.accounts.SignInHandler"
AXES_LOCKOUT_CALLABLE = "config.accounts.locked_out"
# A branch shares one address: its limit stops a machine that tries many names, not one person's slips.
LOGIN_FAILURES_BY_ADDRESS = env_int("ONECASE_LOGIN_FAILURES_BY_ADDRESS", 100, least=1)
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "config.accounts.address_of_request"
AXES_VERBOSE = False
SESSION_IDLE_SECONDS = 60 * env_int("ONECASE_IDLE_MINUTES", 30, least=1)
# However busy somebody is: so long after signing in they sign in again.
SESSION_LONGEST_SECONDS = 60 * 60 * env_int("ONECASE_SESSION_HOURS", 12, least=1)
SESSION_COOKIE_AGE = SESSION_LONGEST_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if PRODUCTION else "django.core.mail.backends.console.EmailBackend"
)

EMAIL_HOST = env_text("ONECASE_EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("ONECASE_EMAIL_PORT", 25)
EMAIL_HOST_USER = env_text("ONECASE_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env_text("ONECASE_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env_bool("ONECASE_EMAIL_TLS", default=False)
# A worker that waits for a dead server for ever holds up the lane it works for.
EMAIL_TIMEOUT = 20

# --- What a browser may do ------------------------------------------------------------------------

ALLOWED_HOSTS = env_list(
    "ONECASE_HOSTS",
    None if PRODUCTION else "localhost,127.0.0.1,[::1],testserver,.localhost",
    hint="the host names people type, comma-separated",
)
if PRODUCTION:
    ALLOWED_HOSTS.append("localhost")  # how a container asks itself whether it is healthy
PUBLIC_URL = env_text(
    "ONECASE_PUBLIC_URL",
    None if PRODUCTION else "http://127.0.0.1:8000",
    hint="the address customers' links begin with, such as https://repay.bank.example",
).rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname:
    raise ImproperlyConfigured(
        f"ONECASE_PUBLIC_URL is {PUBLIC_URL!r}. Set it to a whole address, such as https://repay.bank.example."
    )
# Where the bank's people work: with an address of its own, the customers' host answers nothing that is theirs.
DESK_URL = env_text("ONECASE_DESK_URL", PUBLIC_URL).rstrip("/")
PUBLIC_HOST, DESK_HOST = _public.hostname, urlsplit(DESK_URL).hostname
if not DESK_HOST:
    raise ImproperlyConfigured(
        f"ONECASE_DESK_URL is {DESK_URL!r}. Set it to a whole address, such as https://onecase.bank.example."
    )
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Tabler draws its small icons as data: images
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env_bool("ONECASE_HTTPS", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SECURE_SSL_REDIRECT else 0
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_SSL_REDIRECT
    SESSION_COOKIE_SECURE = SECURE_SSL_REDIRECT
    CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
    CSRF_TRUSTED_ORIGINS = env_list("ONECASE_ORIGINS", f"{PUBLIC_URL},{DESK_URL}")

# --- Background work ------------------------------------------------------------------------------

QUEUE_DEFAULT = "default"
QUEUE_MESSAGES = "messages"
QUEUE_PRIORITY = "priority"
QUEUE_INTAKE = "intake"
QUEUE_MEDIATION = "mediation"
QUEUES = (QUEUE_DEFAULT, QUEUE_MESSAGES, QUEUE_PRIORITY, QUEUE_INTAKE, QUEUE_MEDIATION)

CELERY_BROKER_URL = BROKER_URL
# Seconds. A broker that hangs must hang neither pages nor beat; waiting for work (BRPOP) is answered each second.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 5}
CELERY_TASK_DEFAULT_QUEUE = QUEUE_DEFAULT
# Every queue is declared, so that a task sent to a misspelt one fails at once.
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in QUEUES]
# By name, here and nowhere else (Celery deprecates a queue at the task); the rest is the default's.
CELERY_TASK_ROUTES = {
    "intake.*": {"queue": QUEUE_INTAKE},
    "mediation.*": {"queue": QUEUE_MEDIATION},
    "notifications.send_codes": {"queue": QUEUE_PRIORITY},
    "notifications.send_priority": {"queue": QUEUE_PRIORITY},
    "notifications.follow_events": {"queue": QUEUE_PRIORITY},
    "notifications.*": {"queue": QUEUE_MESSAGES},
}
CELERY_TASK_IGNORE_RESULT = True  # rows tell how a task went
CELERY_TASK_ACKS_LATE = False  # the rows are the queue; a lost wake-up is swept, a repeated one costs
CELERY_TASK_TIME_LIMIT = 15 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 14 * 60
CELERY_TASK_CREATE_MISSING_QUEUES = False
# How many senders of messages live at a time, and for how many seconds each: the clock starts the next one.
SENDERS = env_int("ONECASE_SENDERS", 2 if PRODUCTION else 1, least=1)
SENDER_SECONDS = env_int("ONECASE_SENDER_SECONDS", 0 if TEST else 50)
CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# For ever: after an hour without Redis, the workers must still come back by themselves.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
DJANGO_CELERY_BEAT_TZ_AWARE = True

# --- The bank's own app -----------------------------------------------------------------------------

# The keys of hand-overs from the app (docs/repayment.md), as key id to 32 bytes in base64; none means no such way in.
APP_KEYS = env_pairs("ONECASE_APP_KEYS", hint="prod-2026:BASE64 of an Ed25519 public key")
for _key_id, _key in APP_KEYS.items():
    try:
        public_key(_key)
    except ValueError as error:
        message = f"ONECASE_APP_KEYS: {_key_id} is no key. Set it to the 32 bytes of an Ed25519 public key in base64."
        raise ImproperlyConfigured(message) from error
# Whose installed apps open customers' links by themselves: what the association files say.
IOS_APPS = env_list("ONECASE_IOS_APPS", "")
ANDROID_APPS = env_pairs("ONECASE_ANDROID_APPS", hint="com.bank.example:SHA-256 of the signing certificate")

# --- Providers ------------------------------------------------------------------------------------

# The sandbox phone shows everybody's messages: it exists only where there are no customers.
SANDBOX = not PRODUCTION
TWILIO_ACCOUNT_SID = env_text("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKEN = env_text("TWILIO_AUTH_TOKEN", "")
# The token before a rotation: signatures made with it are accepted as long as it stands here.
TWILIO_AUTH_TOKEN_BEFORE = env_text("TWILIO_AUTH_TOKEN_BEFORE", "")
TWILIO_FROM = env_text("TWILIO_FROM", "")
TWILIO_API_URL = env_text("TWILIO_API_URL", "")
# The bank's own gateway to the carriers (SMPP 3.4): the message centre as host:port, the sign-in, and where the process
# that holds the bind (manage.py smpp_link) takes in workers.
SMPP_CENTRE = env_text("SMPP_CENTRE", "")
SMPP_SYSTEM_ID = env_text("SMPP_SYSTEM_ID", "")
SMPP_PASSWORD = env_text("SMPP_PASSWORD", "")
SMPP_SENDER = env_text("SMPP_SENDER", "")
SMPP_WINDOW = env_int("SMPP_WINDOW", 20, least=1)
# The optional parameter by which the gateway wants its own id of a text, where texts need an approval; 0: none.
SMPP_TEMPLATE_TAG = env_int("SMPP_TEMPLATE_TAG", 0)
# How its receipts write the name it gave a text: same, decimal (given in hexadecimal), hex (given in decimal).
SMPP_RECEIPT_IDS = env_choice("SMPP_RECEIPT_IDS", "same", ("same", "decimal", "hex"))
SMPP_LINK = env_text("SMPP_LINK", "127.0.0.1:2776")
# E-mails to customers go through the backend named here; returned ones are read where they come back to, as
# maildir:///var/mail/onecase or imaps://user:password@host/INBOX, and "no more, please" is sent to the return address.
MESSAGES_EMAIL_FROM = env_text("ONECASE_EMAIL_FROM", "" if PRODUCTION else "notices@demobank.example")
MESSAGES_EMAIL_RETURN = env_text("ONECASE_EMAIL_RETURN", "" if PRODUCTION else "returns@demobank.example")
MESSAGES_EMAIL_RETURNED = env_text("ONECASE_EMAIL_RETURNED", "")
# Letters are made only where somebody prints them: by hand from a file, or a print house that reads a folder.
MESSAGES_LETTERS = env_bool("ONECASE_LETTERS", default=not PRODUCTION)
PRINT_FOLDER = env_text("ONECASE_PRINT_FOLDER", "")
# Where the core fetches what it is told every evening (docs/instructions.md).
INSTRUCTIONS_FOLDER = env_text("ONECASE_INSTRUCTIONS_FOLDER", "")
# The bank's push gateway (docs/bank-app.md). Both keys count while one is exchanged for the next.
APP_PUSH_URL = env_text("ONECASE_APP_PUSH_URL", "")
APP_PUSH_KEY = env_text("ONECASE_APP_PUSH_KEY", "")
APP_PUSH_KEY_BEFORE = env_text("ONECASE_APP_PUSH_KEY_BEFORE", "")
MESSAGES_EMAIL_BACKEND = EMAIL_BACKEND if PRODUCTION else "notifications.providers.email.on_screen.OnScreenBackend"
# Calls are put through only where a number to call from is given. An extension that is no E.164 number is reached at
# this SIP domain.
TWILIO_VOICE_FROM = env_text("TWILIO_VOICE_FROM", "")
TWILIO_VOICE_SIP_DOMAIN = env_text("TWILIO_VOICE_SIP_DOMAIN", "")

# Video rooms (docs/mediation-rooms.md): where browsers ask for their own address (stun:) or are relayed (turn:), the
# secret shared with the relays, which their passing credentials are made with, and a Jitsi Meet to be used instead.
ICE_SERVERS = env_list("ONECASE_ICE_SERVERS", "")
TURN_SECRET = env_text("ONECASE_TURN_SECRET", "")
if any(not address.startswith(("stun:", "stuns:", "turn:", "turns:")) for address in ICE_SERVERS):
    raise ImproperlyConfigured("ONECASE_ICE_SERVERS names addresses as stun:host:port or turn:host:port.")
if any(address.startswith("turn") for address in ICE_SERVERS) and not TURN_SECRET:
    raise ImproperlyConfigured("ONECASE_ICE_SERVERS names a relay (turn:). Set ONECASE_TURN_SECRET as well.")
JITSI_URL = env_text("ONECASE_JITSI_URL", "").rstrip("/")
JITSI_APP = env_text("ONECASE_JITSI_APP", "onecase")
JITSI_SECRET = env_text("ONECASE_JITSI_SECRET", "")
JITSI_OPEN_BEFORE = timedelta(minutes=env_int("ONECASE_JITSI_OPEN_BEFORE", 30))
JITSI_OPEN_AFTER = timedelta(minutes=env_int("ONECASE_JITSI_OPEN_AFTER", 30))
if JITSI_URL and (not JITSI_URL.startswith("https://") or len(JITSI_SECRET) < 32):
    raise ImproperlyConfigured("ONECASE_JITSI_URL begins with https:// and needs an ONECASE_JITSI_SECRET of 32 signs.")

# An endpoint that speaks OpenAI's chat completions may propose wordings of messages; without one nothing offers it.
DRAFTING_URL = env_text("ONECASE_DRAFTING_URL", "")
DRAFTING_KEY = env_text("ONECASE_DRAFTING_KEY", "")
DRAFTING_MODEL = env_text("ONECASE_DRAFTING_MODEL", "")

# Who vouches for electronic signatures under agreements (docs/mediation-agreement.md); empty: nobody, and they carry
# no certificate. The test authority on this machine has no legal effect.
SIGNING_AUTHORITIES = ("local_ca",)
SIGNING_AUTHORITY = env_text("ONECASE_SIGNING_AUTHORITY", "" if PRODUCTION else "local_ca")
if SIGNING_AUTHORITY and SIGNING_AUTHORITY not in SIGNING_AUTHORITIES:
    raise ImproperlyConfigured(
        f"ONECASE_SIGNING_AUTHORITY names {SIGNING_AUTHORITY}. Name: {', '.join(SIGNING_AUTHORITIES)}, or none."
    )
if PRODUCTION and SIGNING_AUTHORITY == "local_ca":
    raise ImproperlyConfigured(
        "ONECASE_SIGNING_AUTHORITY names local_ca, whose signatures have no legal effect. Name another, or none."
    )

# The gateways customers pay through, the preferred one first; none means paying in the bank's own app.
PAYMENT_GATEWAYS = env_list("ONECASE_PAYMENT_GATEWAYS", "" if PRODUCTION else "sandbox")
if PRODUCTION and "sandbox" in PAYMENT_GATEWAYS:
    raise ImproperlyConfigured(
        "ONECASE_PAYMENT_GATEWAYS names the sandbox, whose cashier takes no real money. Name another gateway."
    )

# Each gateway that is named needs its keys. The addresses are for a gateway's own test environment.
STRIPE_SECRET_KEY = env_text("STRIPE_SECRET_KEY", "")
STRIPE_WEBHOOK_SECRET = env_text("STRIPE_WEBHOOK_SECRET", "")
STRIPE_URL = env_text("STRIPE_URL", "https://api.stripe.com")
ALIPAY_APP_ID = env_text("ALIPAY_APP_ID", "")
ALIPAY_PRIVATE_KEY = env_text("ALIPAY_PRIVATE_KEY", "")
ALIPAY_PUBLIC_KEY = env_text("ALIPAY_PUBLIC_KEY", "")
ALIPAY_URL = env_text("ALIPAY_URL", "https://openapi.alipay.com/gateway.do")
_GATEWAY_KEYS = {
    "sandbox": (),
    "stripe": ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"),
    "alipay": ("ALIPAY_APP_ID", "ALIPAY_PRIVATE_KEY", "ALIPAY_PUBLIC_KEY"),
}
for _gateway in PAYMENT_GATEWAYS:
    if _gateway not in _GATEWAY_KEYS:
        raise ImproperlyConfigured(f"ONECASE_PAYMENT_GATEWAYS names {_gateway}. Name: {', '.join(_GATEWAY_KEYS)}.")
    for _name in _GATEWAY_KEYS[_gateway]:
        if not globals()[_name]:
            raise ImproperlyConfigured(f"ONECASE_PAYMENT_GATEWAYS names {_gateway}: set {_name}.")
# Demo data leave by the sandbox or to this machine: no address that anything of it could go to may be another's.
_OUTWARD = {
    "REDIS_URL": [REDIS_URL] if DEMO else [],
    "TWILIO_API_URL": [TWILIO_API_URL],
    "SMPP_CENTRE": [SMPP_CENTRE],
    "SMPP_LINK": [SMPP_LINK],
    "ONECASE_EMAIL_RETURNED": [MESSAGES_EMAIL_RETURNED],
    "ONECASE_APP_PUSH_URL": [APP_PUSH_URL],
    "ONECASE_ICE_SERVERS": ICE_SERVERS,
    "ONECASE_JITSI_URL": [JITSI_URL],
    "ONECASE_DRAFTING_URL": [DRAFTING_URL],
    "STRIPE_URL": [STRIPE_URL] if "stripe" in PAYMENT_GATEWAYS else [],
    "ALIPAY_URL": [ALIPAY_URL] if "alipay" in PAYMENT_GATEWAYS else [],
}
for _name, _addresses in _OUTWARD.items():
    for _address in _addresses:
        if not PRODUCTION and _address and not is_loopback(_address):
            # The host alone: an address may carry a password.
            raise ImproperlyConfigured(
                f"ONECASE_MODE is {MODE}, but {_name} names another machine ({host_of(_address)}). "
                f"Set ONECASE_MODE to production, or {_name} to an address of this machine."
            )
# A browser may be sent on from our form to a gateway's page, and to no other host.
_GATEWAY_PAGES = {"stripe": ["https://checkout.stripe.com"], "alipay": ["https://*.alipay.com"]}
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += [
    page for name in PAYMENT_GATEWAYS for page in _GATEWAY_PAGES.get(name, [])
]

# --- API ------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}

# --- Log ------------------------------------------------------------------------------------------

LOG_LEVEL = env_choice("ONECASE_LOG_LEVEL", "warning", ("debug", "info", "warning", "error", "critical"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "filters": {"links": {"()": "config.scrubbing.LinkFilter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["links"]}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL.upper()},
}
