"""What providers and large vendors answer when they refuse: who is asked to do what, by which command."""

from typing import Any

import pytest

from core.errors import ConnectError, SignInNeededError, VendorError
from core.oauth2 import (
    authorize_url,
    client_credentials,
    exchange_code,
    poll_device,
    refresh,
    register,
    start_device,
)
from core.oauth2.meanings import _CODES, _SENTENCES
from core.tokens import TokenSet

HELD = TokenSet({"access_token": "at-0", "refresh_token": "rt-0"}, 1)
SIGN_IN = "`connect-tui auth sign-in acme`"
REFRESH = "`connect-tui auth refresh acme`"
EDIT = "`connect-tui auth edit acme`"

# What a refresh was answered with, what it means, and the command that comes next.
REFRESHES = [
    # RFC 6749, section 5.2
    ("invalid_grant", "", SignInNeededError, "no longer accepts the refresh token of acme", SIGN_IN),
    ("invalid_client", "", VendorError, "client id and the client secret of acme", EDIT),
    ("invalid_request", "missing x", VendorError, "does not understand .* of acme: missing x", REFRESH),
    ("unauthorized_client", "", VendorError, "does not let the client of acme ask", REFRESH),
    ("unsupported_grant_type", "", VendorError, "does not know the grant that acme uses", "`connect-tui auth add`"),
    ("invalid_scope", "", VendorError, "refuses the permissions that acme asks for", REFRESH),
    ("something_new", "no idea", VendorError, "refused the refresh of acme: something_new: no idea", REFRESH),
    # OpenID Connect Core, section 3.1.2.6
    ("login_required", "", SignInNeededError, "wants a person for the refresh of acme", SIGN_IN),
    ("interaction_required", "", SignInNeededError, "wants a person for the refresh of acme", SIGN_IN),
    ("consent_required", "", SignInNeededError, "consent is missing", SIGN_IN),
    ("account_selection_required", "", SignInNeededError, "an account has to be chosen", SIGN_IN),
    # Google
    ("invalid_grant", "Token has been expired or revoked.", SignInNeededError, "expired or revoked", "testing mode loses it after 7 days"),
    ("invalid_grant", "reauth related error (invalid_rapt)", SignInNeededError, "policy of the organisation", SIGN_IN),
    ("deleted_client", "The OAuth client was deleted.", VendorError, "disabled or deleted", EDIT),
    # Microsoft
    ("invalid_grant", "AADSTS50173: The provided grant has expired due to it being revoked. Trace ID: 7f3 Correlation ID: 9", SignInNeededError, "the password was changed, or sessions were revoked", SIGN_IN),
    ("invalid_grant", "AADSTS700082: The refresh token has expired due to inactivity.", SignInNeededError, "not used for too long", SIGN_IN),
    ("invalid_grant", "AADSTS700084: The refresh token was issued to a single page app", SignInNeededError, "single-page app end after a day", SIGN_IN),
    ("invalid_client", "AADSTS7000215: Invalid client secret provided.", VendorError, "its secret is wrong", f"not its Secret ID: {EDIT}"),
    ("invalid_client", "AADSTS7000222: The provided client secret keys are expired.", VendorError, "its secret expired", EDIT),
    ("unauthorized_client", "AADSTS700016: Application with identifier 'x' was not found", VendorError, "not known in this tenant", EDIT),
    ("invalid_grant", "AADSTS65001: The user or administrator has not consented", SignInNeededError, "consent to its permissions is missing", SIGN_IN),
    ("invalid_grant", "AADSTS50076: Due to a configuration change you must use MFA", SignInNeededError, "a second factor is asked for", SIGN_IN),
    ("interaction_required", "AADSTS53003: Access has been blocked by Conditional Access", SignInNeededError, "conditional access policy", SIGN_IN),
    # GitHub
    ("bad_refresh_token", "The refresh token passed is incorrect or expired.", SignInNeededError, "no longer accepts the refresh token of acme", SIGN_IN),
    ("incorrect_client_credentials", "", VendorError, "does not accept the client of acme: its secret is wrong", EDIT),
    ("application_suspended", "", VendorError, "disabled or deleted", EDIT),
    # Slack
    ("invalid_auth", "", SignInNeededError, "no longer accepts the refresh token of acme", SIGN_IN),
    ("token_revoked", "", SignInNeededError, "it was revoked", SIGN_IN),
    ("invalid_refresh_token", "", SignInNeededError, "it is not valid", SIGN_IN),
    ("bad_client_secret", "", VendorError, "its secret is wrong", EDIT),
    ("account_inactive", "", SignInNeededError, "deactivated", SIGN_IN),
    ("ratelimited", "", VendorError, "at the moment: ratelimited", REFRESH),
    # Salesforce
    ("invalid_grant", "expired access/refresh token", SignInNeededError, "pushed out by newer sign-ins", SIGN_IN),
    ("invalid_grant", "inactive user", SignInNeededError, "no longer active", SIGN_IN),
    ("invalid_client_id", "client identifier invalid", VendorError, "its id is not known", EDIT),
    ("inactive_org", "organization is inactive", SignInNeededError, "locked or has ended", SIGN_IN),
]  # fmt: skip


