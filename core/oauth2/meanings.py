"""What the error codes of providers mean: of RFC 6749 and what builds on it, and of large vendors."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from .answers import Answer

# Who can do something about it: a person who signs in, who mends the client, or who sets the provider up.
Helps = Literal["sign_in", "client", "setup", "waiting"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """A sentence and a remedy with ``{name}``, ``{doing}``, ``{token}`` and ``{retry}``, the next command."""

    helps: Helps
    sentence: str
    remedy: str = "{retry}"


def meaning_of(answer: Answer) -> Meaning | None:
    """Give what an answer means, by a vendor's own number or sentence first, else by its code."""
    for pattern, meaning in _SENTENCES:
        if pattern.search(answer.description):
            return meaning
    return _CODES.get(answer.error or "")


def _dead(why: str, remedy: str = "{retry}") -> Meaning:
    return Meaning("sign_in", "the provider no longer accepts the {token} of {name}: " + why, remedy)


def _person(why: str, remedy: str = "{retry}") -> Meaning:
    return Meaning("sign_in", "the provider wants a person for {doing}: " + why, remedy)


def _client(why: str, remedy: str) -> Meaning:
    return Meaning("client", "the provider does not accept the client of {name}: " + why, remedy)


_WAIT: Final = Meaning("waiting", "the provider cannot do {doing} at the moment")
_CODE: Final = Meaning(
    "setup", "the provider does not take the code for {doing} (expired, used before, or for another client)"
)
_SECRET: Final = _client(
    "its secret is wrong", "compare it with the provider's settings, then `connect-tui auth edit {name}`"
)
_ID: Final = _client(
    "its id is not known", "compare it with the provider's settings, then `connect-tui auth edit {name}`"
)
_REDIRECT: Final = Meaning(
    "setup",
    "the redirect address of {name} is not the one that the provider knows",
    "add the address that was shown to the provider's settings of the client, then {retry}",
)
_SCOPE: Final = Meaning(
    "setup",
    "the provider refuses the permissions that {name} asks for",
    "allow them in the provider's settings of the client or ask for fewer, then {retry}",
)
_GONE: Final = _client(
    "it is disabled or deleted", "make another one at the provider, then `connect-tui auth edit {name}`"
)
_CODES: Final[Mapping[str, Meaning]] = {
    # RFC 6749, section 5.2; invalid_grant and invalid_client depend on what was sent.
    "unauthorized_client": Meaning(
        "setup",
        "the provider does not let the client of {name} ask in this way",
        "allow the grant in the provider's settings of the client, then {retry}",
    ),
    "unsupported_grant_type": Meaning(
        "setup",
        "the provider does not know the grant that {name} uses",
        "the connector names a grant that is not offered: `connect-tui auth add` makes one by another method",
    ),
    "invalid_scope": _SCOPE,
    "invalid_request": Meaning(
        "setup",
        "the provider does not understand what it was asked for {doing}",
        "see what was sent: `connect-tui operation list --filter kind:auth`; then {retry}",
    ),
    "temporarily_unavailable": _WAIT,
    "server_error": _WAIT,
    "slow_down": _WAIT,
    "too_many_requests": _WAIT,
    # OpenID Connect Core, section 3.1.2.6.
    "login_required": _person("somebody has to sign in there"),
    "interaction_required": _person("it has to ask something"),
    "consent_required": _person("consent is missing, perhaps that of an administrator"),
    "account_selection_required": _person("an account has to be chosen"),
    # RFC 8707, RFC 9449.
    "invalid_target": Meaning(
        "setup",
        "the provider does not know the resource or audience that {name} asks for",
        "mend `audience` or `resource` of the connector's method, then {retry}",
    ),
    "invalid_dpop_proof": Meaning(
        "setup",
        "the provider refuses the proof that the token of {name} is ours (DPoP)",
        "check the clock of this machine, then {retry}",
    ),
    # GitHub.
    "bad_refresh_token": _dead("it expired, or was used before"),
    "incorrect_client_credentials": _SECRET,
    "bad_verification_code": _CODE,
    "incorrect_device_code": _CODE,
    "redirect_uri_mismatch": _REDIRECT,
    "device_flow_disabled": Meaning(
        "setup",
        "the provider gives the client of {name} no device codes",
        "enable it in its settings there, or `connect-tui auth sign-in {name} --flow paste`",
    ),
    "application_suspended": _GONE,
    "unverified_user_email": _person("the e-mail address of the account is not verified"),
    # Slack.
    "invalid_auth": _dead("the token is not valid"),
    "token_revoked": _dead("it was revoked"),
    "token_expired": _dead("it expired"),
    "account_inactive": _dead("the account or its workspace was deactivated"),
    "invalid_refresh_token": _dead("it is not valid"),
    "not_authed": _SECRET,
    "bad_client_secret": _SECRET,
    "invalid_client_id": _ID,
    "invalid_code": _CODE,
    "code_already_used": _CODE,
    "bad_redirect_uri": _REDIRECT,
    "ratelimited": _WAIT,
    # Salesforce.
    "inactive_user": _dead("the user is not active any more"),
    "inactive_org": _dead("the organisation is locked or has ended"),
    "invalid_app_access": _person("an administrator has to allow this app for the user"),
    # Google.
    "disabled_client": _GONE,
    "deleted_client": _GONE,
    "admin_policy_enforced": _person("an administrator of the organisation does not allow this client"),
    "org_internal": _person("the client is for members of one organisation alone"),
}


