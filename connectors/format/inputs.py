"""What a person is asked for; each answer becomes a variable of the connection or of the authentication."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from .part import Key, Part, Scalar, WebAddress

InputType = Literal[
    "string", "int", "number", "bool", "secret", "enum", "multi-enum", "url", "host",
    "duration", "date", "json", "file", "timezone",
]  # fmt: skip


class Option(Part):
    """One choice of an enum."""

    value: Scalar = Field(description="What is kept when it is chosen.")
    title: str = Field("", description="What people read; the value when empty.")
    help: str = Field("", description="One sentence that says when to choose it.")

    @property
    def label(self) -> str:
        """The title, or the value as text."""
        return self.title or str(self.value)


def _as_option(value: Any) -> Any:
    return {"value": value} if isinstance(value, str | int | float | bool) else value


def _is_secret(fields: dict[str, Any]) -> bool:
    return fields.get("type") == "secret"


AnyOption = Annotated[Option, BeforeValidator(_as_option, json_schema_input_type=Scalar | Option)]


class Input(Part):
    """One field that a person fills in."""

    key: Key = Field(description="The name by which templates use it: {{ var.KEY }} or {{ auth.KEY }}.")
    label: str = Field("", description="The name people read; made from the key when empty.")
    help: str = Field("", description="One sentence that says what to enter and where to find it.")
    docs: WebAddress | None = Field(None, description="A page that explains it at length.")
    type: InputType = Field("string", description="What kind of value it takes.")
    required: bool = Field(False, description="Whether it must be filled in.")
    required_when: str | None = Field(
        None, description="A condition (JMESPath over the other inputs) under which it must be filled in."
    )
    visible_when: str | None = Field(
        None, description="A condition (JMESPath over the other inputs) under which it is asked at all."
    )
    default: Any = Field(None, description="The value when nothing is entered; never for a secret.")
    example: Any = Field(None, description="A value as it could be, shown as a hint.")
    pattern: str | None = Field(
        None, description="A regular expression that the whole entered text must match."
    )
    min: int | float | None = Field(
        None, description="The smallest number, the fewest characters, the fewest choices, or seconds."
    )
    max: int | float | None = Field(
        None, description="The largest number, the most characters, the most choices, or seconds."
    )
    prefix: str = Field("", description="Text put before what is entered unless it is already there.")
    suffix: str = Field("", description="Text put after what is entered unless it is already there.")
    options: tuple[AnyOption, ...] = Field(
        (), description="The choices of an enum: plain values, or {value, title, help}."
    )
    group: str = Field("", description="The heading under which the form shows it.")
    advanced: bool = Field(False, description="Whether the form hides it until asked.")
    secret: bool = Field(
        default_factory=_is_secret,
        description="Whether its value goes to the vault and is never shown; always so for type secret.",
    )
    locked: bool = Field(False, description="Whether its default cannot be changed.")
    configurable: bool = Field(
        True,
        description="Whether it may be changed after the connection was made; edits of others are refused.",
    )
    alias: Key | None = Field(None, description="Another name under which its value may be given.")

    @property
    def title(self) -> str:
        """The label, or the key in words."""
        return self.label or self.key.replace("_", " ").capitalize()
