"""Takes up an invitation at a terminal: compares the clinic's certificate, then makes the account.

The client's window asks for the same (client/desktop/taking_up.py); this is for who has none.
"""

import asyncio
import getpass

from client.network.trust import fingerprint, shown_certificate
from client.network.web_api import Unreachable, WebApi
from world.errors import ClinicError
from world.fingerprint import fingerprint_words

DEFAULT_PORT = 8443


class NotAcceptedError(ClinicError):
    """The person, or the clinic, did not go on."""


async def accept(address: str, code: str) -> None:
    """Asks for what an account needs, and makes it at the clinic.

    Raises:
      ClinicError: if the clinic is another one, cannot be reached, or does not take it.
    """
    host, _, port = address.partition(":")
    api = await asyncio.to_thread(_compared, host, int(port or DEFAULT_PORT))
    clinic = await api.clinic()
    print(f"You take up an account at {clinic.name}.")
    await api.accept({"code": code, **_asked()})
    print("The account is made. Sign in with your login and password in the window.")


def _compared(host: str, port: int) -> WebApi:
    try:
        certificate_pem = shown_certificate(host, port)
    except OSError:
        raise Unreachable(
            f"No clinic answers at {host}:{port}. Check the address and your network."
        ) from None
    print("The clinic shows these words. Compare them with those that it gave you:")
    print("   " + " ".join(fingerprint_words(fingerprint(certificate_pem))))
    if input("Are they the same? Type yes or no: ").strip().lower() != "yes":
        raise NotAcceptedError("Nothing was sent. Ask the clinic for its words.")
    return WebApi(host, port, certificate_pem)


def _asked() -> dict[str, str]:
    login = input("Choose a login: ").strip()
    password = getpass.getpass("Choose a password (15 characters or more are advised): ")
    if getpass.getpass("The same password again: ") != password:
        raise NotAcceptedError("The two passwords differ. Start again with the same code.")
    return {
        "login": login,
        "password": password,
        "display_name": input("Your name, for your doctor: ").strip(),
        "alias": input("A neutral name, for the waiting room: ").strip(),
    }
