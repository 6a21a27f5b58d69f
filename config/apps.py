from django.apps import AppConfig
from django.contrib.admin import apps as administration
from django.core import checks

from config.checks import own_server_processes


class WiringConfig(AppConfig):
    """Brings the commands of the wiring; it has no models and no pages of its own."""

    name = "config"
    verbose_name = "OneCase"
    default = True  # an entry of the settings that says "config" means this one

    def ready(self) -> None:
        """Have ``migrate``, which begins every installation, look at what stands between it and the database."""
        checks.register(own_server_processes, checks.Tags.database)


class AdministrationConfig(administration.AdminConfig):
    """Django's administration on OneCase's own site, which takes in no page that writes past the services."""

    default = False
    default_site = "config.administration.AdministrationSite"

    def ready(self) -> None:
        """Register every page, and have yes and no said in words: Django has no other place to say how."""
        super().ready()
        from django.contrib.admin.templatetags import admin_list

        from collections_app.admin.words import yes_no

        admin_list._boolean_icon = yes_no  # type: ignore[attr-defined]  # the stubs leave it out
