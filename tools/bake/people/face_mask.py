"""The painted face that all people share: brows, lips, beard area and lines of age.

One picture in the front view of the reference face; the skin's `pattern` coordinates point into
it. Channels: R brow hairs, G lips, B where a beard grows, A lines of age.
"""

import numpy as np
from PIL import Image, ImageFilter

from tools.bake.people.anatomy import FloatArray
from tools.bake.people.reference import Reference
from tools.bake.people.surface import smoothstep

WINDOW = (-0.085, 0.085, -0.135, 0.115)  # metres: left, right, below and above the eyes
SIZE = 512
BLUR_PX = (0.7, 2.2, 6.0, 1.2)
BROW_STROKES = 430


def paint_face(body: Reference) -> Image.Image:
    """Returns the mask, 512 x 512 RGBA."""
    left, right, low, high = WINDOW
    middle = (np.arange(SIZE) + 0.5) / SIZE
    x, y = np.meshgrid(left + middle * (right - left), high - middle * (high - low))
    lips = _lips(body)
    channels = (_brows(), lips, _beard(np.abs(x), y, lips), _lines(body, np.abs(x), y))
    images = [
        Image.fromarray((np.clip(c, 0, 1) * 255).astype(np.uint8)).filter(
            ImageFilter.GaussianBlur(blur)
        )
        for c, blur in zip(channels, BLUR_PX, strict=True)
    ]
    return Image.merge("RGBA", images)


def _pixel(x_m: FloatArray, y_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    left, right, low, high = WINDOW
    return (x_m - left) / (right - left) * SIZE, (high - y_m) / (high - low) * SIZE


def _lips(body: Reference) -> FloatArray:
    """Returns the painted lips of the source texture, drawn in the front view."""
    texture_path = body.anatomy.source / "mpfb2/textures/mpfb_lips.jpg"
    texture = np.asarray(Image.open(texture_path).convert("L"), float) / 255
    figure, eye_y = body.figure_m, body.eye_m[1]
    t = body.group("body").triangles
    seen = (body.normals[t, 2].mean(1) > 0.02) & (figure[t, 2].min(1) > 0.05)
    seen &= (figure[t, 1].min(1) > eye_y - 0.13) & (figure[t, 1].max(1) < eye_y - 0.03)
    seen &= body.mask("inside-mouth")[t].max(1) < 0.9
    px, py = _pixel(figure[:, 0], figure[:, 1] - eye_y)
    nearest = np.full((SIZE, SIZE), -9.0)
    result = np.zeros((SIZE, SIZE))
    for corners in t[seen]:
        p = np.stack([px[corners], py[corners]], 1)
        start = np.maximum(np.floor(p.min(0)).astype(int) - 1, 0)
        end = np.minimum(np.ceil(p.max(0)).astype(int) + 2, SIZE)
        edges = np.array([p[1] - p[0], p[2] - p[0]]).T
        if (end <= start).any() or abs(np.linalg.det(edges)) < 1e-6:
            continue
        grid = np.meshgrid(np.arange(start[0], end[0]), np.arange(start[1], end[1]))
        gx, gy = grid[0].ravel(), grid[1].ravel()
        ab = np.linalg.solve(edges, np.stack([gx, gy]) + 0.5 - p[0][:, None])
        share = np.stack([1 - ab.sum(0), ab[0], ab[1]])
        depth = share.T @ figure[corners, 2]
        shown = (share.min(0) > -0.08) & (depth > nearest[gy, gx])
        uv = (share.T @ body.anatomy.texture_m[corners])[shown]
        row = ((1 - uv[:, 1]) * (len(texture) - 1)).astype(int).clip(0, len(texture) - 1)
        column = (uv[:, 0] * (len(texture) - 1)).astype(int).clip(0, len(texture) - 1)
        nearest[gy[shown], gx[shown]] = depth[shown]
        result[gy[shown], gx[shown]] = texture[row, column]
    return result


def _brows() -> FloatArray:
    """Returns two brows of single hairs that fan out at the nose and lie along at the temple."""
    rng = np.random.default_rng(7)
    result = np.zeros((SIZE, SIZE))
    along = np.linspace(0, 1, 26)
    for side in (-1, 1):
        for _ in range(BROW_STROKES):
            t = rng.random() ** 0.9
            arch = 0.0172 + 0.0036 * np.sin(np.pi * min(1, t * 1.15) ** 1.3)
            arch -= 0.0045 * max(0.0, t - 0.65) / 0.35
            thick = 0.0030 * (1 - 0.72 * t) * min(1, 0.55 + t * 4)
            turn = np.radians(68 * (1 - t) ** 1.6 + 4 - 18 * t + rng.normal() * 9)
            length = 0.0046 + 0.002 * rng.random()
            x = side * (0.0110 + t * 0.0385 + along * length * np.cos(turn))
            y = arch + rng.normal() * thick * 0.55 + along * length * np.sin(turn)
            px, py = _pixel(x, y)
            i, j = py.astype(int), px.astype(int)
            inside = (i >= 0) & (i < SIZE) & (j >= 0) & (j < SIZE)
            fade = 0.20 * (1 - 0.7 * along[inside]) * smoothstep(0, 0.16, np.array([t]))
            np.add.at(result, (i[inside], j[inside]), fade * 0.6 + 0.4 * fade.mean())
    return result


def _beard(x: FloatArray, y: FloatArray, lips: FloatArray) -> FloatArray:
    mouth = np.exp(-(((x / 0.036) ** 2 + ((y + 0.066) / 0.018) ** 2) ** 2))
    jaw = smoothstep(-0.045, -0.062, y - 0.10 * np.maximum(0, x - 0.035))
    cheek = 0.7 * np.exp(-(((x - 0.045) / 0.012) ** 2)) * (y > -0.075)
    grown = jaw * smoothstep(0.078, 0.06, x) * (1 - lips) * (1 - cheek)
    return np.asarray(np.clip(grown, 0, 1) * (1 - 0.35 * mouth))


def _lines(body: Reference, x: FloatArray, y: FloatArray) -> FloatArray:
    eye_x = float(body.eye_m[0])
    out = x - eye_x

    def ridge(distance: FloatArray, width: float) -> FloatArray:
        return np.asarray(np.exp(-((distance / width) ** 2)))

    result = np.zeros_like(x)
    for k, height in enumerate((0.052, 0.064, 0.077)):
        forehead = ridge(y - height - 0.004 * np.cos(x * 60 + k), 0.0011)
        result += 0.55 * forehead * smoothstep(0.05, 0.02, x)
    fold = x - (0.0185 + 0.30 * (-0.030 - y)) - 0.004 * np.sin((y + 0.03) * 50)
    nose_to_mouth = smoothstep(-0.026, -0.036, y) * smoothstep(-0.080, -0.062, y)
    result += 0.9 * ridge(fold, 0.0016) * nose_to_mouth
    under_eye = ridge(y - (-0.0135 - 0.16 * np.abs(out)) - 9 * out**2, 0.0017)
    result += 0.7 * under_eye * smoothstep(0.022, 0.012, np.abs(out))
    for slope in (-0.35, 0.0, 0.35):
        crow = ridge((y + 0.002) - slope * (out - 0.016), 0.0008)
        result += 0.55 * crow * smoothstep(0.019, 0.022, out) * smoothstep(0.034, 0.026, out)
    frown = ridge(x - 0.0048 - 0.02 * (y - 0.022), 0.001)
    between = smoothstep(0.010, 0.016, y) * smoothstep(0.034, 0.026, y)
    return np.asarray(result + 0.5 * frown * between)
