"""Owns `pickwright serve`: the controller of a real warehouse, over HTTP and its devices."""

from pathlib import Path
from typing import Annotated

import typer

from api.databases import IN_MEMORY, database_url
from api.errors import WrongInput

Config = Annotated[
    Path | None, typer.Option(metavar="SITE.TOML", help="The site file; options go before it.")
]
Database = Annotated[str, typer.Option(metavar="FILE|URL", help="Where the warehouse is kept.")]
Host = Annotated[str, typer.Option(metavar="ADDRESS", help="0.0.0.0 lets other computers in.")]
Port = Annotated[int, typer.Option(min=-1, max=65_535, metavar="N", help="0 takes a free one.")]
Cert = Annotated[Path | None, typer.Option(metavar="FILE", help="The certificate, as PEM.")]
Key = Annotated[Path | None, typer.Option(metavar="FILE", help="Its private key, as PEM.")]
Devices = Annotated[
    Path | None, typer.Option(metavar="DEVICES.TOML", help="Devices and the wires to them.")
]
Carriers = Annotated[
    Path | None, typer.Option(metavar="CARRIERS.TOML", help="Carriers and the ways to them.")
]
Insecure = Annotated[
    bool, typer.Option("--insecure", help="Let other computers in without TLS: behind a proxy.")
]


def serve(
    config: Config = None,
    database: Database = "",
    host: Host = "",
    port: Port = -1,
    tls_cert: Cert = None,
    tls_key: Key = None,
    devices: Devices = None,
    carriers: Carriers = None,
    insecure: Insecure = False,
) -> None:
    """Serve a real warehouse: handhelds, console, API, devices. Nothing is simulated.

    The first start prints a one-time PIN of the first administrator. `Ctrl-C` or SIGTERM stops
    it within 5 seconds, and nothing is lost if it is killed. Examples:

    `pickwright serve --database warehouse.db`

    `pickwright serve --config site.toml`

    `pickwright serve --database postgresql://wms@db/wms --host 0.0.0.0 --tls-cert server.pem
    --tls-key server.key`
    """
    from api.serving import Asked, run
    from api.settings import SiteFile, read_site

    site = read_site(config) if config else SiteFile()
    given = site.serve
    beside = config.parent if config else Path()
    url = database_url(database or given.database or "warehouse.db")
    if url == IN_MEMORY:
        raise WrongInput("a served warehouse must be kept: add --database warehouse.db")
    cert = tls_cert or (beside / given.tls_cert if given.tls_cert else None)
    key = tls_key or (beside / given.tls_key if given.tls_key else None)
    if (cert is None) != (key is None):
        raise WrongInput("a certificate needs its key: give --tls-cert and --tls-key together")
    run(
        Asked(
            url=url,
            host=host or given.host,
            port=given.port if port < 0 else port,
            tls=(cert, key) if cert and key else None,
            insecure=insecure or given.insecure,
            devices=devices or (beside / given.devices if given.devices else None),
            carriers=carriers or (beside / given.carriers if given.carriers else None),
            site=site,
        )
    )
