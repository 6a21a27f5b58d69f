"""The web application of the plain page (bench/repayment/plain.py): Django's usual middleware and sessions."""

import os
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
os.environ.setdefault("ONECASE_DATABASE_KEPT", "8")

import django
from django.conf import settings

# The applications look at the product's own settings; only the requests go through these.
django.setup()
settings.MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
settings.ROOT_URLCONF = "bench.repayment.plain"
settings.TEMPLATES[0]["DIRS"] = [Path(__file__).parent / "repayment"]

from config.asgi import application  # noqa: E402  the settings come first

__all__ = ["application"]
