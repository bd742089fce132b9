"""Material tiles that repeat without a seam, and the leaf card, made of shaped noise."""

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from client.scene.layers import LAYERS
from world.geometry import FloatArray

SIZE = 512
Stop = tuple[float, tuple[float, float, float]]
Rng = np.random.Generator


def tiles(seed: int) -> dict[str, FloatArray]:
    """Returns every tile by name: (512, 512, 3) display values from 0 to 255."""
    rng = np.random.default_rng(seed)
    made = {name: _MAKERS[name](rng) for name in LAYERS}
    return {name: np.clip(tile, 0, 255) for name, tile in made.items()}


def noise(
    rng: Rng, frequency: tuple[float, float], sharpness: float = 2.2, size: int = SIZE
) -> FloatArray:
    """Returns seamless noise of mean 0 and deviation 1; frequency is (x, y) cycles a tile."""
    cycles = np.fft.fftfreq(size) * size
    k = np.hypot(cycles[None, :] / frequency[0], cycles[:, None] / frequency[1])
    raw = np.fft.ifft2(np.fft.fft2(rng.normal(size=(size, size))) / (1 + k**sharpness)).real
    shaped: FloatArray = (raw - raw.mean()) / raw.std()
    return shaped


def ramp(value: FloatArray, *stops: Stop) -> FloatArray:
    """Returns colors (..., 3) of values from 0 to 1 along color stops."""
    clipped = np.clip(value, 0, 1)
    at = [stop[0] for stop in stops]
    channels = [np.interp(clipped, at, [stop[1][i] for stop in stops]) for i in range(3)]
    return np.stack(channels, -1)


def leaf_card(seed: int) -> Image.Image:
    """Returns a spray of leaves on a transparent ground: (512, 512) RGBA, tinted when drawn."""
    rng, scale = np.random.default_rng(seed), 2
    size = SIZE * scale
    image = Image.new("RGBA", (size, size), (78, 112, 52, 0))
    draw = ImageDraw.Draw(image)
    for i in range(92):
        reach = math.sqrt((i + 0.5) / 92)
        angle = i * 2.39996 + rng.uniform(-0.3, 0.3)
        radius = 0.41 * size * (1 - reach) ** 0.62
        middle = (size / 2 + radius * math.cos(angle), size / 2 + radius * math.sin(angle))
        light = 0.50 + 0.62 * reach + rng.uniform(-0.14, 0.14)
        _draw_leaf(
            draw, middle, (angle + rng.normal() * 0.8, rng.uniform(0.052, 0.085) * size), light
        )
    small = image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    return _spread_color(small)


def _draw_leaf(
    draw: ImageDraw.ImageDraw,
    middle: tuple[float, float],
    pose: tuple[float, float],
    light: float,
) -> None:
    angle, length = pose
    t = np.linspace(0, 1, 14)
    half = 0.36 * length * np.sin(np.pi * t**0.8)
    along = (t - 0.5) * 2 * length
    c, s = math.cos(angle), math.sin(angle)

    def outline(share: float) -> list[tuple[float, float]]:
        return [
            (middle[0] + a * c - h * share * s, middle[1] + a * s + h * share * c)
            for a, h in zip(along, half, strict=True)
        ]

    def green(gain: float) -> tuple[int, int, int, int]:
        r, g, b = (int(min(255, value * light * gain)) for value in (104, 142, 66))
        return (r, g, b, 255)

    draw.polygon(outline(1.0) + outline(0.0)[::-1], fill=green(1.0))
    draw.polygon(outline(-1.0) + outline(0.0)[::-1], fill=green(0.84))
    draw.line(outline(0.0), fill=green(1.22), width=3)


def _spread_color(image: Image.Image) -> Image.Image:
    """Fills the transparent part with the leaves' color, so that smaller mips have no rim."""
    pixels = np.asarray(image, float)
    alpha = pixels[..., 3:] / 255
    color, weight = pixels[..., :3] * alpha, alpha
    wide = np.stack([_blurred(color[..., i]) for i in range(3)], -1)
    spread = wide / np.maximum(_blurred(weight[..., 0])[..., None], 1e-3)
    mixed = np.where(alpha > 0.5, pixels[..., :3], np.clip(spread, 0, 255))
    return Image.fromarray(np.concatenate([mixed, pixels[..., 3:]], -1).astype(np.uint8))


def _blurred(channel: FloatArray) -> FloatArray:
    cycles = np.fft.fftfreq(SIZE)
    window = np.exp(-2 * (np.pi * 9) ** 2 * (cycles[:, None] ** 2 + cycles[None, :] ** 2))
    low: FloatArray = np.fft.ifft2(np.fft.fft2(channel) * window).real
    return low


def _speckled(
    color: tuple[float, float, float], depth: float, frequency: float
) -> Callable[[Rng], FloatArray]:
    def make(rng: Rng) -> FloatArray:
        return np.array(color) * (1 + depth * noise(rng, (frequency, frequency))[..., None])

    return make


