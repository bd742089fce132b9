import itertools

import pytest

from client.scene.tiers import TIERS, first_choice, suited

LLVMPIPE = "llvmpipe (LLVM 15.0.6, 256 bits)"


@pytest.mark.parametrize(
    ("renderer", "tier"),
    [
        (LLVMPIPE, "potato"),
        ("TinyPanda", "potato"),
        ("Microsoft Basic Render Driver", "potato"),
        ("Mesa Intel(R) HD Graphics 4000 (IVB GT2)", "low"),
        ("NVIDIA GeForce RTX 3060/PCIe/SSE2", "high"),
        ("AMD Radeon RX 6600 (radeonsi, navi23)", "high"),
        ("Apple M1", "high"),
    ],
)
def test_the_first_choice_follows_the_renderer(renderer, tier):
    assert first_choice(renderer) == tier


@pytest.mark.parametrize("name", sorted(TIERS))
def test_without_the_shading_language_nothing_is_shaded(name):
    tier = suited(name, "NVIDIA GeForce RTX 3060", has_glsl_330=False)
    assert (tier.name, tier.room, tier.people) == ("potato", "none", "none")


def test_higher_tiers_never_ask_for_less():
    rows = [TIERS[name] for name in ("potato", "low", "high")]
    for lower, higher in itertools.pairwise(rows):
        for asked in ("scale", "samples", "tile_size", "sheet_size", "anisotropy", "board_px"):
            assert getattr(lower, asked) <= getattr(higher, asked)
        assert lower.people_detail < higher.people_detail
        assert lower.people_every_s > higher.people_every_s


@pytest.mark.parametrize("name", sorted(TIERS))
def test_a_processor_draws_smaller_and_leaves_time_for_the_voice(name):
    tier = suited(name, LLVMPIPE, has_glsl_330=True)
    assert tier.name == name
    assert tier.anisotropy == 1
    assert tier.scale <= 0.7
    assert tier.frames_per_s <= 30
    assert tier.is_sparing


@pytest.mark.parametrize("name", sorted(TIERS))
def test_a_graphics_card_draws_a_tier_as_it_is(name):
    assert suited(name, "Apple M1", has_glsl_330=True) == TIERS[name]
