"""What a production project lets happen here: looking always, changing once it is armed for this session."""

from typing import Final

CHANGING: Final = frozenset(
    {
        "app.new_connection",
        "apps.delete",
        "apps.edit",
        "apps.new",
        "authentications.delete",
        "authentications.new",
        "authentications.sign_in",
        "authentications.sign_out",
        "catalog.new",
        "certificates.delete",
        "certificates.edit",
        "certificates.new",
        "connections.delete",
        "connections.lock",
        "connections.new",
        "connections.restore",
        "connections.sign_in",
        "connections.suspend",
        "connector.new",
        "new_connection.go_on",
        "secrets.reveal",
    }
)
"""The ids of the keys that change what is set up, or show a secret of it; Run asks each operation itself."""


def refusal_unarmed(project: str) -> str:
    """Say why a change is refused, and which key allows it."""
    return f"{project} is production and read-only: f9 or A arms it for this session"
