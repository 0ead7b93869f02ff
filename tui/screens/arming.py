"""Ask before a production project may be changed from this session."""

from typing import TYPE_CHECKING

from .dialog import AskText

if TYPE_CHECKING:
    from ..shell import Shell


async def ask_arming(shell: "Shell") -> bool:
    """Tell whether the person typed the name of the project; to be awaited in a worker."""
    project = shell.services.project
    question = AskText(
        f"Arm {project}",
        [
            [
                ("What is run or changed here then reaches production. ", "quiet"),
                ("A", "key"),
                (" ends it.", "quiet"),
            ],
            [("Type ", "quiet"), (project, "strong"), (" to arm it.", "quiet")],
        ],
        must_be=project,
        danger=True,
    )
    return await shell.push_screen_wait(question) == project
