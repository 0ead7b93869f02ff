"""Ask before something is changed at the vendor: the exact request, and the name when it cannot be undone."""

from typing import TYPE_CHECKING

from ...state.run import OperationFacts, RunTarget, guard_for, request_lines
from ...state.spans import Lines
from ..dialog import AskText, YesNo

if TYPE_CHECKING:
    from core.outcome import RequestPreview

    from ...shell import Shell


async def ask_permission(
    app: "Shell", target: RunTarget, operation: OperationFacts, request: "RequestPreview"
) -> bool:
    """Tell whether the person agrees to this request; to be awaited in a worker."""
    sent = request_lines(request.method, request.url, request.body, app.size.width - 6)
    if guard_for(target, operation) == "confirm":
        title = f"Send “{operation.name}” to {target.connection}? It changes something there."
        agreed: bool | None = await app.push_screen_wait(YesNo(title, sent))
        return bool(agreed)
    what = "This is production" if target.production else "This cannot be undone"
    lines: Lines = [
        *sent,
        [],
        [(f"{what}. Type ", "quiet"), (target.connection, "strong"), (" to send it.", "quiet")],
    ]
    typed = await app.push_screen_wait(
        AskText(
            f"{operation.title or operation.name} at {target.connection}",
            lines,
            must_be=target.connection,
            danger=True,
        )
    )
    return typed == target.connection