def _plaster(rng: Rng) -> FloatArray:
    fine = _speckled((236, 232, 225), 0.006, 70)(rng)
    return fine * (1 + 0.006 * noise(rng, (4, 4))[..., None])


def _wood(stops: tuple[Stop, Stop, Stop], rings: float) -> Callable[[Rng], FloatArray]:
    def make(rng: Rng) -> FloatArray:
        y = np.mgrid[0:SIZE, 0:SIZE][0] / SIZE
        wave = 0.9 * noise(rng, (1.2, 3), 2.6) + 0.14 * noise(rng, (4, 26))
        ring = (y * rings + wave) % 1.0
        fiber = noise(rng, (3, 170), 1.8)
        pores = np.clip(noise(rng, (7, 230), 2.0) - 1.15, 0, 1)
        value = 0.56 + 0.17 * (np.abs(2 * ring - 1) ** 1.4 - 0.4) + 0.085 * fiber
        value += 0.05 * noise(rng, (1.5, 2), 3)
        return ramp(value, *stops) * (1 - 0.16 * pores[..., None])

    return make


def _terrazzo(rng: Rng) -> FloatArray:
    base = _speckled((196, 190, 180), 0.010, 90)(rng)
    palette = np.array(
        [
            (158, 150, 138),
            (222, 217, 207),
            (140, 145, 138),
            (190, 164, 130),
            (124, 118, 110),
            (178, 138, 112),
            (214, 205, 190),
        ],
        float,
    )
    for count, radius in ((120, 17.0), (380, 9.0), (1100, 4.0)):
        for _ in range(count):
            color = palette[rng.integers(len(palette))] * rng.uniform(0.94, 1.05)
            _chip(base, rng, radius * rng.uniform(0.45, 1), color)
    return base


def _chip(base: FloatArray, rng: Rng, radius: float, color: FloatArray) -> None:
    middle, sides = rng.uniform(0, SIZE, 2), np.sort(rng.uniform(0, 2 * math.pi, 6))
    first, width = (middle - radius - 2).astype(int), int(2 * radius + 5)
    x, y = np.meshgrid(*(np.arange(start, start + width) for start in first))
    dx, dy = x - middle[0], y - middle[1]
    edge = np.hypot(dx, dy) * 0.8
    for side in sides:
        edge = np.maximum(edge, dx * math.cos(side) + dy * math.sin(side))
    cover = np.clip(radius * 0.62 - edge + 0.5, 0, 1)[..., None]
    rows, columns = y % SIZE, x % SIZE
    base[rows, columns] = base[rows, columns] * (1 - cover) + color * cover


def _fabric(rng: Rng) -> FloatArray:
    y, x = np.mgrid[0:SIZE, 0:SIZE] * 64 / SIZE
    is_over = (np.floor(x) + np.floor(y)) % 2 == 1
    height = np.where(is_over, np.sin(math.pi * (x % 1)), np.sin(math.pi * (y % 1)))
    gray = 200 + 38 * (height - 0.5) + 9 * noise(rng, (90, 90)) + 3 * noise(rng, (5, 5))
    return _gray(gray)


def _felt(rng: Rng) -> FloatArray:
    return _gray(214 + 5 * noise(rng, (120, 120), 1.6) + 1.2 * noise(rng, (8, 8)))


def _leaf(rng: Rng) -> FloatArray:
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    across, along = (x + 0.5) / SIZE * 2 - 1, (y + 0.5) / SIZE
    ribs = (along * 9 - np.abs(across) * 2.2) % 1
    vein = np.exp(-((across / 0.035) ** 2)) + 0.35 * np.exp(-(((ribs - 0.5) / 0.07) ** 2))
    value = 0.40 + 0.08 * noise(rng, (4, 4)) + 0.20 * np.clip(vein, 0, 1)
    value -= 0.14 * (1 - np.abs(across))
    return ramp(value, (0, (30, 62, 30)), (0.5, (62, 106, 46)), (1, (142, 168, 92)))


def _vinyl(rng: Rng) -> FloatArray:
    grain = np.clip(np.abs(noise(rng, (45, 45), 4)), 0, 0.35)
    relief = 2 * grain - np.roll(grain, -2, 0) - np.roll(grain, -2, 1)
    return _gray(206 * (1 + 0.09 * relief) + 2 * noise(rng, (6, 6)))


def _rug(rng: Rng) -> FloatArray:
    y = np.mgrid[0:SIZE, 0:SIZE][0]
    loops = 9 * np.sin(2 * math.pi * 48 * y / SIZE)
    return _gray(190 + 16 * noise(rng, (120, 60), 3) + 4 * noise(rng, (12, 12)) + loops)


