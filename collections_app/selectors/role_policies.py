"""What is demanded of a person when they sign in."""

from collections_app.models import RolePolicy, Staff


def demands_totp(staff: Staff) -> bool:
    """Return whether the bank demands one-time codes of this person's role. One query."""
    return RolePolicy.objects.filter(role=staff.role, totp_required=True).exists()
