"""The web process' server: uvicorn with TLS 1.3, no header that tells what runs here."""

import ssl

import uvicorn
from starlette.applications import Starlette

from server.auth.certificate import Certificate

_CONNECTIONS = 256
_KEEP_ALIVE_S = 10
_GOODBYE_S = 3


def build_server(
    app: Starlette, host: str, port: int, certificate: Certificate | None
) -> uvicorn.Server:
    """Returns the server, to be run by `await server.serve()`.

    Args:
      app: what answers.
      host: address to listen on.
      port: 0 picks a free one.
      certificate: None speaks plain HTTP, which the caller allows on loopback only.
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
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GOODBYE_S,
        ssl_certfile=None if certificate is None else certificate.certificate_path,
        ssl_keyfile=None if certificate is None else certificate.key_path,
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_3
    return uvicorn.Server(config)