def _planks(rng: Rng) -> FloatArray:
    """Five boards side by side, each of two lengths with a butt joint somewhere."""
    out = np.zeros((SIZE, SIZE, 3))
    wood = _wood(((0, (138, 100, 64)), (0.55, (182, 144, 102)), (1, (206, 172, 130))), 5)(rng)
    half = SIZE // 2
    for board in range(5):
        top, bottom = round(board * SIZE / 5), round((board + 1) * SIZE / 5)
        joint = int(rng.integers(0, SIZE))
        for part in range(2):
            columns = (np.arange(half) + joint + part * half) % SIZE
            shift = (int(rng.integers(SIZE)), int(rng.integers(SIZE)))
            block = np.roll(wood, shift, (0, 1))[top:bottom, :half] * rng.uniform(0.92, 1.06)
            block[:, :1] *= 0.72
            block[:1] *= 0.70
            out[top:bottom, columns] = block
    return out


def _bark(rng: Rng) -> FloatArray:
    return ramp(0.4 + 0.2 * noise(rng, (60, 8)), (0, (58, 44, 34)), (1, (150, 126, 100)))


def _grass(rng: Rng) -> FloatArray:
    value = 0.45 + 0.13 * noise(rng, (120, 120), 1.6) + 0.10 * noise(rng, (9, 9))
    return ramp(value, (0, (62, 88, 40)), (0.5, (100, 132, 60)), (1, (156, 174, 98)))


def _stone(rng: Rng) -> FloatArray:
    slab = _speckled((190, 184, 174), 0.03, 70)(rng) * (1 + 0.02 * noise(rng, (4, 4))[..., None])
    for joint in range(0, SIZE, SIZE // 4):
        slab[joint : joint + 4] *= 0.72
        slab[:, joint : joint + 4] *= 0.72
    return slab


def _metal(rng: Rng) -> FloatArray:
    return _gray(190 + 7 * noise(rng, (3, 200), 2))


def _gray(value: FloatArray) -> FloatArray:
    return np.repeat(value[..., None], 3, -1)


_MAKERS: dict[str, Callable[[Rng], FloatArray]] = {
    "white": _speckled((240, 239, 235), 0.004, 40),
    "oak": _wood(((0, (140, 98, 58)), (0.55, (190, 150, 102)), (1, (214, 180, 134))), 9),
    "walnut": _wood(((0, (58, 36, 24)), (0.55, (104, 70, 47)), (1, (142, 102, 72))), 7),
    "terrazzo": _terrazzo,
    "fabric": _fabric,
    "felt": _felt,
    "solid": _speckled((238, 236, 231), 0.003, 120),
    "leaf": _leaf,
    "vinyl": _vinyl,
    "rug": _rug,
    "planks": _planks,
    "bark": _bark,
    "grass": _grass,
    "stone": _stone,
    "metal": _metal,
    "plaster": _plaster,
}


def sky(seed: int) -> Image.Image:
    """Returns the sky seen all round, (1024, 2048): clouds over rows of far trees and a meadow."""
    rng, width, height = np.random.default_rng(seed), 2048, 1024
    elevation = ((0.5 - (np.arange(height) + 0.5) / height) * math.pi)[:, None] * np.ones(width)
    color = ramp(
        np.sin(np.clip(elevation, 0, 2)) ** 0.55,
        (0, (222, 232, 236)),
        (0.35, (176, 208, 232)),
        (1, (92, 146, 204)),
    )
    billows = np.tile(noise(rng, (9, 14), 2.0, 1024), (1, 2))
    cover = np.clip((billows - 0.1) / 1.6, 0, 1) ** 0.8 * np.clip(elevation / 0.2 - 0.1, 0, 1)
    color += (250 - color) * 0.8 * cover[..., None]
    rows = (
        (0.075, 0.03, (146, 170, 166)),
        (0.045, 0.04, (98, 130, 106)),
        (0.015, 0.05, (68, 98, 62)),
    )
    for i, row in enumerate(rows):
        color = _treeline(rng, color, elevation, (24 + 22 * i, row))
    ground = np.clip(-elevation / 0.01, 0, 1)[..., None]
    color = color * (1 - ground) + np.array((122, 148, 78)) * ground
    image = Image.fromarray(np.clip(color, 0, 255).astype(np.uint8))
    return image.filter(ImageFilter.GaussianBlur(0.6))


def _treeline(
    rng: Rng,
    color: FloatArray,
    elevation: FloatArray,
    row: tuple[float, tuple[float, float, tuple[float, float, float]]],
) -> FloatArray:
    roughness, (low, swing, green) = row
    width = color.shape[1]
    cycles = np.abs(np.fft.fftfreq(width) * width)
    line = np.fft.ifft(np.fft.fft(rng.normal(size=width)) / (1 + (cycles / roughness) ** 1.3)).real
    top = low + swing * (line / np.abs(line).max() * 0.6 + 0.4)
    crowns = np.tile(1 + 0.16 * noise(rng, (150, 150), 1.6, 1024), (1, 2))
    cover = np.clip((top[None, :] - elevation) / 0.003, 0, 1)[..., None]
    covered: FloatArray = color * (1 - cover) + np.array(green) * crowns[..., None] * cover
    return covered
