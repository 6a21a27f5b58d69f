"""What is demanded of a person when they sign in."""

from django.conf import settings

from collections_app.models import RolePolicy, Staff


def demands_totp(staff: Staff) -> bool:
    """Return whether one-time codes are demanded of this person's role. At most one query.

    The installation's own demand (SECOND_FACTOR_ROLES) cannot be lowered in the administration.
    """
    return staff.role in settings.SECOND_FACTOR_ROLES or _has_policy(staff)


def _has_policy(staff: Staff) -> bool:
    return RolePolicy.objects.filter(role=staff.role, totp_required=True).exists()
