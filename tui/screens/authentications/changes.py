"""Sign out of an authentication, or delete it, after a question; and why one cannot be changed so."""

from typing import TYPE_CHECKING

from ...state.authentications import TOKEN_KINDS, AuthenticationRow
from ...state.labels import auth_word
from ..dialog import AskText, YesNo

if TYPE_CHECKING:
    from ...shell import Shell


async def ask_sign_out(shell: "Shell", row: AuthenticationRow) -> bool:
    """Tell whether the tokens are to be revoked and forgotten."""
    users = ", ".join(row.used_by) or "nothing"
    attended = (
        "Somebody has to sign in again after it." if row.is_attended else "New ones come at the next use."
    )
    lines = [
        [("The provider is told where it can be, and the tokens are forgotten.", "quiet")],
        [(attended, "quiet")],
        [("Used by ", "quiet"), (users, "strong")],
    ]
    question = YesNo(f"Sign out of {row.name}?", lines, danger=True)
    return await shell.push_screen_wait(question) is True


async def ask_delete(shell: "Shell", row: AuthenticationRow) -> bool:
    """Tell whether the name was typed."""
    lines = [[("Type its name. It and its secrets will be gone for ever.", "quiet")]]
    question = AskText(f"Delete {row.name}", lines, must_be=row.name, danger=True)
    return await shell.push_screen_wait(question) == row.name


def reason_against_change(key: str, row: AuthenticationRow) -> str:
    """Say why something cannot be done with an authentication; empty when it can."""
    edit = f"`connect-tui auth edit {row.name}` gives it new credentials"
    reasons = {
        "sign_in": (
            not row.signs_in,
            f"nobody signs in to {row.name}, which is {auth_word(row.kind)}; {edit}",
        ),
        "refresh_now": (
            row.kind not in TOKEN_KINDS,
            f"{row.name} has no tokens to refresh, it is {auth_word(row.kind)}; {edit}",
        ),
        "sign_out": (not row.has_tokens, f"{row.name} holds no tokens: there is nothing to revoke"),
        "delete": (
            bool(row.used_by),
            f"{row.name} is used by {', '.join(row.used_by)}; give them another first, or delete them",
        ),
        "users": (not row.used_by, f"no connection uses {row.name}"),
    }
    if key == "refresh_now" and row.is_attended and not row.has_tokens:
        return f"nobody has signed in to {row.name} yet; a signs in"
    is_so, why = reasons.get(key, (False, ""))
    return why if is_so else ""
