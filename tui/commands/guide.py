"""Write the help of the whole program and of one noun; typer writes that of a single command."""

from .verbs import ABOUT, ALONE, NOUNS

_EVERYWHERE = """Everywhere, in any position:
  --json          one JSON document on standard output
  --home DIR      keep everything in this folder (or CONNECT_TUI_HOME)
  --project NAME  the project to work in
"""


def of_everything() -> str:
    """Give the help of the program."""
    alone = [(name, verb.summary) for name, verb in ALONE.items()]
    nouns = [(f"{noun} {'|'.join(verbs)}", ABOUT[noun]) for noun, verbs in NOUNS.items()]
    return "\n".join(
        [
            "Set up, test, run and understand connections between systems.",
            "",
            "  connect-tui                 open the app in this terminal",
            "  connect-tui COMMAND …       do one thing; `connect-tui COMMAND --help` says how",
            "  connect-tui --version",
            "",
            *[f"  {name:<10}{summary}" for name, summary in alone],
            "",
            *[f"  {usage}\n            {about}" for usage, about in nouns],
            "",
            _EVERYWHERE,
            "Example:",
            "  connect-tui connector list --json",
        ]
    )


def of_noun(noun: str) -> str:
    """Give the help of all verbs of a noun."""
    verbs = NOUNS[noun]
    width = max(10, *(len(name) + 2 for name in verbs))
    return "\n".join(
        [
            f"Usage: connect-tui {noun} VERB …   ({ABOUT[noun]})",
            "",
            *[f"  {name:<{width}}{verb.summary}" for name, verb in verbs.items()],
            "",
            _EVERYWHERE,
            f"`connect-tui {noun} VERB --help` says more. Examples:",
            *[f"  connect-tui {verb.example}" for verb in verbs.values()],
        ]
    )
