"""The people of the clinic: four who work there and nine who come as patients or with them."""

from tools.bake.people.character import Person
from tools.bake.people.guests import GUESTS
from tools.bake.people.staff import STAFF

CAST: tuple[Person, ...] = (*STAFF, *GUESTS)
