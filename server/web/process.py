"""The web process' server: uvicorn with TLS 1.3, no header that tells what runs here."""

import ssl

import uvicorn
from starlette.applications import Starlette

from server.auth.certificate import Certificate
from server.web.door import HEAD_S, Door, DoorServer

_GOODBYE_S = 3


def build_server(
    app: Starlette,
    host: str,
    port: int,
    certificate: Certificate | None,
    door: Door | None = None,
) -> uvicorn.Server:
    """Returns the server, to be run by `await server.serve()`.

    Args:
      app: what answers.
      host: address to listen on.
      port: 0 picks a free one.
      certificate: None speaks plain HTTP, which the caller allows on loopback only.
      door: how many connections there may be; None takes what a clinic needs.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # An address that a stranger may claim must not count as theirs.
        proxy_headers=False,
        # Sockets are the world's; here nobody may turn a request into one.
        ws="none",
        timeout_keep_alive=int(HEAD_S),
        timeout_graceful_shutdown=_GOODBYE_S,
        ssl_certfile=None if certificate is None else certificate.certificate_path,
        ssl_keyfile=None if certificate is None else certificate.key_path,
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_3
    return DoorServer(config, door or Door())
