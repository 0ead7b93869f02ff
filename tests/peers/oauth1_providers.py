"""The providers of OAuth 1.0a that people sign in at: Authlib's and oauthlib's, with what they keep in memory."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from authlib.oauth1 import AuthorizationServer, TemporaryCredential
from authlib.oauth1.rfc5849.errors import OAuth1Error
from authlib.oauth1.rfc5849.wrapper import OAuth1Request
from oauthlib.common import generate_token
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, WebApplicationServer

from .test_oauth1 import PUBLIC, Authlib, OauthlibRules

REDIRECT = "http://127.0.0.1:8733/callback"
Answered = tuple[int, str, list[tuple[str, str]]]


class AuthlibProvider(AuthorizationServer):
    """Authlib's provider: its rules, with one client and everything it gave in memory."""

    SUPPORTED_SIGNATURE_METHODS = ["HMAC-SHA1", "RSA-SHA1", "PLAINTEXT"]  # noqa: RUF012

    def __init__(self) -> None:
        self.temporary: dict[str, Any] = {}
        self.resources = Authlib(PUBLIC.decode())
        self.given: Any = None
        self.resources.get_token_credential = self._token  # type: ignore[method-assign]
        self.grants = True

    def _token(self, request: Any) -> Any:
        given = self.given
        return given if given is not None and request.token == given.get_oauth_token() else None

    def create_oauth1_request(self, request: Any) -> OAuth1Request:
        return OAuth1Request(*request)

    def handle_response(self, status_code: int, payload: Any, headers: Any) -> Answered:
        return status_code, payload if isinstance(payload, str) else urlencode(payload), list(headers)

    def get_client_by_id(self, client_id: str) -> Any:
        return self.resources.get_client_by_id(client_id)

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return self.resources.exists_nonce(nonce, request)

    def create_temporary_credential(self, request: Any) -> Any:
        made = TemporaryCredential(
            oauth_token=generate_token(20), oauth_token_secret=f"canary-temporary+{generate_token(20)}",
            client_id=request.client_id, oauth_callback=request.redirect_uri,
        )  # fmt: skip
        self.temporary[made["oauth_token"]] = made
        return made

    def get_temporary_credential(self, request: Any) -> Any:
        return self.temporary.get(request.token)

    def delete_temporary_credential(self, request: Any) -> None:
        self.temporary.pop(request.token, None)

    def create_authorization_verifier(self, request: Any) -> str:
        request.credential["oauth_verifier"] = f"canary-verifier {generate_token(8)}"
        found: str = request.credential["oauth_verifier"]
        return found

    def create_token_credential(self, _: Any) -> Any:
        self.given = SimpleNamespace(
            get_oauth_token=lambda: "canary-token-ä",
            get_oauth_token_secret=lambda: "canary/token+secret",
        )
        return self.given

    def answer(self, method: str, url: str, body: str, headers: dict[str, str]) -> Answered:
        request = (method, url, body, headers)
        match urlsplit(url).path:
            case "/initiate":
                return self.create_temporary_credentials_response(request)
            case "/authorize":
                if "callback=oob" in urlencode([("callback", self._asked(url)["oauth_callback"])]):
                    return self._shown(request)
                return self.create_authorization_response(request, "ada" if self.grants else None)
            case "/token":
                status, said, more = self.create_token_response(request)
                return status, f"{said}&team=blue" if status == 200 else said, more
            case _:
                try:
                    self.resources.validate_request(method, url, body, headers)
                except OAuth1Error as error:
                    return 401, urlencode(error.get_body()), []
                return 200, "", []

    def _asked(self, url: str) -> Any:
        return self.temporary[parse_qs(urlsplit(url).query)["oauth_token"][0]]

    def _shown(self, request: Any) -> Answered:
        read = self.create_oauth1_request(request)
        self.validate_authorization_request(read)
        return 200, self.create_authorization_verifier(read), []


class OauthlibProvider(OauthlibRules):
    """What oauthlib's provider asks, with HMAC-SHA256 alone, as NetSuite has it."""

    allowed_signature_methods = (SIGNATURE_HMAC_SHA256,)
    dummy_request_token = "dummy-dummy-dummy-dummy"
    realms = ()

    def __init__(self) -> None:
        self.temporary: dict[str, Any] = {}
        self.given: Any = None
        self.server = WebApplicationServer(self)
        self.asked: list[dict[str, str]] = []

    def check_request_token(self, _: str) -> bool:
        return True

    def check_verifier(self, _: str) -> bool:
        return True

    def check_access_token(self, _: str) -> bool:
        return True

    def check_nonce(self, nonce: str) -> bool:
        return 6 <= len(nonce) <= 64

    def get_default_realms(self, *_: Any) -> list[str]:
        return []

    def validate_redirect_uri(self, _: str, redirect_uri: str, __: Any) -> bool:
        return redirect_uri == REDIRECT

    def validate_requested_realms(self, *_: Any) -> bool:
        return True

    def validate_request_token(self, _: str, token: str, __: Any) -> bool:
        return token in self.temporary

    def verify_request_token(self, token: str, _: Any) -> bool:
        return token in self.temporary

    def validate_verifier(self, _: str, token: str, verifier: str, __: Any) -> bool:
        return bool(self.temporary[token]["verifier"]["oauth_verifier"] == verifier)

    def get_request_token_secret(self, _: str, token: str, __: Any) -> str:
        return str(self.temporary.get(token, {}).get("oauth_token_secret", "none"))

    def get_redirect_uri(self, *_: Any) -> str:
        return REDIRECT

    def get_realms(self, *_: Any) -> list[str]:
        return []

    def invalidate_request_token(self, _: str, token: str, __: Any) -> None:
        self.temporary.pop(token, None)

    def save_request_token(self, token: Any, _: Any) -> None:
        self.temporary[token["oauth_token"]] = dict(token)

    def save_verifier(self, token: str, verifier: Any, _: Any) -> None:
        self.temporary[token]["verifier"] = verifier

    def save_access_token(self, token: Any, _: Any) -> None:
        self.given = token

    def validate_access_token(self, _: str, token: str, __: Any) -> bool:
        return self.given is not None and token == self.given["oauth_token"]

    def get_access_token_secret(self, *_: Any) -> str:
        return str(self.given["oauth_token_secret"]) if self.given else "none"

    def answer(self, method: str, url: str, body: str, headers: dict[str, str]) -> Answered:
        self.asked.append(headers)
        ask = {"http_method": method, "body": body or None, "headers": headers}
        match urlsplit(url).path:
            case "/initiate":
                given, said, status = self.server.create_request_token_response(url, **ask)
            case "/authorize":
                given, said, status = self.server.create_authorization_response(
                    url, credentials={"company": "1234567_SB1"}
                )
            case "/token":
                given, said, status = self.server.create_access_token_response(url, **ask)
            case _:
                good, _ = self.server.validate_protected_resource_request(url, method, body or None, headers)
                return (200 if good else 401), "", []
        return status, said or "", list(given.items())
