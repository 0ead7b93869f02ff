"""``app register``: a provider makes a client (RFC 7591), which is kept as a provider app."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError

from .auth_tokens import OfConnection
from .call import Call, call_of
from .exit_codes import DONE
from .named_shapes import app_shape
from .options import Secrets, Settings
from .pairs import read_secrets, read_values

if TYPE_CHECKING:
    from core.sign_in.client_place import Wish
    from storage.records import ProviderApp

_TOKEN = "initial_access_token"  # noqa: S105 - the name of a secret

Provider = Annotated[
    str,
    typer.Argument(metavar="CONNECTOR|URL", help="A connector, or the address of a provider (its issuer)."),
]
Method = Annotated[
    str | None, typer.Option("--method", metavar="M", help="The method of the connector it is for.")
]
Redirects = Annotated[
    list[str] | None,
    typer.Option(
        "--redirect", metavar="URI", help="Where a browser comes back, instead of the method's address."
    ),
]
Metadata = Annotated[
    list[str] | None,
    typer.Option(
        "--metadata",
        metavar="K=V",
        help="What else the provider is told of the client, as client_name=…; K:=JSON for no text.",
    ),
]


def register(
    context: typer.Context,
    provider: Provider,
    name: Annotated[str, typer.Option("--name", metavar="N", help="What to call it.")],
    method: Method = None,
    connection: OfConnection = None,
    settings: Settings = None,
    redirects: Redirects = None,
    metadata: Metadata = None,
    secrets: Secrets = None,
) -> int:
    """Register a client at a provider and keep it. Its secret goes to the vault, and so does what changes it.

    --set gives what the connector's addresses need. A provider that registers not everybody wants
    --secret initial_access_token=SRC.
    """
    from core.sign_in.client_place import Wish

    call = call_of(context)
    fetched = read_secrets(call, secrets)
    if stray := sorted(fetched.keys() - {_TOKEN}):
        raise InputError(f"{stray[0]} is no secret of a registration", f"there is only {_TOKEN}")
    wish = Wish(
        provider=provider,
        name=name,
        method=method,
        connection=connection,
        values=read_values(settings),
        metadata=read_values(metadata),
        redirect_uris=tuple(redirects or ()),
        initial_token=fetched.get(_TOKEN),
    )
    row, differences = call.work(lambda engine: engine.register_app(wish))
    _tell(call, row, differences, wish)
    return DONE


def _tell(call: Call, row: "ProviderApp", differences: tuple[str, ...], wish: "Wish") -> None:
    if call.output.as_json:
        call.output.document({**app_shape(row, ()), "notes": list(differences)})
        return
    call.output.text(f"registered {row.name}: {row.client_id}, for {row.provider}")
    for difference in differences:
        call.output.note(f"note: {difference}")
    connector = "CONNECTOR" if "://" in wish.provider else wish.provider
    call.output.note(f"next: connect-tui auth add {connector} --name … --app {row.name}")
