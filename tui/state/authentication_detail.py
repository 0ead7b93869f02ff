"""The detail of one authentication: what ends when, the last refresh, scopes, who uses it."""

import json
import shlex
from collections.abc import Sequence

from . import labels
from .authentication_facts import MethodFacts
from .authentications import TOKEN_KINDS, AuthenticationRow, can_refresh
from .next_keys import key_spans
from .spans import Lines, Span, Spans, label_lines, span_width, wrap_parts

_WHO = 3
_INDENT = 9


def detail_lines(row: AuthenticationRow, facts: MethodFacts | None, now_us: int, width: int) -> Lines:
    """Give the lines beside or below the list; ``facts`` are None until the connector was asked."""
    return [
        _headline(row, width),
        next_keys(row),
        *_state_lines(row, width),
        *_end_lines(row, now_us, width),
        *_refresh_lines(row, now_us, width),
        *label_lines(
            "used by", ", ".join(row.used_by) or "nothing", "" if row.used_by else "quiet", width=width
        ),
        *scope_lines(row, facts, width),
    ]


def wide_lines(row: AuthenticationRow, facts: MethodFacts | None, width: int) -> Lines:
    """Give what is added when there is a whole column for the detail."""
    lines: Lines = [[]]
    for title, pairs in (
        ("Set up", [("method", f"{row.method} ({labels.auth_word(row.kind)})"), ("app", row.app or "–"),
                    *((key, labels.value(value)) for key, value in row.values.items()),
                    *((key, f"secret, {_place(where)}") for key, where in row.secrets.items())]),
        ("Told at the sign-in", [(key, labels.value(value)) for key, value in row.captured.items()]),
        ("Times", [
            *([("token ends", labels.exact(row.expires_us))] if row.expires_us is not None else []),
            *([("login ends", labels.exact(row.refresh_expires_us))] if row.refresh_expires_us else []),
            *([("ends unused", labels.exact(row.idle_expires_us))] if row.idle_expires_us else []),
            *([("cert ends", labels.exact(row.certificate_us))] if row.certificate_us else []),
            ("refreshed", labels.exact(row.refreshed_us)), ("made", labels.exact(row.created_us)),
            ("changed", labels.exact(row.updated_us)),
        ]),
    ):  # fmt: skip
        if pairs:
            indent = max(12, *(len(key) + 2 for key, _ in pairs))
            lines += [[(title, "title")]]
            for key, said in pairs:
                lines += label_lines(key, said, width=width, indent=min(indent, width // 2))
            lines.append([])
    return [*lines, *_need_lines(row, facts, width)]


def next_keys(row: AuthenticationRow) -> Spans:
    """Say which keys are worth pressing for this one."""
    keys: list[tuple[str, str]] = []
    if row.standing == "sign_in" and row.signs_in:
        keys = [("a", "sign in"), ("o", "what failed"), ("c", "its connections")]
    elif row.standing in ("in_doubt", "failing", "expired") and can_refresh(row):
        keys = [("T", "refresh now"), ("o", "what failed")]
        keys += [("a", "sign in again")] if row.is_attended else []
    elif not row.used_by:
        keys = [("D", "delete"), ("n", "set up a connection")]
    elif row.kind in TOKEN_KINDS:
        keys = [("c", "its connections"), ("T", "refresh now"), ("o", "what it did")]
    else:
        keys = [("c", "its connections"), ("o", "what it did")]
    return key_spans(keys, _INDENT)


def scope_lines(row: AuthenticationRow, facts: MethodFacts | None, width: int) -> Lines:
    """Give what was granted and what is missing of what operations and tests name; nothing where none is."""
    needs = facts.needs if facts is not None else {}
    if row.scopes is None:
        wanted = ", ".join(needs)
        return (
            label_lines("needs", f"{wanted} (what was granted is not known)", width=width) if wanted else []
        )
    lines = label_lines("granted", " ".join(row.scopes) or "no scope", width=width)
    missing = missing_scopes(row, facts)
    if missing:
        said = "; ".join(f"{scope} for {_who(needs[scope])}" for scope in missing)
        lines += label_lines("missing", said, "warn", width=width)
        lines += label_lines("mend", _mend(row, facts, missing), width=width) if facts is not None else []
    elif needs:
        lines += label_lines("missing", "nothing that operations or tests name", "quiet", width=width)
    return lines


def missing_scopes(row: AuthenticationRow, facts: MethodFacts | None) -> list[str]:
    """Give the scopes that something of the connector names and that were not granted."""
    if facts is None or row.scopes is None:
        return []
    return [scope for scope in facts.needs if scope not in row.scopes]


def _mend(row: AuthenticationRow, facts: MethodFacts, missing: Sequence[str]) -> str:
    """Say how the first scope that can be had is asked for."""
    given = row.values.get("scopes")
    chosen = list(given) if isinstance(given, list | tuple) else []
    key = "a signs in again and" if facts.is_attended else "T"
    for scope in missing:
        if scope in (*facts.asked, *chosen):
            return f"{key} asks for {scope}"
        if scope in facts.optional:
            wanted = shlex.quote(json.dumps([*chosen, scope]))
            return f"connect-tui auth edit {row.name} --set scopes:={wanted}, then {key} asks for it"
    return f"no sign-in with {row.method} asks for it; the provider may give it to another app or account"


def _who(names: Sequence[str]) -> str:
    if len(names) <= _WHO:
        return ", ".join(names)
    return f"{', '.join(names[:_WHO])} and {len(names) - _WHO} more"


def _need_lines(row: AuthenticationRow, facts: MethodFacts | None, width: int) -> Lines:
    if facts is None:
        return []
    if facts.problem:
        return label_lines("scopes", facts.problem, "warn", width=width)
    if not facts.needs:
        return []
    lines: Lines = [[("Scopes that something needs", "title")]]
    for scope, names in facts.needs.items():
        glyph, tone = (
            ("–", "quiet") if row.scopes is None else ("✓", "good") if scope in row.scopes else ("✗", "bad")
        )
        parts: list[Spans] = [[(f"{glyph} ", tone), (scope, "strong")], [(_who(names), "quiet")]]
        lines += wrap_parts(parts, width, indent=2)
    return lines


def _headline(row: AuthenticationRow, width: int) -> Spans:
    left: list[Span] = [
        (f"{row.name} ", "strong"),
        (f"· {row.connector} · {row.method} ({labels.auth_word(row.kind)})", "quiet"),
    ]
    said = f"app {row.app}" if row.app else ""
    return (
        [*left, (" " * max(2, width - span_width(left) - len(said)), ""), (said, "quiet")] if said else left
    )


def _state_lines(row: AuthenticationRow, width: int) -> Lines:
    if row.standing == "sign_in":
        if not row.signs_in:
            why = f"refused: connect-tui auth edit {row.name} gives it the right credentials"
        elif row.state == "authorization_required" or row.has_tokens or row.error:
            why = "somebody has to sign in again"
        else:
            why = "nobody has signed in"
        return label_lines("state", why, "bad", width=width)
    if row.rotation_us is not None:
        said = (
            f"a refresh was cut off at {labels.exact(row.rotation_us)}; the provider may have used up the "
            "refresh token. T finds out, a starts anew"
        )
        return label_lines("in doubt", said, "warn", width=width)
    return []


def _end_lines(row: AuthenticationRow, now_us: int, width: int) -> Lines:
    parts: list[Spans] = []
    if row.expires_us is not None:
        said, tone = labels.until(row.expires_us, now_us)
        renewed = row.renews_itself or can_refresh(row)
        what = "token" if row.has_tokens else "credentials"
        parts.append([(f"{what} ", "quiet"), (said, "" if renewed else tone)])
        if row.renews_itself:
            parts[-1] = [*parts[-1], (", renewed by itself", "quiet")]
    if row.refresh_expires_us is not None:
        said, tone = labels.until(row.refresh_expires_us, now_us)
        parts.append([("refresh token ", "quiet"), (said, tone)])
    if row.idle_expires_us is not None:
        said, tone = labels.until(row.idle_expires_us, now_us)
        parts.append([("refresh token ", "quiet"), (said, tone), (" unless it is used", "quiet")])
    if row.certificate_us is not None:
        said, tone = labels.until(row.certificate_us, now_us)
        name = f"certificate {row.certificate} " if row.certificate else "client certificate "
        parts.append([(name, "quiet"), (said, tone)])
    if not parts:
        return label_lines("ends", "no end is known", "quiet", width=width)
    wrapped = wrap_parts(parts, width - _INDENT, gap="   ")
    first: Spans = [(f"{'ends':<{_INDENT}}", "quiet"), *wrapped[0]]
    return [first, *([(" " * _INDENT, ""), *line] for line in wrapped[1:])]


def _refresh_lines(row: AuthenticationRow, now_us: int, width: int) -> Lines:
    if row.failed_us is not None and row.error:
        again = f"{row.failures} times" if row.failures > 1 else "once"
        said = f"failed {labels.ago(row.failed_us, now_us)} ago, {again}: {row.error}"
        return label_lines("refresh", said, "bad", width=width)
    if row.refreshed_us is not None:
        return label_lines("refresh", f"worked {labels.ago(row.refreshed_us, now_us)} ago", width=width)
    return []


def _place(where: str) -> str:
    return f"in the {where}" if where == "vault" else f"from {where}"
