"""The options that several commands share, said once."""

from pathlib import Path
from typing import Annotated

import typer

Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="K=V", help="A value; K:=JSON for what is not text. Can be repeated."),
]
Secrets = Annotated[
    list[str] | None,
    typer.Option(
        "--secret",
        metavar="K=SRC",
        help="A secret, from @FILE, env:NAME, cmd:COMMAND or - (standard input), or kept as a reference: "
        "ref:env:NAME, ref:file:PATH, ref:cmd:COMMAND. Can be repeated.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Armed = Annotated[bool, typer.Option("--armed", help="Let this one change through in a production project.")]
ConnectorName = Annotated[str, typer.Argument(metavar="CONNECTOR[@REV]", help="Its handle in the catalog.")]
ConnectionName = Annotated[str, typer.Argument(metavar="NAME", help="The connection.")]
AppOption = Annotated[
    str | None,
    typer.Option("--app", metavar="NAME", help="The provider app whose client it uses; see `app list`."),
]
CertificateOption = Annotated[
    str | None,
    typer.Option(
        "--certificate", metavar="NAME", help="Show this client certificate; see `certificate list`."
    ),
]
AppName = Annotated[str, typer.Argument(metavar="NAME", help="The provider app.")]
CertificateName = Annotated[str, typer.Argument(metavar="NAME", help="The certificate.")]
AuthName = Annotated[str, typer.Argument(metavar="NAME", help="The authentication.")]
Filter = Annotated[
    str,
    typer.Option("--filter", metavar="F", help="Only what matches, as in the app: 'state:failed conn:desk'"),
]
OutputFile = Annotated[
    Path | None,
    typer.Option(
        "--output",
        metavar="FILE",
        help="Write records or a download to this file, replacing it.",
    ),
]