@pytest.mark.parametrize(("code", "said", "kind", "words", "helps"), REFRESHES)
def test_each_refusal_of_a_refresh_names_the_authentication_and_the_next_command(
    client: Any, ends: Any, answer: Any, code: str, said: str, kind: type[ConnectError], words: str, helps: str
) -> None:  # fmt: skip
    body = {"error": code, "error_description": said}
    with pytest.raises(kind, match=words) as caught:
        ends(refresh(client("authorization_code"), "rt-0", HELD), answer(body, 400))
    assert type(caught.value) is kind
    failure = caught.value.failure
    assert "acme" in failure.message
    assert helps in failure.remedy
    assert "Trace ID" not in failure.message
    assert "{" not in failure.message + failure.remedy


def test_every_meaning_can_be_said(client: Any, ends: Any, answer: Any) -> None:
    for code, meaning in [*_CODES.items(), *((None, one) for _, one in _SENTENCES)]:
        facts = {"name": "acme", "doing": "the refresh of acme", "token": "token", "retry": SIGN_IN}
        words = meaning.sentence.format(**facts) + meaning.remedy.format(**facts)
        assert "connect-tui" in words, code


def test_nobody_signs_in_for_a_machine(client: Any, ends: Any, answer: Any) -> None:
    with pytest.raises(VendorError) as caught:
        ends(client_credentials(client()), answer({"error": "invalid_scope"}, 400))
    assert "`connect-tui auth refresh acme`" in caught.value.failure.remedy
    with pytest.raises(SignInNeededError) as dead:
        ends(client_credentials(client()), answer({"error": "consent_required"}, 400))
    assert "`connect-tui auth edit acme`" in dead.value.failure.remedy


@pytest.mark.parametrize(
    ("code", "said", "words"),
    [
        ("invalid_grant", "", "does not take the code"),
        (
            "invalid_grant",
            "AADSTS70008: The provided authorization code has expired",
            "does not take the code",
        ),
        (
            "invalid_grant",
            "AADSTS54005: OAuth2 Authorization code was already redeemed",
            "does not take the code",
        ),
        ("bad_verification_code", "", "does not take the code"),
        ("redirect_uri_mismatch", "", "redirect address of acme is not the one"),
        (
            "invalid_request",
            "AADSTS50011: The redirect URI does not match",
            "redirect address of acme is not the one",
        ),
    ],
)
def test_a_code_that_is_refused_is_told_as_one(
    client: Any, ends: Any, answer: Any, code: str, said: str, words: str
) -> None:
    who = client("authorization_code")
    attempt = ends(authorize_url(who, "http://127.0.0.1/cb"))
    with pytest.raises(VendorError, match=words) as caught:
        ends(exchange_code(who, attempt, "c"), answer({"error": code, "error_description": said}, 400))
    assert SIGN_IN in caught.value.failure.remedy


