"""Every procedure, by the name that records and messages use."""

from collections.abc import Mapping
from types import MappingProxyType

from sim.procedures.free_play import FREE_PLAY
from sim.procedures.ligating_loop import LIGATING_LOOP
from sim.procedures.peg_transfer import PEG_TRANSFER
from sim.procedures.precision_cutting import PRECISION_CUTTING
from sim.procedures.procedure import Procedure
from sim.procedures.suture_extracorporeal import EXTRACORPOREAL_KNOT
from sim.procedures.suture_intracorporeal import INTRACORPOREAL_KNOT

PROCEDURES: Mapping[str, Procedure] = MappingProxyType(
    {
        procedure.name: procedure
        for procedure in (
            PEG_TRANSFER,
            PRECISION_CUTTING,
            LIGATING_LOOP,
            EXTRACORPOREAL_KNOT,
            INTRACORPOREAL_KNOT,
            FREE_PLAY,
        )
    }
)
