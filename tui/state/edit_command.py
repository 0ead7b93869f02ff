"""What New connection does to a connection that exists, as commands."""

import shlex

from .wizard import Wizard, auth_command, auth_edit_command, authentication_name


def edit_commands(wizard: Wizard) -> list[str]:
    """Give the commands: a new authentication, or what is typed over the one in use; then the test."""
    commands = [auth_command(wizard), auth_edit_command(wizard)]
    name = authentication_name(wizard)
    if name and name != wizard.authentication:
        commands.append(shlex.join(["connect-tui", "connection", "edit", wizard.draft, "--auth", name]))
    commands.append(shlex.join(["connect-tui", "connection", "test", wizard.draft]))
    return [command for command in commands if command]
