import itertools

import pytest

from client.scene.tiers import TIERS, choose_tier


@pytest.mark.parametrize(
    ("renderer", "tier"),
    [
        ("llvmpipe (LLVM 15.0.6, 256 bits)", "potato"),
        ("TinyPanda", "potato"),
        ("Microsoft Basic Render Driver", "potato"),
        ("Mesa Intel(R) HD Graphics 4000 (IVB GT2)", "low"),
        ("NVIDIA GeForce RTX 3060/PCIe/SSE2", "high"),
        ("AMD Radeon RX 6600 (radeonsi, navi23)", "high"),
        ("Apple M1", "high"),
    ],
)
def test_the_tier_follows_the_renderer(renderer, tier):
    assert choose_tier(renderer, has_glsl_330=True).name == tier


def test_without_the_shading_language_nothing_is_shaded():
    assert choose_tier("NVIDIA GeForce RTX 3060", has_glsl_330=False).name == "potato"


def test_higher_tiers_never_ask_for_less():
    rows = [TIERS[name] for name in ("potato", "low", "high")]
    for lower, higher in itertools.pairwise(rows):
        assert lower.samples <= higher.samples
        assert lower.tile_size <= higher.tile_size
        assert lower.sheet_size <= higher.sheet_size
        assert lower.anisotropy <= higher.anisotropy


def test_software_rasterizers_get_no_anisotropy():
    assert choose_tier("llvmpipe", has_glsl_330=True).anisotropy == 1