# RFC 8628, section 3.5; what a provider says while somebody enters a code.
@pytest.mark.parametrize(
    ("code", "words", "error_class"),
    [
        ("access_denied", "the sign-in of acme was declined", "auth"),
        ("authorization_declined", "the sign-in of acme was declined", "auth"),
        ("expired_token", "nobody entered the code for acme in time", "timeout"),
        ("code_expired", "nobody entered the code for acme in time", "timeout"),
        ("incorrect_device_code", "does not take the code for the sign-in of acme", "auth"),
        ("device_flow_disabled", "gives the client of acme no device codes", "auth"),
    ],
)
def test_a_device_that_is_refused_is_told(
    client: Any, ends: Any, answer: Any, code: str, words: str, error_class: str
) -> None:
    who = client("device_code")
    device = ends(start_device(who), answer(
        {"device_code": "dc", "user_code": "AB-CD", "verification_uri": "https://id.acme.example/d"}))  # fmt: skip
    with pytest.raises(VendorError, match=words) as caught:
        ends(poll_device(who, device), answer({"error": code}, 400))
    assert caught.value.failure.error_class == error_class
    assert "auth sign-in acme" in caught.value.failure.remedy or "--flow paste" in caught.value.failure.remedy


# RFC 7591, section 3.2.2, and what a provider says that lets not everybody register.
@pytest.mark.parametrize(
    ("status", "code", "words", "helps"),
    [
        (400, "invalid_redirect_uri", r"the redirect address http://127\.0\.0\.1/cb", "--redirect URI"),
        (400, "invalid_client_metadata", "told of the client acme: why", "--metadata K=V"),
        (400, "invalid_software_statement", "software statement of the client acme", "software_statement="),
        (
            400,
            "unapproved_software_statement",
            "software statement of the client acme",
            "software_statement=",
        ),
        (401, "invalid_token", "does not register acme for everybody", "initial_access_token=env:NAME"),
        (403, "access_denied", "does not register acme for everybody", "connect-tui app add"),
        (404, "not_found", "registers no clients", "connect-tui app add"),
        (400, "invalid_target", "resource or audience that acme asks for", "auth refresh acme"),
    ],
)
def test_a_client_that_is_not_registered_says_what_to_change(
    client: Any, ends: Any, answer: Any, status: int, code: str, words: str, helps: str
) -> None:
    who = client(register_url="https://id.acme.example/register")
    body = {"error": code, "error_description": "why"}
    with pytest.raises(VendorError, match=words) as caught:
        ends(register(who, ("http://127.0.0.1/cb",)), answer(body, status))
    assert helps in caught.value.failure.remedy


@pytest.mark.parametrize(
    "said",
    [
        {"user_code": "AB\x1b]52;c;eA==\x07CD"},
        {"user_code": "AB\u202eCD"},
        {"user_code": "A" * 65},
        {"verification_uri": "https://id.acme.example/\x1b[2J"},
        {"verification_uri": "https://id.acme.example/" + "d" * 5000},
    ],
)
def test_a_code_that_no_person_could_type_is_refused(
    client: Any, ends: Any, answer: Any, said: dict[str, str]
) -> None:
    good = {"device_code": "dc", "user_code": "AB-CD", "verification_uri": "https://id.acme.example/d"}
    with pytest.raises(VendorError, match="for acme that no person could type"):
        ends(start_device(client("device_code")), answer({**good, **said}))


def test_an_address_with_the_code_in_it_is_left_out_when_it_is_odd(
    client: Any, ends: Any, answer: Any
) -> None:
    good = {"device_code": "dc", "user_code": "AB-CD", "verification_uri": "https://id.acme.example/d"}
    odd = {**good, "verification_uri_complete": "https://id.acme.example/\x1b]0;x\x07"}
    assert ends(start_device(client("device_code")), answer(odd)).whole_url is None