def _aadsts(number: int) -> re.Pattern[str]:
    return re.compile(rf"\bAADSTS{number}\b")


# What stands in the description says more than the code beside it.
_SENTENCES: Final[tuple[tuple[re.Pattern[str], Meaning], ...]] = (
    # Microsoft Entra: all of it comes as invalid_grant, invalid_client or interaction_required.
    (_aadsts(50173), _dead("the password was changed, or sessions were revoked, since somebody signed in")),
    (_aadsts(700082), _dead("it was not used for too long", "{retry}; one that is used weekly stays alive")),
    (_aadsts(700084), _dead(
        "those of a single-page app end after a day",
        "register the redirect address as that of a desktop app, then {retry}")),
    (_aadsts(70043), _dead("a policy on sign-in frequency ended it")),
    (_aadsts(70008), _dead("it expired, or was not used for too long")),
    (_aadsts(7000215), _client(
        "its secret is wrong (AADSTS7000215)",
        "give the Value of the secret, not its Secret ID: `connect-tui auth edit {name}`")),
    (_aadsts(7000222), _client(
        "its secret expired (AADSTS7000222)",
        "make another one at the provider, then `connect-tui auth edit {name}`")),
    (_aadsts(700016), _client(
        "its id is not known in this tenant (AADSTS700016)",
        "compare the client id and the tenant, then `connect-tui auth edit {name}`")),
    (_aadsts(90002), Meaning(
        "setup", "the provider knows no such tenant (AADSTS90002)",
        "compare the tenant with the provider's settings, then `connect-tui auth edit {name}`")),
    (_aadsts(65001), _person("consent to its permissions is missing, perhaps that of an administrator")),
    (_aadsts(50076), _person("a second factor is asked for")),
    (_aadsts(50079), _person("a second factor has to be set up")),
    (_aadsts(50105), _person("an administrator has to assign the user to this app")),
    (_aadsts(53003), _person("a conditional access policy blocks it; ask an administrator")),
    (_aadsts(50011), _REDIRECT),
    (_aadsts(70011), _SCOPE),
    (_aadsts(54005), _CODE),
    # Google says the same of a revoked token and of one that a client in testing mode lost after 7 days.
    (re.compile(r"^Token has been expired or revoked"), _dead(
        "expired or revoked",
        "{retry}; a client that Google has in testing mode loses it after 7 days: publish it there")),
    (re.compile(r"\binvalid_rapt\b|reauth related error"), _person(
        "a policy of the organisation wants a login again")),
    # Salesforce.
    (re.compile(r"^expired access/refresh token"), _dead(
        "expired, revoked, or pushed out by newer sign-ins of the same user and client")),
    (re.compile(r"^user hasn't approved this consumer"), _person(
        "the user has not approved the app; an administrator can pre-authorize it")),
    (re.compile(r"^(inactive user|user is not active)"), _dead("the user is no longer active")),
)  # fmt: skip
