"""The web application, for uvicorn."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402  needs the line above
from django.urls import get_resolver  # noqa: E402  needs the line above

from config.lanes import Application  # noqa: E402  needs the line above
from config.postgresql.kept import kept  # noqa: E402  needs the line above

application = Application()

# Every page's code is read before the first request comes, and not while hundreds wait for it.
get_resolver().url_patterns  # noqa: B018  reading it is what loads them

kept.most = settings.DATABASE_KEPT
