"""What a connector is: the format, the loader and the library of connectors that come with the product."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .compiled import compile_definition, content_hash, read_compiled
    from .doubles import find_doubles
    from .errors import DefinitionError, Problem, TemplateError
    from .format.auth import (
        AddedValue,
        ApiKeyAuth,
        AppInstallationAuth,
        AssumeRole,
        AuthMethod,
        AwsSigV4Auth,
        BasicAuth,
        BearerAuth,
        ClientCertificate,
        DigestAuth,
        Extract,
        HmacAuth,
        JwtAuth,
        LoginStep,
        MtlsAuth,
        NoAuth,
        OAuth1Auth,
        OAuth2Auth,
        SessionAuth,
        SessionEnd,
    )
    from .format.auth.api_key import Placement
    from .format.auth.kind import AuthTest
    from .format.auth.oauth2_token import Captured
    from .format.connector import Connector
    from .format.header import Author, Change, Deprecation, Links, Logo
    from .format.http import Http, Server, Timeout, Tls
    from .format.inputs import Input, Option
    from .format.lineage import Ancestor
    from .format.modules import Module
    from .format.operations import Example, Operation
    from .format.presets import Presets
    from .format.request import FormStyle, Request, Response
    from .format.rules import ErrorMatch, ErrorRule, Expect
    from .format.shorthand import is_secret
    from .format.tests import (
        Expectation,
        ExpectedError,
        ExpectedRequest,
        Given,
        OfflineTest,
        RecordedResponse,
    )
    from .load import Loaded, find_problems, load_definition
    from .parents import Parents, parents_in, revisions_below
    from .schema import json_schema
    from .shipped import shipped_paths
    from .source import files_of
    from .told_hosts import facts_of, implied_hosts, told_keys
    from .values import check_inputs

_HOMES: Final = {
    "AddedValue": "format.auth",
    "Ancestor": "format.lineage",
    "ApiKeyAuth": "format.auth",
    "AppInstallationAuth": "format.auth",
    "AssumeRole": "format.auth",
    "AuthMethod": "format.auth",
    "AuthTest": "format.auth.kind",
    "Author": "format.header",
    "AwsSigV4Auth": "format.auth",
    "BasicAuth": "format.auth",
    "BearerAuth": "format.auth",
    "Captured": "format.auth.oauth2_token",
    "Change": "format.header",
    "ClientCertificate": "format.auth",
    "Connector": "format.connector",
    "DefinitionError": "errors",
    "Deprecation": "format.header",
    "DigestAuth": "format.auth",
    "ErrorMatch": "format.rules",
    "ErrorRule": "format.rules",
    "Example": "format.operations",
    "Expect": "format.rules",
    "Expectation": "format.tests",
    "ExpectedError": "format.tests",
    "ExpectedRequest": "format.tests",
    "Extract": "format.auth",
    "FormStyle": "format.request",
    "Given": "format.tests",
    "HmacAuth": "format.auth",
    "Http": "format.http",
    "Input": "format.inputs",
    "JwtAuth": "format.auth",
    "Links": "format.header",
    "Loaded": "load",
    "LoginStep": "format.auth",
    "Logo": "format.header",
    "Module": "format.modules",
    "MtlsAuth": "format.auth",
    "NoAuth": "format.auth",
    "OAuth1Auth": "format.auth",
    "OAuth2Auth": "format.auth",
    "OfflineTest": "format.tests",
    "Operation": "format.operations",
    "Option": "format.inputs",
    "Parents": "parents",
    "Placement": "format.auth.api_key",
    "Presets": "format.presets",
    "Problem": "errors",
    "RecordedResponse": "format.tests",
    "Request": "format.request",
    "Response": "format.request",
    "Server": "format.http",
    "SessionAuth": "format.auth",
    "SessionEnd": "format.auth",
    "TemplateError": "errors",
    "Timeout": "format.http",
    "Tls": "format.http",
    "check_inputs": "values",
    "compile_definition": "compiled",
    "content_hash": "compiled",
    "facts_of": "told_hosts",
    "files_of": "source",
    "find_doubles": "doubles",
    "find_problems": "load",
    "implied_hosts": "told_hosts",
    "is_secret": "format.shorthand",
    "json_schema": "schema",
    "load_definition": "load",
    "parents_in": "parents",
    "read_compiled": "compiled",
    "revisions_below": "parents",
    "shipped_paths": "shipped",
    "told_keys": "told_hosts",
}

__all__ = [
    "AddedValue", "Ancestor", "ApiKeyAuth", "AppInstallationAuth", "AssumeRole", "AuthMethod", "AuthTest",
    "Author", "AwsSigV4Auth", "BasicAuth", "BearerAuth", "Captured", "Change", "ClientCertificate",
    "Connector", "DefinitionError", "Deprecation", "DigestAuth", "ErrorMatch", "ErrorRule", "Example",
    "Expect", "Expectation", "ExpectedError", "ExpectedRequest", "Extract", "FormStyle", "Given",
    "HmacAuth", "Http", "Input", "JwtAuth", "Links", "Loaded", "LoginStep", "Logo", "Module", "MtlsAuth",
    "NoAuth", "OAuth1Auth", "OAuth2Auth", "OfflineTest", "Operation", "Option", "Parents", "Placement",
    "Presets", "Problem", "RecordedResponse", "Request", "Response", "Server", "SessionAuth", "SessionEnd",
    "TemplateError", "Timeout", "Tls", "check_inputs", "compile_definition", "content_hash", "facts_of",
    "files_of", "find_doubles", "find_problems", "implied_hosts", "is_secret", "json_schema",
    "load_definition", "parents_in", "read_compiled", "revisions_below", "shipped_paths", "told_keys",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'connectors' has no attribute '{name}'")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
