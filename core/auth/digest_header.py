"""Write the Authorization header of digest (RFC 7616, section 3.4)."""

from urllib.parse import quote


def write_header(
    username: str,
    *,
    realm: str,
    nonce: str,
    target: str,
    proof: str,
    algorithm: str | None,
    qop: str | None,
    cnonce: str,
    count: str,
    opaque: str | None,
    hides_user: bool,
) -> str:
    """Give the value; a user name that is not ASCII is written as RFC 8187 says, unless it is hidden."""
    fields = [
        _username(username),
        f"realm={_quoted(realm)}",
        f"nonce={_quoted(nonce)}",
        f"uri={_quoted(target)}",
        f'response="{proof}"',
    ]
    if algorithm is not None:
        fields.append(f"algorithm={algorithm}")
    if qop is not None:
        fields += [f"qop={qop}", f"nc={count}", f"cnonce={_quoted(cnonce)}"]
    if opaque is not None:
        fields.append(f"opaque={_quoted(opaque)}")
    if hides_user:
        fields.append("userhash=true")
    return f"Digest {', '.join(fields)}"


def _username(username: str) -> str:
    if username.isascii():
        return f"username={_quoted(username)}"
    return f"username*=UTF-8''{quote(username, safe='')}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
