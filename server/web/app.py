"""The web process' application: pages, and an answer for everything that can go wrong."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from server.web.answers import refuse, refuse_http
from server.web.pages import Pages
from server.web.services import WebServices
from world.errors import ClinicError


def create_app(services: WebServices) -> Starlette:
    """Returns the application; the caller opens and closes what the services hold."""
    app = Starlette(
        routes=Pages(services).routes(),
        exception_handlers={
            ClinicError: refuse,
            HTTPException: refuse_http,
            Exception: refuse,
        },
    )
    app.router.redirect_slashes = False
    return app
