"""What a write takes."""

from typing import Any

from rest_framework import serializers

from collections_app.domain.purposes import CHANNELS
from collections_app.selectors import codes


class NoteInput(serializers.Serializer[Any]):
    """A note: its text."""

    text = serializers.CharField(trim_whitespace=True)


class HandOffInput(serializers.Serializer[Any]):
    """A hand-off: its kind, and everything a hand-off of this kind must carry."""

    kind = serializers.CharField(max_length=20, help_text="a code of the list `handoffs`")
    account_id = serializers.IntegerField(required=False, allow_null=True, default=None)
    carries = serializers.DictField(
        child=serializers.CharField(max_length=300),
        required=False,
        default=dict,
        help_text="words by code of the list `handoff_contents`",
    )
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    due_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class HoldInput(serializers.Serializer[Any]):
    """A hold that is placed by hand: its kind, and the account or channel where its scope asks for one."""

    kind = serializers.CharField(max_length=24, help_text="a code of the list `holds` that is placed by hand")
    account_id = serializers.IntegerField(required=False, allow_null=True, default=None)
    channel = serializers.ChoiceField(choices=CHANNELS.choices(), required=False, allow_blank=True, default="")
    text = serializers.CharField(required=False, allow_blank=True, default="")
    ends_at = serializers.DateTimeField(required=False, allow_null=True, default=None)

    def validate_kind(self, value: str) -> str:
        """Return the kind. Raise ValidationError for one that a person does not place."""
        offered = codes.seen().holds.placed_by_hand()
        if value not in offered:
            raise serializers.ValidationError(f"one of: {', '.join(offered)}")
        return value
