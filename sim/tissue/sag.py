"""How far a clamped beam sags, next to linear elasticity on the same mesh: the measure of whether
the solver's settings let tissue keep its stiffness.

Gravity is scaled with the stiffness so that the tip sags by less than a hundredth of the length,
where linear elasticity holds. Whenever the beam's kinetic energy begins to fall it is stopped, so
that soft beams need no minute of swinging to come to rest (kinetic damping: Barnes, Computers and
Structures 30 (1988) 685); everything else is the very step that runs in a scene.
"""

from sim.arrays import GRAVITY_M_S2
from sim.tissue.blocks import block
from sim.tissue.body import ROUNDS, TOLERANCE, Body
from sim.tissue.material import Material
from sim.tissue.reference import ReferenceBody

YOUNG_PA = (1e3, 20e3, 100e3, 300e3)
POISSON = (0.3, 0.45)
LOAD_PER_PA = GRAVITY_M_S2 / 4e6
FRAMES = 1200


def sag_ratio(
    young_pa: float,
    poisson: float,
    cells: tuple[int, int, int] = (20, 4, 4),
    cell_m: float = 0.005,
    rounds: int = ROUNDS,
    tolerance: float = TOLERANCE,
) -> float:
    """Returns the sag of the beam's tip over that of linear elasticity."""
    mesh = block(cells, (cell_m, cell_m, cell_m), Material("beam", young_pa, poisson))
    is_fixed = mesh.vertices_m[:, 0] == 0
    is_tip = mesh.vertices_m[:, 0] > mesh.vertices_m[:, 0].max() - 1e-9
    body, reference = Body(mesh, is_fixed), ReferenceBody(mesh, is_fixed)
    body.gravity_m_s2 = reference.gravity_m_s2 = LOAD_PER_PA * young_pa
    fastest = 0.0
    for _ in range(FRAMES):
        body.step(rounds, tolerance)
        moving = float((body.state.mass_kg[:, None] * body.v_m_s**2).sum())
        if moving < fastest:
            body.v_m_s[:] = 0
            moving = 0.0
        fastest = moving
    sag = (body.x_m - mesh.vertices_m)[is_tip, 2].mean()
    return float(sag / reference.linear_deflection_m()[is_tip, 2].mean())
