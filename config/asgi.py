"""The web application, for uvicorn."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402  needs the line above

from config.lanes import Application  # noqa: E402  needs the line above
from config.postgresql.kept import kept  # noqa: E402  needs the line above

application = Application()

kept.most = settings.DATABASE_KEPT
