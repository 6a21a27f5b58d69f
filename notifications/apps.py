from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Messages")

    def ready(self) -> None:
        """Name what this room asks a second person to approve, and the providers it sends through."""
        from collections_app.services import sms_providers
        from collections_app.services.approval_kinds.base import register
        from collections_app.services.evidence import sections
        from notifications.providers.registry import offered
        from notifications.services import evidence
        from notifications.services.approval_kinds.experiment import ChampionKind, ExperimentStartKind
        from notifications.services.approval_kinds.template import TemplateKind

        register(TemplateKind())
        register(ExperimentStartKind())
        register(ChampionKind())
        sections.register("messages", evidence.messages)
        for provider in offered():
            sms_providers.register(provider)
