"""Which body a person is given: by role, for guests by their own choice; always the same."""

import hashlib

IN_COATS = ("amara", "henrik")
IN_SCRUBS = ("nadia", "tomas")
GUESTS = ("lena", "samuel", "mei", "diego", "farida", "aaron", "anjali", "kofi", "greta")
PEOPLE = (*IN_COATS, *IN_SCRUBS, *GUESTS)

WARDROBE: dict[str, tuple[str, ...]] = {
    "patient": GUESTS,
    "carer": GUESTS,
    "interpreter": GUESTS,
    "nurse": IN_SCRUBS,
    "doctor": IN_COATS,
    "trainee": IN_SCRUBS,
    "instructor": IN_COATS,
    "admin": GUESTS,
}


def person_for(role: str, user_id: str, appearance: int | None = None) -> str:
    """Returns the name of the body that this user has in every room and session.

    Args:
      role: one of the clinic's roles.
      user_id: what the choice is drawn from where nothing was chosen.
      appearance: the user's own choice among the bodies of the role, counted round.

    Raises:
      ValueError: if there is no such role.
    """
    if role not in WARDROBE:
        raise ValueError(f"no role {role!r}; there are {', '.join(WARDROBE)}")
    bodies = WARDROBE[role]
    if appearance is None:
        appearance = int.from_bytes(hashlib.sha256(user_id.encode()).digest()[:4], "big")
    return bodies[appearance % len(bodies)]
