"""One HTTP request, and how its answer is read."""

from typing import Annotated, Any, Literal

from pydantic import Field

from .part import PATH_PATTERN, HeaderName, Part

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


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
    body: Any = Field(None, description="What is sent: any JSON value, or text.")
    body_type: Literal["json", "form", "text", "binary"] = Field(
        "json", description="How the body is encoded and labelled."
    )


class Response(Part):
    """How the answer is read."""

    type: Literal["auto", "json", "jsonl", "text", "binary"] = Field(
        "auto", description="How the body is decoded; auto goes by its Content-Type."
    )
