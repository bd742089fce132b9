"""The textures that all rooms share, read once and put on the graphics card at the tier's size."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from panda3d.core import SamplerState, Texture
from PIL import Image

from client.scene.files import Pixels, read_image
from client.scene.layers import LAYERS, mean_albedo
from client.scene.tiers import Tier

MINIFIED = {
    False: SamplerState.FT_linear_mipmap_linear,
    True: SamplerState.FT_linear_mipmap_nearest,
}


@dataclass(frozen=True, slots=True)
class SharedTextures:
    """What every room's drawing needs.

    Attributes:
      tiles: array of material tiles; where rooms are shaded plainly, half of each tile's share of
        its own mean, as their vertices have that mean; one black texel without shaders.
      signs: the sheet of signs and pictures.
      leaves: a spray of leaves with transparency.
      sky: the all-round sky.
      means: (256, 3) mean linear color of each layer.
    """

    tiles: Texture
    signs: Texture
    leaves: Texture
    sky: Texture
    means: NDArray[np.float64]


def read_shared(folder: Path, tier: Tier) -> SharedTextures:
    """Returns the shared textures of a folder.

    Raises:
      AssetError: if a file is missing or damaged.
    """
    images = [_shrunk(read_image(folder / f"{name}.jpg"), tier.tile_size) for name in LAYERS]
    means = np.ones((256, 3))
    for layer, image in enumerate(images):
        means[layer] = mean_albedo(image)
    signs = _shrunk(read_image(folder / "signs.jpg"), tier.sheet_size)
    sky = _shrunk(read_image(folder / "sky.jpg"), tier.sheet_size)
    leaves = _shrunk(read_image(folder / "leaves.png", "RGBA"), max(128, tier.tile_size))
    is_linear = tier.room == "full"
    return SharedTextures(
        tiles=_tile_array(_tiles(images, means, tier), tier, is_linear=is_linear),
        signs=picture_texture("signs", signs, tier, is_linear=is_linear),
        leaves=picture_texture("leaves", leaves, tier, is_linear=is_linear),
        sky=picture_texture("sky", sky, tier, is_linear=is_linear, repeats=True),
        means=means,
    )


def _tiles(images: list[Pixels], means: NDArray[np.float64], tier: Tier) -> list[Pixels]:
    match tier.room:
        case "full":
            return images
        case "plain":
            shown = means[: len(images)] ** (1 / 2.2)
            return [
                np.clip(image / mean * 0.5, 0, 255).astype(np.uint8)
                for image, mean in zip(images, shown, strict=True)
            ]
        case "none":
            return [np.zeros((1, 1, 3), np.uint8)]


def picture_texture(
    name: str, image: Pixels, tier: Tier, *, is_linear: bool, repeats: bool = False
) -> Texture:
    """Returns a mip-mapped texture of an image with rows from the top down.

    Args:
      name: of the texture.
      image: (h, w, 3) or (h, w, 4) bytes.
      tier: for its filtering.
      is_linear: the shader wants linear light (the texture is decoded from sRGB when read).
      repeats: along U.
    """
    texture = Texture(name)
    fill(texture, image, is_linear=is_linear)
    texture.set_minfilter(MINIFIED[tier.is_sparing])
    texture.set_magfilter(SamplerState.FT_linear)
    texture.set_anisotropic_degree(tier.anisotropy)
    texture.set_wrap_u(SamplerState.WM_repeat if repeats else SamplerState.WM_clamp)
    texture.set_wrap_v(SamplerState.WM_clamp)
    return texture


def fill(texture: Texture, image: Pixels, *, is_linear: bool) -> None:
    """Puts an image (h, w, 3 or 4), rows from the top down, into a texture."""
    height, width, channels = image.shape
    if channels == 4:
        kind = Texture.F_srgb_alpha if is_linear else Texture.F_rgba
    else:
        kind = Texture.F_srgb if is_linear else Texture.F_rgb
    # Panda3D keeps rows from the bottom up and blue first; one channel at a time is fastest.
    stored = np.empty(image.shape, np.uint8)
    for channel, source in enumerate((2, 1, 0, 3)[:channels]):
        stored[..., channel] = image[::-1, :, source]
    now = (texture.get_x_size(), texture.get_y_size(), texture.get_format())
    if now != (width, height, kind):
        texture.setup_2d_texture(width, height, Texture.T_unsigned_byte, kind)
    texture.set_ram_image(stored.tobytes())


def data_texture(name: str, image: Pixels) -> Texture:
    """Returns a texture of numbers, without mips; rows from the bottom up."""
    texture = Texture(name)
    fill(texture, image[::-1], is_linear=False)
    texture.set_minfilter(SamplerState.FT_linear)
    texture.set_magfilter(SamplerState.FT_linear)
    texture.set_wrap_u(SamplerState.WM_clamp)
    texture.set_wrap_v(SamplerState.WM_clamp)
    return texture


def _tile_array(images: list[Pixels], tier: Tier, *, is_linear: bool) -> Texture:
    size = images[0].shape[0]
    texture = Texture("tiles")
    kind = Texture.F_srgb if is_linear else Texture.F_rgb
    texture.setup_2d_texture_array(size, size, len(images), Texture.T_unsigned_byte, kind)
    texture.set_ram_image(
        b"".join(np.ascontiguousarray(image[::-1, :, ::-1]).tobytes() for image in images)
    )
    texture.set_minfilter(MINIFIED[tier.is_sparing])
    texture.set_magfilter(SamplerState.FT_linear)
    texture.set_anisotropic_degree(tier.anisotropy)
    return texture


def _shrunk(image: Pixels, size: int) -> Pixels:
    height, width = image.shape[:2]
    if max(height, width) <= size:
        return image
    scale = size / max(height, width)
    target = (round(width * scale), round(height * scale))
    # Channel by channel: Pillow would blacken the color of what is transparent.
    channels = [
        np.asarray(Image.fromarray(image[..., i]).resize(target, Image.Resampling.BOX))
        for i in range(image.shape[2])
    ]
    return np.stack(channels, -1)
