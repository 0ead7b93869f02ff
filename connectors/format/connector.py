"""The whole connector file."""

from typing import Annotated

from pydantic import Field

from .auth import AuthMethod
from .header import Header
from .http import Http
from .inputs import Input
from .lineage import Ancestor
from .modules import Module
from .operations import Operation
from .part import EXTENDS_PATTERN, Handle, MethodName
from .presets import Presets
from .rules import ErrorRule
from .tests import OfflineTest


class Connector(Header):
    """How to talk to one system: what to ask for, how to sign in, what can be done, what failures mean."""

    extends: Annotated[str, Field(pattern=EXTENDS_PATTERN)] | None = Field(
        None,
        description="The revision that this one changes, as acme-desk@3; what is not said here is as there.",
    )
    lineage: tuple[Ancestor, ...] = Field(
        (), description="What it was derived from, the parent first; never written by hand."
    )
    presets: Presets = Field(
        Presets(), description="Named pieces that operations, requests and rules take in with `use`."
    )
    modules: dict[Handle, Module] = Field({}, description="Sub-products with an address of their own.")
    inputs: tuple[Input, ...] = Field((), description="What a person is asked for when a connection is made.")
    http: Http = Field(description="Where requests go, and what they share.")
    auth: dict[MethodName, AuthMethod] = Field(
        {}, description="The ways to sign in, by name; none means that no credentials are needed."
    )
    errors: tuple[ErrorRule, ...] = Field((), description="Which answers are failures, and what they mean.")
    operations: dict[Handle, Operation] = Field({}, description="What can be done, by name.")
    tests: tuple[OfflineTest, ...] = Field(
        (), description="Runs of operations against recorded answers, for `connect-tui connector test`."
    )
