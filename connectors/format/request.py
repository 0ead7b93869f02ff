"""One HTTP request, and how its answer is read."""

from typing import Annotated, Any, Literal

from pydantic import Field

from .part import DELIMITER_PATTERN, PATH_PATTERN, HeaderName, Part

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
BodyType = Literal["json", "form", "multipart", "text", "binary", "file"]


class FormStyle(Part):
    """How a form writes what is more than a text: every vendor has a way of its own."""

    lists: Literal["repeat", "brackets", "indices", "comma"] = Field(
        "repeat",
        description="A list under a: repeat sends a=1&a=2, brackets a[]=1&a[]=2, indices a[0]=1&a[1]=2, "
        "comma a=1,2.",
    )
    maps: Literal["json", "brackets", "dots"] = Field(
        "json",
        description="A mapping under a: json sends it as JSON text, brackets a[key]=1, dots a.key=1; "
        "all the way down.",
    )


class Request(Part):
    """A request as it is sent; every text in it is a template."""

    method: Method = Field("GET", description="The HTTP method.")
    path: Annotated[str, Field(pattern=PATH_PATTERN)] = Field(
        description="What follows the base address; values filled into it are percent-encoded."
    )
    query: dict[str, Any] = Field(
        {}, description="Query parameters; a list repeats the name, null leaves it out."
    )
    headers: dict[HeaderName, str] = Field({}, description="Headers of this request.")
    body: Any = Field(
        None,
        description="What is sent: any JSON value, a mapping of fields for a form, text, or a file.",
    )
    body_type: BodyType = Field(
        "json",
        description="How the body is encoded and labelled: json, form, text or binary; multipart is a "
        "mapping of fields, where {file: '{{ input.KEY }}', name, type}, {json: …, type} and {text: …, type} "
        "are parts with a type of their own; file sends the file of an input of type file as it is.",
    )
    form: FormStyle = Field(FormStyle(), description="How a body of type form writes lists and mappings.")


class Csv(Part):
    """How CSV is read; every value stays text."""

    delimiter: Annotated[str, Field(pattern=DELIMITER_PATTERN)] | None = Field(
        None, description="The character between two cells; found out of , ; | and tab when left out."
    )
    header: bool = Field(
        True,
        description="Whether the first row names the columns; else they are column_1, column_2 and so on.",
    )


class Xml(Part):
    """How XML is read: attributes are @NAME, text beside them #text, repeated elements a list."""

    lists: tuple[str, ...] = Field(
        (), description="Elements that are a list even where there is only one, by the names that are given."
    )
    namespaces: dict[str, str] = Field(
        {},
        description="The prefix that names of a namespace have here, as in {s3: 'http://…'}; '' gives none. "
        "Others are written as in the document.",
    )


class Response(Part):
    """How the answer is read."""

    type: Literal["auto", "json", "jsonl", "xml", "csv", "text", "binary"] = Field(
        "auto", description="How the body is decoded; auto goes by its Content-Type."
    )
    csv: Csv = Field(Csv(), description="How CSV is read.")
    xml: Xml = Field(Xml(), description="How XML is read.")
