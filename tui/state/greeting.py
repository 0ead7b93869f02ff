"""What a newcomer reads when nothing is set up yet."""

from .spans import Lines


def greeting_lines() -> Lines:
    """Give the lines of the empty list of connections, with the keys to press."""
    return [
        [],
        [("   Welcome.", "title"), (" There is no connection yet, so let us make one.", "")],
        [],
        [("   ⏎", "key"), ("  try it with the practice service", "strong")],
        [("      A small help desk with customers and tickets, on this machine alone.", "quiet")],
        [("      It starts now, the form is filled in, and nothing leaves this box.", "quiet")],
        [("      Two minutes to a tested connection.", "quiet")],
        [],
        [("   n", "key"), ("  set up a connection to a system of yours", "")],
        [("   2", "key"), ("  look through the catalog of connectors", "")],
        [("   ?", "key"), ("  everything that can be done here; it runs from the list", "")],
        [],
        [("   The same without this screen:", "quiet"), ("  connect-tui demo", "accent")],
    ]
