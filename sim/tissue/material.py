"""What a piece of tissue is made of: how stiff, how heavy, and at what strain it tears.

Shear moduli, ultimate strengths and ultimate true strains of abdominal organs are the means of
table 1 of PMC6925591. Young's modulus follows from E = 2 G (1 + nu). That table gives no
Poisson ratio: soft tissue is nearly incompressible, and 0.45 is this project's choice, the
highest at which linear tetrahedra do not lock badly. The layers of the practice pad and every
density are choices of this project too, not measurements.
"""

from dataclasses import dataclass
from math import inf

POISSON = 0.45
DENSITY_KG_M3 = 1000.0


@dataclass(frozen=True, slots=True)
class Material:
    """One kind of tissue.

    Attributes:
      name: what surgeons call it.
      young_pa: Young's modulus, above 0.
      poisson: Poisson ratio, in [0, 0.5).
      density_kg_m3: mass per rest volume, above 0.
      ultimate_strain: largest true (logarithmic) stretch that it bears; infinite if unpublished.
      strength: how hard a needle or thread finds it to tear or pierce, relative to skin.
    """

    name: str
    young_pa: float
    poisson: float = POISSON
    density_kg_m3: float = DENSITY_KG_M3
    ultimate_strain: float = inf
    strength: float = 1.0

    def __post_init__(self) -> None:
        if self.young_pa <= 0 or self.density_kg_m3 <= 0:
            raise ValueError(f"{self.name}: stiffness and density must be above 0.")
        if not 0 <= self.poisson < 0.5:
            raise ValueError(f"{self.name}: Poisson ratio {self.poisson} must be in [0, 0.5).")


def from_shear(name: str, shear_pa: float, ultimate_strain: float = inf) -> Material:
    """Returns the material of a published shear modulus."""
    return Material(name, 2 * shear_pa * (1 + POISSON), ultimate_strain=ultimate_strain)


LIVER = from_shear("liver", 1.8e3, 0.38)
DISEASED_LIVER = from_shear("diseased liver", 19.8e3)
HEPATIC_ARTERY = from_shear("hepatic artery", 210e3, 0.63)
GALLBLADDER = from_shear("gallbladder", 85e3, 0.43)
BILE_DUCT = from_shear("bile duct", 166e3)
STOMACH = from_shear("stomach", 0.637e3, 0.66)
PAD_SKIN = Material("pad skin", 100e3)
PAD_FAT = Material("pad fat", 20e3, strength=0.5)
