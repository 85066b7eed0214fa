#!/usr/bin/env python3
# Paints every picture of the sample site: uploads/images and uploads/avatars.
# Run from anywhere: python3 uploads/make-images.py   (needs Pillow and numpy)
#
# All randomness is seeded, so a second run writes the same bytes. Between them the files cover what an
# image pipeline meets: eight EXIF orientations, alpha, palettes, CMYK, 16 bits, ICC, GPS, animation, SVG.

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter
from PIL.TiffImagePlugin import IFDRational

ROOT = Path(__file__).resolve().parent
IMAGES = ROOT / "images"
AVATARS = ROOT / "avatars"


# ---------------------------------------------------------------- colour

def srgb(hexes):
    """'#rrggbb' -> three floats in 0...1, as coded."""
    h = hexes.lstrip("#")
    return np.array([int(h[i:i + 2], 16) for i in (0, 2, 4)], dtype=np.float64) / 255


def to_linear(c):
    return np.where(c <= 0.04045, c / 12.92, ((np.maximum(c, 0) + 0.055) / 1.055) ** 2.4)


def to_coded(c):
    c = np.maximum(c, 0)
    return np.where(c <= 0.0031308, c * 12.92, 1.055 * c ** (1 / 2.4) - 0.055)


LMS = np.array([[0.4122214708, 0.5363325363, 0.0514459929],
                [0.2119034982, 0.6806995451, 0.1073969566],
                [0.0883024619, 0.2817188376, 0.6299787005]])
LAB = np.array([[0.2104542553, 0.7936177850, -0.0040720468],
                [1.9779984951, -2.4285922050, 0.4505937099],
                [0.0259040371, 0.7827717662, -0.8086757660]])


def oklab(c):
    return np.cbrt(to_linear(c) @ LMS.T) @ LAB.T


def from_oklab(lab):
    return np.clip(to_coded(((lab @ np.linalg.inv(LAB).T) ** 3) @ np.linalg.inv(LMS).T), 0, 1)


def ramp(stops, t):
    """Colours along `stops` [(position, '#hex')], mixed in OKLab so that no blend turns grey."""
    grid = np.linspace(stops[0][0], stops[-1][0], 512)
    labs = np.array([oklab(srgb(c)) for _, c in stops])
    at = np.array([p for p, _ in stops])
    table = from_oklab(np.stack([np.interp(grid, at, labs[:, i]) for i in range(3)], axis=-1))
    return np.stack([np.interp(t, grid, table[:, i]) for i in range(3)], axis=-1).astype(np.float32)


# ---------------------------------------------------------------- noise

def smooth(t):
    return t * t * (3 - 2 * t)


def noise1(width, cells, seed):
    """Value noise along a line, -1...1."""
    points = np.random.RandomState(seed).uniform(-1, 1, int(cells) + 3)
    x = np.linspace(0, cells, width)
    i = x.astype(int)
    f = smooth(x - i)
    return points[i] * (1 - f) + points[i + 1] * f


def fbm1(width, cells, seed, octaves=6, gain=0.5):
    total = np.zeros(width)
    for o in range(octaves):
        total += noise1(width, cells * 2 ** o, seed + 31 * o) * gain ** o
    return total


def noise2(w, h, cx, cy, seed):
    small = np.random.RandomState(seed).uniform(-1, 1, (int(cy) + 3, int(cx) + 3)).astype(np.float32)
    return np.asarray(Image.fromarray(small, "F").resize((w, h), Image.BICUBIC))


def fbm2(w, h, cx, cy, seed, octaves=5, gain=0.5):
    total = np.zeros((h, w), np.float32)
    for o in range(octaves):
        total += noise2(w, h, cx * 2 ** o, cy * 2 ** o, seed + 17 * o) * gain ** o
    return total


# ---------------------------------------------------------------- painting

class Canvas:
    """Float RGB pixels with the few brushes that the scenes share. Distances are in pixels."""

    def __init__(self, w, h):
        self.w, self.h = w, h
        self.y, self.x = np.mgrid[0:h, 0:w].astype(np.float32)
        self.px = np.zeros((h, w, 3), np.float32)

    def sky(self, stops, tilt=0.0):
        self.px[:] = ramp(stops, (self.y + tilt * (self.x - self.w / 2)) / self.h)
        return self

    def mix(self, mask, colour):
        m = mask[..., None]
        self.px = self.px * (1 - m) + np.asarray(colour, np.float32) * m
        return self

    def glow(self, cx, cy, radius, colour, strength=1.0, squash=1.0):
        d = np.hypot(self.x - cx, (self.y - cy) * squash)
        m = np.exp(-d / radius)[..., None] * strength
        self.px = 1 - (1 - self.px) * (1 - m * srgb(colour).astype(np.float32))
        return self

    def disc(self, cx, cy, radius, colour, soft=1.2):
        d = np.hypot(self.x - cx, self.y - cy)
        return self.mix(np.clip((radius - d) / soft + 0.5, 0, 1), srgb(colour))

    def land(self, line, top, bottom, span, soft=1.0):
        """Everything below `line` (a y for every x), hazing from `top` to `bottom` over `span`."""
        depth = self.y - line[None, :]
        mask = np.clip(depth / soft + 0.5, 0, 1)
        return self.mix(mask, ramp([(0, top), (1, bottom)], np.clip(depth / span, 0, 1)))

    def shape(self, draw, colour, blur=0.0, opacity=1.0):
        """`draw(pen, scale)` paints white on a double-size mask."""
        mask = Image.new("L", (self.w * 2, self.h * 2), 0)
        draw(ImageDraw.Draw(mask), 2)
        mask = mask.resize((self.w, self.h), Image.BOX)
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur))
        return self.mix(np.asarray(mask, np.float32) / 255 * opacity, srgb(colour))

    def stars(self, count, seed, below=0.6, strength=0.9):
        r = np.random.RandomState(seed)
        field = np.zeros((self.h, self.w), np.float32)
        xs, ys = r.randint(1, self.w - 1, count), r.randint(1, int(self.h * below), count)
        power = r.uniform(0.15, 1, count) ** 2.2
        for x, y, p in zip(xs, ys, power):
            field[y, x] = max(field[y, x], p)
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                field[y + dy, x + dx] = max(field[y + dy, x + dx], p * 0.35)
        self.px = 1 - (1 - self.px) * (1 - field[..., None] * strength)
        return self

    def water(self, horizon, seed, tint, amount=0.35, ripple=1.0):
        """Mirrors what stands above `horizon`, broken by ripples that grow towards the viewer."""
        horizon = int(horizon)
        depth = np.arange(self.h - horizon, dtype=np.float32)[:, None]
        near = depth / max(1, self.h - horizon)
        n = self.h - horizon
        # Ripples are long and thin far away, and short and thick near by: stretch the noise with depth.
        a = noise2(self.w, 512, self.w / 55, 230, seed) + 0.6 * noise2(self.w, 512, self.w / 22, 400, seed + 1)
        rows = np.clip((511 * near[:, 0] ** 0.45).astype(int), 0, 511)
        wave = a[rows]
        source = np.clip(horizon - 1 - depth * 0.9 - wave * (4 + 60 * near) * ripple * self.h / 1000, 0, horizon - 1)
        shift = noise2(self.w, n, self.w / 90, n / 7, seed + 2) * (2 + 16 * near) * ripple
        column = np.clip(self.x[:n] + shift, 0, self.w - 1)
        mirror = self.px[source.astype(int), column.astype(int)]
        t = srgb(tint).astype(np.float32)
        fade = (amount + 0.25 * near)[..., None]
        out = mirror * (1 - fade) + t * fade
        out += (wave * (0.012 + 0.03 * near))[..., None] * mirror
        self.px[horizon:] = out
        return self

    def vignette(self, strength=0.25):
        d = np.hypot((self.x / self.w - 0.5) * 1.1, self.y / self.h - 0.5)
        self.px *= (1 - strength * np.clip(d - 0.25, 0, 1) ** 1.4 * 2)[..., None]
        return self

    def image(self, grain=0.9, seed=1):
        noise = np.random.RandomState(seed).normal(0, grain, (self.h, self.w, 1)) if grain else 0
        return Image.fromarray(np.clip(self.px * 255 + noise + 0.5, 0, 255).astype(np.uint8), "RGB")


def conifers(count, seed, base, height, w):
    """A brush of fir silhouettes that stand on `base` (a y for every x)."""
    def draw(pen, k):
        r = np.random.RandomState(seed)
        for x, size in zip(np.sort(r.uniform(-20, w + 20, count)), r.uniform(0.45, 1, count)):
            foot = base[int(np.clip(x, 0, w - 1))] + 6 + height * 0.07
            tall, wide = height * size, height * size * r.uniform(0.13, 0.19)
            pen.rectangle([(x - 1.5) * k, (foot - tall * 0.2) * k, (x + 1.5) * k, (foot + 40) * k], fill=255)
            pen.line([x * k, (foot - tall * 1.04) * k, x * k, (foot - tall * 0.7) * k], fill=255, width=k)
            tiers = 11
            for t in range(tiers):
                top = foot - tall + tall * 0.86 * t / tiers
                low = top + tall * 0.2
                half = wide * (t + 1.2) / tiers * r.uniform(0.8, 1.12)
                lean = r.uniform(-0.1, 0.1) * half
                pen.polygon([(x * k, top * k), ((x - half + lean) * k, low * k), (x * k, (low - tall * 0.045) * k),
                             ((x + half + lean) * k, low * k)], fill=255)
    return draw


# ---------------------------------------------------------------- scenes

def seven_ridges(w=3000, h=2000):
    c = Canvas(w, h).sky([(0, "#31466f"), (0.18, "#7480a5"), (0.34, "#d9a49a"), (0.46, "#f8c98f"), (0.58, "#ffe5b5"),
                          (1, "#ffe5b5")])
    cloud = fbm2(w, h, 3, 11, 5, 5) + 0.1
    c.mix(np.clip(cloud - 0.15, 0, 1) * 0.55 * np.exp(-((c.y / h - 0.2) / 0.14) ** 2), srgb("#f3b9a0"))
    c.glow(w * 0.64, h * 0.44, w * 0.16, "#ffcf87", 0.75).glow(w * 0.64, h * 0.44, w * 0.035, "#fff1cf", 0.8)
    c.disc(w * 0.64, h * 0.44, h * 0.036, "#fffaf0", 4)
    tops = ["#c99a94", "#a97f8b", "#86697f", "#665672", "#494461", "#30324e", "#171d33"]
    haze = ["#f7d3ab", "#e6b79f", "#c9989a", "#9f7d8e", "#74647f", "#4b4a69", "#20273f"]
    for i in range(7):
        big = fbm1(w, 2.2 + 0.7 * i, 40 + 7 * i, 3)
        line = h * (0.47 + 0.07 * i) + h * (0.055 + 0.012 * i) * big \
            - np.abs(fbm1(w, 9 + 2 * i, 400 + i, 6, 0.55)) * h * (0.035 + 0.004 * i)
        c.land(line, tops[i], haze[i], h * 0.13, 1.6)
    return c.vignette(0.25)


def lighthouse(w=1800, h=1200, sweep=0.0, grain=True):
    c = Canvas(w, h).sky([(0, "#111a3a"), (0.3, "#2c3a6b"), (0.5, "#7a5a87"), (0.62, "#d9826f"), (0.7, "#f7bd7c"),
                          (1, "#f7bd7c")])
    if grain:
        c.stars(420, 9, 0.45)
    band = fbm2(w, h, 2, 14, 90, 5)
    c.mix(np.clip(band - 0.05, 0, 1) * 0.6 * np.exp(-((c.y / h - 0.5) / 0.1) ** 2), srgb("#f0a27c"))
    c.mix(np.clip(band * -1 - 0.1, 0, 1) * 0.5 * np.exp(-((c.y / h - 0.4) / 0.12) ** 2), srgb("#3f3a6b"))
    far = h * 0.685 - h * 0.03 * np.abs(fbm1(w, 4, 12, 5)) * np.linspace(0.2, 1.7, w)
    c.land(far, "#6d5680", "#a07286", h * 0.06)
    lx, ly = w * 0.3, h * 0.3
    # The beam: two wedges of light from the lantern, thinning with distance.
    dx, dy = c.x - lx, c.y - ly
    dist, angle = np.hypot(dx, dy) + 1, np.arctan2(dy, dx)
    for centre, power in ((-0.07 + sweep, 0.85), (np.pi - 0.07 + sweep, 0.5)):
        off = np.abs((angle - centre + np.pi) % (2 * np.pi) - np.pi)
        c.mix(np.clip(np.exp(-(off / 0.075) ** 2) * np.exp(-dist / (w * 0.55)) * power, 0, 1), srgb("#fff0c4"))
    c.water(h * 0.7, 33, "#20284f", 0.3)
    rock = h * 0.83 - h * 0.19 * np.exp(-((np.arange(w) / w - 0.27) / 0.15) ** 2) \
        - h * 0.03 * np.abs(fbm1(w, 9, 77, 6, 0.6)) + h * 0.34 * smooth(np.clip((np.arange(w) / w - 0.36) / 0.5, 0, 1))
    c.land(rock, "#1d1c30", "#0b0e1c", h * 0.2)
    foot = h * 0.65

    def part(points, colour):
        c.shape(lambda pen, k: pen.polygon([(x * w * k, y * h * k) for x, y in points], fill=255), colour)

    def tower(a, b):
        return [(0.3 - 0.017 - 0.013 * a, 0.335 + 0.325 * a), (0.3 + 0.017 + 0.013 * a, 0.335 + 0.325 * a),
                (0.3 + 0.017 + 0.013 * b, 0.335 + 0.325 * b), (0.3 - 0.017 - 0.013 * b, 0.335 + 0.325 * b)]
    for i in range(6):
        part(tower(i / 6, (i + 1) / 6), "#b8473f" if i % 2 else "#efe3d3")
    shade = np.clip((c.x - lx) / (w * 0.03), -1, 1) * 0.5 + 0.5
    inside = (np.abs(c.x - lx) < w * 0.035) & (c.y > h * 0.33) & (c.y < foot)
    lit = np.asarray(tower_mask(w, h, tower(0, 1)), np.float32) / 255
    c.mix(np.where(inside, lit * shade * 0.55, 0), srgb("#231a3c"))
    part([(0.272, 0.325), (0.328, 0.325), (0.325, 0.342), (0.275, 0.342)], "#1a1830")
    part([(0.286, 0.275), (0.314, 0.275), (0.314, 0.325), (0.286, 0.325)], "#ffe9b0")
    part([(0.281, 0.276), (0.319, 0.276), (0.3, 0.238)], "#2a1d33")
    for x in (0.2855, 0.3, 0.3145):
        part([(x - 0.0009, 0.274), (x + 0.0009, 0.274), (x + 0.0009, 0.327), (x - 0.0009, 0.327)], "#1a1830")
    part([(0.335, 0.612), (0.4, 0.618), (0.4, 0.668), (0.335, 0.668)], "#d8c7b6")
    part([(0.328, 0.616), (0.407, 0.622), (0.393, 0.578), (0.342, 0.574)], "#5a2b38")
    part([(0.352, 0.633), (0.365, 0.633), (0.365, 0.652), (0.352, 0.652)], "#ffd88a")
    part([(0.377, 0.633), (0.39, 0.633), (0.39, 0.652), (0.377, 0.652)], "#ffd88a")
    c.glow(lx, ly, w * 0.035, "#ffdf9a", 0.95).glow(lx, ly, w * 0.11, "#f7a95e", 0.35)
    return c.vignette(0.3)


def tower_mask(w, h, points):
    mask = Image.new("L", (w * 2, h * 2), 0)
    ImageDraw.Draw(mask).polygon([(x * w * 2, y * h * 2) for x, y in points], fill=255)
    return mask.resize((w, h), Image.BOX)


def sea_at_dusk(w=1600, h=1067):
    c = Canvas(w, h).sky([(0, "#24386b"), (0.2, "#5c5a97"), (0.38, "#c7708d"), (0.5, "#f79a6d"), (0.58, "#ffd089"),
                          (1, "#ffd089")])
    cloud = fbm2(w, h, 2.5, 15, 21, 6)
    c.mix(np.clip(cloud - 0.1, 0, 1) * 0.9 * np.exp(-((c.y / h - 0.33) / 0.16) ** 2), srgb("#ffb287"))
    c.mix(np.clip(-cloud - 0.25, 0, 1) * 0.7 * np.exp(-((c.y / h - 0.22) / 0.16) ** 2), srgb("#4b3f78"))
    sx = w * 0.57
    c.glow(sx, h * 0.575, w * 0.14, "#ffb763", 0.8, 1.3).glow(sx, h * 0.565, w * 0.04, "#ffe9b9", 0.8)
    c.disc(sx, h * 0.558, h * 0.042, "#fff6dc", 3)
    c.land(h * 0.6 - h * 0.035 * np.clip(fbm1(w, 3, 62, 5) + np.linspace(1.3, -1.6, w), 0, 3), "#7a4b6e", "#a35f73", h * .05)
    c.water(h * 0.6, 70, "#35305f", 0.16)
    path = np.exp(-((c.x - sx) / (w * (0.03 + 0.11 * np.clip(c.y / h - 0.6, 0, 1)))) ** 2) * (c.y > h * 0.6)
    glitter = np.clip(noise2(w, h, w / 26, h / 4, 5) - 0.25, 0, 1) * 1.3
    c.mix(np.clip(path * glitter, 0, 0.9), srgb("#ffe0a6"))
    return c.vignette(0.3)


def forest_fog(w=1600, h=1067):
    c = Canvas(w, h).sky([(0, "#b9cdd0"), (0.35, "#dbe4dc"), (0.6, "#f3efdf"), (1, "#cfdad2")])
    c.glow(w * 0.3, h * 0.28, w * 0.2, "#fff2cf", 0.7)
    inks = ["#b6c6c2", "#91a9a6", "#67857f", "#40635d", "#213f3c", "#0f2523"]
    mist = ["#dde5de", "#c9d6d0", "#a9beb7", "#7f9b93", "#4b6b65", "#142d2b"]
    for i in range(6):
        line = h * (0.4 + 0.112 * i) + h * 0.05 * fbm1(w, 2 + i * 0.6, 800 + 13 * i, 4)
        c.shape(conifers(190 - 25 * i, 60 + i, line, h * (0.085 + 0.055 * i), w), inks[i], blur=max(0, 1.3 - 0.4 * i))
        c.land(line, inks[i], mist[i], h * 0.16, 2)
        if i < 5:
            fog = np.exp(-((c.y - line[None, :] - h * 0.1) / (h * 0.07)) ** 2)
            c.mix(np.clip(fog * (0.55 + 0.35 * fbm2(w, h, 3, 4, 300 + i, 3)), 0, 0.9), srgb(mist[i]))
    return c.vignette(0.2)


def aurora(w=1600, h=1067):
    c = Canvas(w, h).sky([(0, "#050a1f"), (0.45, "#0c2038"), (0.72, "#1b4552"), (1, "#1b4552")]).stars(900, 4, 0.75)
    light = np.zeros_like(c.px)
    for seed, base, reach, power in ((1, 0.52, 0.3, 1.0), (8, 0.38, 0.26, 0.6), (15, 0.62, 0.18, 0.55)):
        foot = h * (base + 0.1 * fbm1(w, 2.4, seed, 3) + 0.012 * fbm1(w, 40, seed + 2, 2))
        rays = np.clip(0.5 + 0.5 * fbm1(w, 34, seed + 3, 4, 0.7), 0.05, 1.6) * np.clip(0.8 + 0.7 * fbm1(w, 3, seed + 4, 2), 0.1, 1.6)
        up = (foot[None, :] - c.y) / (h * reach)
        body = np.where(up > 0, np.exp(-up * 2.1) * (1 - np.exp(-up * 26)), 0) * (rays * power)[None, :]
        light += body[..., None] * ramp([(0, "#7dffb0"), (0.35, "#35e39a"), (0.7, "#4a8fe0"), (1, "#a65be8")],
                                        np.clip(up * 0.75, 0, 1))
    glow = np.asarray(Image.fromarray(np.clip(light * 160, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(38)), np.float32) / 255
    c.px = 1 - (1 - c.px) * np.clip(1 - light * 0.85, 0, 1) * (1 - glow * 0.6)
    c.land(h * 0.735 - h * 0.11 * np.abs(fbm1(w, 4, 91, 6, 0.55)), "#12303c", "#1c4148", h * 0.1)
    c.water(h * 0.76, 12, "#07182a", 0.28, 0.7)
    shore = h * 0.955 + h * 0.02 * fbm1(w, 5, 6, 4) + h * 0.05 * np.sin(np.linspace(-0.6, 2.6, w))
    c.land(shore, "#040c14", "#02060b", h * 0.1)
    c.shape(conifers(46, 3, shore, h * 0.2, w), "#040c14")
    return c.vignette(0.3)


def city(w=1600, h=1067):
    c = Canvas(w, h).sky([(0, "#0b1030"), (0.3, "#24255c"), (0.5, "#6b3b74"), (0.62, "#cf6a6f"), (0.68, "#f1a06f"),
                          (1, "#f1a06f")]).stars(200, 14, 0.35, 0.7)
    r = np.random.RandomState(58)
    for layer, (body, lamp, low, high, lit) in enumerate((
            ("#6a416f", "#f7b58a", 0.06, 0.2, 0.10), ("#3c2c5c", "#ffcf8c", 0.08, 0.32, 0.26), ("#161839", "#ffdf9f", 0.05, 0.24, 0.34))):
        boxes, windows = [], []
        x = -20.0
        while x < w:
            wide = r.uniform(0.022, 0.055) * w * (0.8 + 0.2 * layer)
            centre = np.exp(-((x / w - 0.6) / 0.26) ** 2)
            tall = h * (low + (high - low) * r.uniform(0.15, 1) * (0.3 + 0.7 * centre))
            top = h * 0.7 - tall
            boxes.append((x, top, x + wide, h * 0.7, r.rand()))
            step = 9 + 2 * layer
            for wy in np.arange(top + 9, h * 0.695 - 6, step * 1.25):
                for wx in np.arange(x + 6, x + wide - 7, step):
                    if r.rand() < lit:
                        windows.append((wx, wy, wx + step * 0.45, wy + step * 0.6))
            x += wide * r.uniform(0.8, 1.08)

        def skyline(pen, k):
            for x0, y0, x1, y1, style in boxes:
                pen.rectangle([x0 * k, y0 * k, x1 * k, y1 * k], fill=255)
                mid = (x0 + x1) / 2
                if style > 0.78:
                    pen.polygon([(x0 * k, y0 * k), (mid * k, (y0 - (x1 - x0) * 0.5) * k), (x1 * k, y0 * k)], fill=255)
                    pen.line([mid * k, y0 * k, mid * k, (y0 - h * 0.07) * k], fill=255, width=2 * k)
                elif style > 0.5:
                    pen.rectangle([(x0 + (x1 - x0) * .25) * k, (y0 - 16) * k, (x0 + (x1 - x0) * .7) * k, y0 * k], fill=255)
        c.shape(skyline, body)
        c.shape(lambda pen, k: [pen.rectangle([v * k for v in box], fill=255) for box in windows], lamp, 0.3, 0.9)
        c.mix(np.clip(np.exp(-((c.y - h * 0.7) / (h * 0.07)) ** 2), 0, 1) * 0.22 * (c.y < h * 0.7), srgb("#f0936d"))
    c.water(h * 0.7, 44, "#121540", 0.22, 0.8)
    c.shape(lambda pen, k: pen.rectangle([0, h * 0.697 * k, w * k, h * 0.703 * k], fill=255), "#0d0f2a")
    for x in np.arange(0.04, 1, 0.075):
        c.glow(w * x, h * 0.69, w * 0.006, "#ffe2a1", 0.9)
    return c.vignette(0.3)


def dunes(w=1600, h=1067):
    c = Canvas(w, h).sky([(0, "#5f8fb8"), (0.25, "#a9c3cc"), (0.42, "#f2d9b5"), (0.5, "#f9c78f"), (1, "#f9c78f")])
    c.glow(w * 0.16, h * 0.36, w * 0.18, "#fff0cc", 0.7)
    lights = ["#eab885", "#e6a468", "#dd8e4f", "#d07a3d", "#c06c34"]
    shades = ["#c98f6e", "#b37053", "#94523f", "#733a33", "#532a2a"]
    xs = np.arange(w) / w
    for i in range(5):
        crest = h * (0.43 + 0.115 * i) + h * (0.03 + 0.026 * i) * np.sin(xs * (4.4 + 0.3 * i) + 1.9 * i + 0.4) \
            + h * 0.016 * fbm1(w, 2.6, 300 + i, 3)
        depth = c.y - crest[None, :]
        mask = np.clip(depth / 1.4 + 0.5, 0, 1)
        # The lee side: below a second, winding line that leaves the crest where it turns from the sun.
        fall = h * (0.03 + 0.05 * i) * (1.1 + np.sin(xs * (4.4 + 0.3 * i) + 1.9 * i - 0.9)) + h * 0.012 * fbm1(w, 4, 40 + i, 3)
        lee = 1 / (1 + np.exp(-(fall[None, :] - depth) / (1.5 + depth.clip(0) * 0.03)))
        ripple = np.sin((depth * (1.25 - 0.17 * i) + c.x * 0.1 + 10 * noise2(w, h, 14, 10, 70 + i))) * 0.035 * np.clip(depth / (h * 0.05), 0, 1)
        light = ramp([(0, lights[i]), (1, shades[i])], np.clip(depth / (h * 0.36), 0, 0.7))
        dark = ramp([(0, shades[i]), (1, lights[i])], np.clip(depth / (h * 0.3), 0, 0.45))
        c.mix(mask, (light * (1 - lee[..., None]) + dark * lee[..., None]) * (1 + ripple * (0.3 + 0.7 * (1 - lee)))[..., None])
    return c.vignette(0.25)


def lantern_line(w=1500, h=1000):
    """Paper lanterns at dusk, as saturated as sRGB allows; the wide-gamut file goes further."""
    c = Canvas(w, h).sky([(0, "#0b1440"), (0.5, "#1f2f7a"), (0.8, "#5b3a8c"), (1, "#b0507f")])
    r = np.random.RandomState(6)
    for _ in range(26):
        x, y, size = r.uniform(0, w), r.uniform(h * 0.45, h), r.uniform(14, 46)
        d = np.hypot(c.x - x, c.y - y)
        colour = ["#ff6a3d", "#ffd23d", "#2fd6a0", "#4da3ff", "#ff4f9a"][r.randint(5)]
        c.mix(np.clip((size - d) / 5, 0, 1) * r.uniform(0.12, 0.32), srgb(colour))
    xs = np.arange(w) / w
    ropes = [(0.1, 0.13, 0.0, 5, 62), (0.36, 0.16, 0.11, 4, 92)]
    tints = ["#ff2a1a", "#ffb300", "#00d26a", "#00b7ff", "#ff1fa2", "#ff6a00"]
    n = 0
    for top, sag, phase, count, size in ropes:
        rope = h * (top + sag * (1 - (2 * ((xs + phase) % 1.0) - 1) ** 2) * 0.9)
        c.shape(lambda pen, k: pen.line([(i * k, rope[i] * k) for i in range(0, w, 4)], fill=255, width=3 * k), "#070b24")
        for i in range(count):
            x = w * ((i + 0.55) / count)
            y = rope[int(min(x, w - 1))] + size * 1.15
            tint = tints[n % 6]
            n += 1
            c.glow(x, y, size * 1.7, tint, 0.55)
            u, v = (c.x - x) / (size * 0.92), (c.y - y) / size
            d = np.sqrt(u * u + np.abs(v) ** 2.4)
            rib = 0.86 + 0.14 * np.cos(v * 26)
            body = ramp([(0, "#fff3c2"), (0.35, tint), (1, tint)], np.clip(np.hypot(u, v - 0.15), 0, 1))
            edge = (1 - 0.35 * np.clip(np.abs(u), 0, 1) ** 3)[..., None]
            c.mix(np.clip((1 - d) * size / 1.6 + 0.5, 0, 1), body * rib[..., None] * edge)
            for sign in (-1, 1):
                cap = (np.abs(c.x - x) < size * 0.34) & (np.abs(c.y - y - sign * size * 0.98) < size * 0.07)
                c.mix(cap * 1.0, srgb("#1c1026"))
            c.shape(lambda pen, k: pen.line([x * k, (y + size * 1.05) * k, x * k, (y + size * 1.5) * k], fill=255, width=3 * k), tint)
    return c.vignette(0.25)


def ink_wash(w=1400, h=933):
    """Grey hills in water and ink: warped noise for the paper, ridges that bleed downwards."""
    c = Canvas(w, h)
    paper = 0.93 + 0.02 * fbm2(w, h, 60, 40, 8, 3)
    tone = paper.copy()
    for i in range(6):
        line = h * (0.3 + 0.12 * i) - h * (0.16 - 0.008 * i) * np.abs(fbm1(w, 2.3 + i * 0.5, 520 + 9 * i, 6, 0.53)) + h * 0.03
        depth = c.y - line[None, :] + 5 * noise2(w, h, 120, 80, 30 + i)
        wash = np.exp(-np.clip(depth, 0, None) / (h * (0.09 + 0.012 * i))) * np.clip(depth / 3, 0, 1)
        wash *= 0.75 + 0.25 * fbm2(w, h, 7, 9, 600 + i, 4)
        tone *= 1 - np.clip(wash, 0, 1) * (0.26 + 0.115 * i)
    sun = np.hypot(c.x - w * 0.74, c.y - h * 0.2)
    tone *= 1 - 0.28 * np.clip((h * 0.075 - sun) / 2, 0, 1)
    r = np.random.RandomState(3)
    birds = Image.new("L", (w * 2, h * 2), 0)
    pen = ImageDraw.Draw(birds)
    for _ in range(9):
        x, y, s = r.uniform(0.3, 0.62) * w * 2, r.uniform(0.09, 0.24) * h * 2, r.uniform(9, 20)
        pen.arc([x - 2 * s, y - s, x, y + s], 200, 340, fill=255, width=4)
        pen.arc([x, y - s, x + 2 * s, y + s], 200, 340, fill=255, width=4)
    tone *= 1 - 0.7 * np.asarray(birds.resize((w, h), Image.BOX), np.float32) / 255
    return Image.fromarray(np.clip(tone * 255 + np.random.RandomState(2).normal(0, 1.2, (h, w)), 0, 255).astype(np.uint8), "L")


def contours(w=1400, h=933):
    field = fbm2(w, h, 3.2, 2.2, 2025, 4, 0.42)
    field = (field - field.min()) / (field.max() - field.min())
    tint = ramp([(0, "#14424f"), (0.33, "#2c7a78"), (0.5, "#8db48c"), (0.66, "#e7d3a0"), (0.85, "#d8905a"), (1, "#a24b3c")],
                np.floor(field * 14) / 14)
    gy, gx = np.gradient(field * 42)
    steep = np.hypot(gx, gy) + 1e-4
    for every, width, dark in ((1, 0.55, 0.82), (5, 1.15, 0.55)):
        v = field * 42 / every
        near = np.abs(v - np.round(v)) * every / steep
        tint *= (1 - (1 - dark) * np.clip(width - near + 0.5, 0, 1))[..., None]
    return Image.fromarray(np.clip(tint * 255, 0, 255).astype(np.uint8), "RGB") \
        .quantize(48, Image.MEDIANCUT, dither=Image.Dither.NONE)


def bokeh(w=1500, h=1000):
    c = Canvas(w, h).sky([(0, "#0b0f2a"), (0.55, "#2a1d45"), (1, "#100c22")])
    c.glow(w * 0.3, h * 0.55, w * 0.2, "#d9683f", 0.5).glow(w * 0.76, h * 0.5, w * 0.18, "#3f6fd0", 0.4)
    r = np.random.RandomState(17)
    tints = ["#ffb45c", "#ff7a4d", "#ffe2a0", "#6fd0ff", "#ff5c7d", "#ffb45c", "#ffd98a"]
    for _ in range(170):
        x, y = r.uniform(0, w), h * np.clip(r.normal(0.56, 0.13), 0.05, 0.98)
        size = r.uniform(14, 64) * (0.6 + 0.8 * y / h)
        d = np.hypot(c.x - x, c.y - y)
        rim = 0.55 + 0.45 * np.clip(d / size, 0, 1) ** 6
        m = np.clip((size - d) / 2.5, 0, 1) * rim * r.uniform(0.14, 0.8)
        c.px = 1 - (1 - c.px) * (1 - m[..., None] * srgb(tints[r.randint(7)]).astype(np.float32))
    for _ in range(240):  # rain on the pane
        x, y, size = r.uniform(0, w), r.uniform(0, h), r.uniform(1.5, 6)
        d = np.hypot(c.x - x, (c.y - y) * 0.85)
        c.px *= (1 - 0.35 * np.clip((size - d) / 1.5, 0, 1))[..., None]
        c.mix(np.clip((size * 0.35 - np.hypot(c.x - x + size * .3, c.y - y + size * .3)) / 1.2, 0, 1) * 0.8, srgb("#dfe9ff"))
    return c.vignette(0.35)


def boats(w=1500, h=1000):
    c = Canvas(w, h).sky([(0, "#9cc3cf"), (0.3, "#cfe0d8"), (0.52, "#f8e7c6"), (0.6, "#f9d3a4"), (1, "#f9d3a4")])
    c.glow(w * 0.72, h * 0.5, w * 0.13, "#fff3d2", 0.7)
    for i, (top, low) in enumerate((("#b9c6c2", "#e6dfc9"), ("#93aab0", "#cfd3c6"))):
        c.land(h * (0.6 - 0.02 * i) - h * 0.09 * np.abs(fbm1(w, 2.6 + i, 66 + i, 5)) * (1 - 0.4 * i), top, low, h * 0.1)
    c.mix(np.exp(-((c.y - h * 0.62) / (h * 0.035)) ** 2) * 0.7, srgb("#f4ead2"))
    for x, y, s, sail, hull in ((0.24, 0.69, 0.27, "#d9553f", "#3a2230"), (0.52, 0.655, 0.15, "#fbf3e2", "#6a3a34"),
                                (0.83, 0.67, 0.19, "#e9a13b", "#2f3a4a"), (0.66, 0.643, 0.07, "#8fa9ad", "#54707a")):
        def poly(points, colour):
            c.shape(lambda pen, k: pen.polygon([((x * w + px * s * h) * k, (y * h + py * s * h) * k) for px, py in points], fill=255), colour)
        poly([(-0.012, -1.12), (0.012, -1.12), (0.012, 0), (-0.012, 0)], "#4a2f2a")
        poly([(0.03, -1.05), (0.13, -0.6), (0.2, -0.12), (0.03, -0.1)], sail)
        poly([(-0.03, -1.0), (-0.2, -0.6), (-0.38, -0.12), (-0.03, -0.1)], sail)
        poly([(0.03, -1.05), (0.06, -0.6), (0.07, -0.11), (0.03, -0.1)], "#fff7e6")
        poly([(-0.44, -0.07), (0.4, -0.07), (0.3, 0.07), (-0.34, 0.07)], hull)
    above = c.px.copy()
    c.water(h * 0.7, 7, "#8fb0b4", 0.18, 0.55)
    return c.vignette(0.15)


def moonrise(w=1000, h=1500):
    c = Canvas(w, h).sky([(0, "#0a1633"), (0.4, "#1f3a62"), (0.65, "#567a94"), (0.8, "#a8b6ad"), (1, "#cfc6a8")]).stars(320, 88, 0.5, 0.8)
    mx, my, mr = w * 0.62, h * 0.3, w * 0.13
    c.glow(mx, my, w * 0.22, "#ffeec7", 0.55)
    d = np.hypot(c.x - mx, c.y - my)
    face = 0.93 + 0.06 * fbm2(w, h, 14, 20, 77, 4) - 0.12 * np.clip(noise2(w, h, 11, 17, 5) - 0.1, 0, 1)
    c.mix(np.clip((mr - d) / 1.5, 0, 1), srgb("#fff4d6") * face[..., None])
    for i, (ink, mist) in enumerate((("#46687c", "#8aa09f"), ("#2a4a5c", "#5f7d83"), ("#132b3a", "#2b4a55"), ("#07141d", "#07141d"))):
        line = h * (0.68 + 0.085 * i) + h * 0.03 * fbm1(w, 2 + i, 210 + i, 4)
        c.shape(conifers(90 - 16 * i, 31 + i, line, h * (0.09 + 0.055 * i), w), ink, blur=max(0, 1.2 - 0.5 * i))
        c.land(line, ink, mist, h * 0.09, 2)
    return c.vignette(0.35)


DIGITS = {"1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd", "6": "afgedc", "7": "abc", "8": "abcdefg"}


def cabin(number, w=900, h=600):
    """A lakeside cabin with an arrow that points to the sky: wrong orientation is seen at a glance."""
    skies = [("#27406f", "#f3b59a", "#ffe1ae"), ("#3a5d94", "#f6c7a2", "#ffeec8"), ("#4f86b5", "#cfe3e0", "#fff3d8"),
             ("#3f8fc4", "#bfe0e6", "#f5f3dc"), ("#4a83b0", "#e6d9c0", "#ffe9bd"), ("#5a5f9c", "#f2a587", "#ffd79a"),
             ("#3c3577", "#d5738a", "#ffb57e"), ("#141c48", "#4a4a86", "#b8738a")]
    top, mid, low = skies[number - 1]
    c = Canvas(w, h).sky([(0, top), (0.38, mid), (0.6, low), (1, low)])
    if number in (1, 8):
        c.stars(140, number, 0.4, 0.8)
    sun = (0.12 + 0.1 * number, 0.5 - 0.34 * np.sin((number - 0.5) / 8 * np.pi))
    c.glow(w * sun[0], h * sun[1], w * 0.1, "#fff0c8", 0.7).disc(w * sun[0], h * sun[1], h * 0.035, "#fffaf0", 2)
    c.land(h * 0.56 - h * 0.2 * np.abs(fbm1(w, 3.1, 19, 6, 0.5)), "#5f6f8e", "#b4a9ae", h * 0.2)
    c.land(h * 0.6 - h * 0.07 * np.abs(fbm1(w, 5, 29, 5)), "#33505c", "#547077", h * 0.1)
    c.shape(conifers(70, 4, np.full(w, h * 0.625), h * 0.15, w), "#1d3a40")

    def poly(points, colour):
        c.shape(lambda pen, k: pen.polygon([(x * w * k, y * h * k) for x, y in points], fill=255), colour)
    poly([(0.16, 0.47), (0.36, 0.47), (0.36, 0.64), (0.16, 0.64)], "#8a4b3a")
    poly([(0.135, 0.485), (0.385, 0.485), (0.26, 0.34)], "#3b2530")
    poly([(0.31, 0.345), (0.335, 0.345), (0.335, 0.43), (0.31, 0.43)], "#3b2530")
    for x in (0.185, 0.285):
        poly([(x, 0.52), (x + 0.05, 0.52), (x + 0.05, 0.585), (x, 0.585)], "#ffdf94")
    c.water(h * 0.64, 3, "#27455a", 0.22, 0.7)
    # A painted sign on the pier: the arrow, and the value of the EXIF tag.
    poly([(0.69, 0.82), (0.705, 0.82), (0.705, 0.98), (0.69, 0.98)], "#4a332c")
    poly([(0.86, 0.82), (0.875, 0.82), (0.875, 0.98), (0.86, 0.98)], "#4a332c")
    poly([(0.65, 0.4), (0.915, 0.4), (0.915, 0.84), (0.65, 0.84)], "#f4e9d2")
    poly([(0.66, 0.415), (0.905, 0.415), (0.905, 0.825), (0.66, 0.825)], "#1f3a4d")
    poly([(0.72, 0.45), (0.775, 0.56), (0.74, 0.56), (0.74, 0.79), (0.70, 0.79), (0.70, 0.56), (0.665, 0.56)], "#f6b44b")
    x0, x1, y0, y1, t = 0.80, 0.885, 0.475, 0.785, 0.018
    ym, ty = (y0 + y1) / 2, t * 1.5
    bars = {"a": (x0, y0, x1, y0 + ty), "d": (x0, y1 - ty, x1, y1), "g": (x0, ym - ty / 2, x1, ym + ty / 2), "f": (x0, y0, x0 + t, ym),
            "e": (x0, ym, x0 + t, y1), "b": (x1 - t, y0, x1, ym), "c": (x1 - t, ym, x1, y1)}
    for s in DIGITS[str(number)]:
        a, b, e, f = bars[s]
        poly([(a, b), (e, b), (e, f), (a, f)], "#f4e9d2")
    c.land(h * 0.955 + h * 0.012 * fbm1(w, 8, 2, 4), "#1b2c33", "#0e1a20", h * 0.05)
    return c.vignette(0.2)


def paper_lantern(s=900):
    """One lantern, cut out: colour under an alpha channel that fades with its glow."""
    c = Canvas(s, s)
    u, v = (c.x - s / 2) / (s * 0.25), (c.y - s * 0.5) / (s * 0.29)
    d = np.sqrt(u * u + np.abs(v) ** 2.5)
    body = ramp([(0, "#fff6d0"), (0.4, "#ffc663"), (0.8, "#ee7f35"), (1, "#b94a2a")], np.clip(np.hypot(u, v - 0.12), 0, 1))
    rib = 0.9 + 0.1 * np.cos(v * 30)
    c.px = np.broadcast_to(srgb("#ffb04d"), c.px.shape).astype(np.float32)
    inside = np.clip((1 - d) * s * 0.2 + 0.5, 0, 1)
    halo = np.clip(np.exp(-np.clip(d - 0.9, 0, None) * 3.4) * 0.42 - 0.05, 0, 1)
    c.mix(inside, body * rib[..., None])
    alpha = np.maximum(inside, halo * np.clip((1 - np.hypot(c.x / s - 0.5, c.y / s - 0.5) / 0.5) * 4, 0, 1))
    wood = np.zeros_like(alpha)
    for sign in (-1, 1):
        wood = np.maximum(wood, np.clip(s * 0.085 - np.abs(c.x - s / 2), 0, 1) * np.clip(s * 0.02 - np.abs(c.y - s * (0.5 + 0.285 * sign)), 0, 1))
    wood = np.maximum(wood, np.clip(s * 0.006 - np.abs(c.x - s / 2), 0, 1) * (c.y < s * 0.21) * (c.y > s * 0.06))
    ring = np.abs(np.hypot(c.x - s / 2, c.y - s * 0.045) - s * 0.022)
    wood = np.maximum(wood, np.clip(s * 0.006 - ring, 0, 1))
    c.mix(wood, srgb("#3d2030"))
    for dx in (-0.02, 0, 0.02):
        wood = np.maximum(wood, np.clip(2.2 - np.abs(c.x - s * (0.5 + dx)), 0, 1) * (c.y > s * 0.8) * (c.y < s * (0.9 - abs(dx))))
    c.mix(wood * (c.y > s * 0.8), srgb("#a83b2c"))
    out = np.dstack([np.clip(c.px * 255 + 0.5, 0, 255), np.round(np.maximum(alpha, wood) * 85) * 3])
    out[out[..., 3] == 0] = 0
    return Image.fromarray(out.astype(np.uint8), "RGBA")


LAMP = ["................", "......4444......", ".....4....4.....", ".....4....4.....", "....44444444....", "...4444444444...",
        "....4222222 4...".replace(" ", "2"), "....42333324....", "....42311324....", "....42311324....", "....42333324....",
        "....42222224....", "...4444444444...", "....44444444....", ".....444444.....", "................"]


def pixel_lamp():
    small = Image.new("P", (16, 16), 0)
    colours = ["#1b2340", "#fffbe8", "#f59d3d", "#ffd77a", "#c9b79c"]
    small.putpalette([int(v * 255) for h in colours for v in srgb(h)])
    for y, row in enumerate(LAMP):
        for x, ch in enumerate(row):
            small.putpixel((x, y), 0 if ch == "." else int(ch))
    return small.resize((64, 64), Image.NEAREST)


def tall_screen(pictures, w=780, h=2600):
    """What a phone shows of a whole page: bars for lines of text, real thumbnails."""
    page = Image.new("RGB", (w * 2, h * 2), "#fbf8f2")
    pen = ImageDraw.Draw(page)

    def box(x, y, bw, bh, colour, radius=0):
        pen.rounded_rectangle([x * 2, y * 2, (x + bw) * 2, (y + bh) * 2], radius * 2, fill=colour)

    def text(x, y, width, lines, size, gap, colour, seed):
        r = np.random.RandomState(seed)
        for i in range(lines):
            cx, end = x, x + width * (0.55 if i == lines - 1 else r.uniform(0.9, 1))
            while cx < end - size:
                word = min(r.uniform(2, 7.5) * size * 0.62, end - cx)
                box(cx, y + i * gap, word, size * 0.62, colour, size * 0.28)
                cx += word + size * 0.5
    box(0, 0, w, 112, "#18213a")
    box(44, 40, 34, 34, "#f6b44b", 17)
    text(98, 46, 240, 1, 34, 0, "#f4ead6", 1)
    for i in range(3):
        box(w - 90, 40 + 14 * i, 46, 5, "#f4ead6", 2)
    y = 170
    text(44, y, w - 88, 2, 50, 62, "#1d2433", 2)
    y += 150
    text(44, y, w - 88, 2, 24, 40, "#8b8577", 3)
    y += 110
    for i, picture in enumerate(pictures):
        thumb = picture.resize(((w - 88) * 2, 440 * 2), Image.LANCZOS)
        mask = Image.new("L", thumb.size, 0)
        ImageDraw.Draw(mask).rounded_rectangle([0, 0, thumb.size[0] - 1, thumb.size[1] - 1], 36, fill=255)
        page.paste(thumb, (88, y * 2), mask)
        y += 480
        text(44, y, w * 0.7, 1, 38, 0, "#1d2433", 10 + i)
        text(44, y + 54, w - 88, 3, 24, 40, "#6d685d", 20 + i)
        box(44, y + 184, 130, 40, "#f3dfb8", 20)
        box(188, y + 184, 96, 40, "#dfe6dc", 20)
        y += 278
    page = page.crop((0, 0, w * 2, min(y, h) * 2)).resize((w, min(y, h)), Image.BOX)
    return page.quantize(160, Image.MEDIANCUT, dither=Image.Dither.NONE)


# ---------------------------------------------------------------- files

def jpeg(image, name, quality=84, **options):
    path = IMAGES / name
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, "JPEG", quality=quality, optimize=True, **options)
    return image


def png(image, name, **options):
    path = IMAGES / name
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, "PNG", optimize=True, **options)


def png16(pixels, name):
    """RGB with 16 bits a channel, which Pillow cannot write: one Sub-filtered scan line after the other."""
    h, w, _ = pixels.shape
    big = np.clip(pixels * 65535 + 0.5, 0, 65535).astype(">u2")
    rows = big.view(np.uint8).reshape(h, w * 6)
    sub = rows.copy()
    sub[:, 6:] -= rows[:, :-6]
    data = np.hstack([np.ones((h, 1), np.uint8), sub]).tobytes()

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    path = IMAGES / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 16, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))


D50 = np.array([0.96422, 1.0, 0.82521])
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def rgb_to_d50(primaries, white=(0.3127, 0.3290)):
    """The matrix from linear RGB to D50 XYZ, as an ICC matrix profile holds it."""
    columns = np.array([[x / y, 1, (1 - x - y) / y] for x, y in primaries]).T
    source = np.array([white[0] / white[1], 1, (1 - white[0] - white[1]) / white[1]])
    matrix = columns * np.linalg.solve(columns, source)
    scale = np.diag((BRADFORD @ D50) / (BRADFORD @ source))
    return np.linalg.inv(BRADFORD) @ scale @ BRADFORD @ matrix


SRGB_MATRIX = rgb_to_d50([(0.64, 0.33), (0.30, 0.60), (0.15, 0.06)])
WIDE_MATRIX = rgb_to_d50([(0.708, 0.292), (0.170, 0.797), (0.131, 0.046)])
WIDE_GAMMA = 563 / 256


def wide_profile():
    """A version 2 matrix profile, written out by hand (ICC.1:2001-04, sections 6.1 and 6.5)."""
    def fixed(*values):
        return b"".join(struct.pack(">i", int(round(v * 65536))) for v in values)

    def xyz(values):
        return b"XYZ \0\0\0\0" + fixed(*values)
    name = b"Lantern Wide RGB\0"
    desc = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + b"\0" * 78
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, 563)
    tags = [(b"desc", desc), (b"cprt", b"text\0\0\0\0Public domain\0"), (b"wtpt", xyz(D50)),
            (b"rXYZ", xyz(WIDE_MATRIX[:, 0])), (b"gXYZ", xyz(WIDE_MATRIX[:, 1])), (b"bXYZ", xyz(WIDE_MATRIX[:, 2])),
            (b"rTRC", curve), (b"gTRC", curve), (b"bTRC", curve)]
    table, body, offset = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for key, data in tags:
        table += key + struct.pack(">II", offset + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    size = 128 + len(table) + len(body)
    head = struct.pack(">I4sI4s4s4s6H4s", size, b"\0\0\0\0", 0x02400000, b"mntr", b"RGB ", b"XYZ ",
                       2025, 1, 1, 0, 0, 0, b"acsp") + b"\0" * 28 + fixed(*D50)
    return head.ljust(128, b"\0") + table + body


def to_wide(pixels, boost=1.18):
    """sRGB pixels, made a little more saturated than sRGB can hold, in the wide space."""
    linear = to_linear(np.clip(pixels, 0, 1))
    grey = (linear @ np.array([0.2126, 0.7152, 0.0722]))[..., None]
    linear = grey + (linear - grey) * boost
    wide = linear @ (np.linalg.inv(WIDE_MATRIX) @ SRGB_MATRIX).T
    return np.clip(wide, 0, 1) ** (1 / WIDE_GAMMA)


def with_orientation(upright, value):
    """The pixels that a viewer turns upright when it obeys the EXIF tag `value`."""
    undo = {2: Image.FLIP_LEFT_RIGHT, 3: Image.ROTATE_180, 4: Image.FLIP_TOP_BOTTOM, 5: Image.TRANSPOSE,
            6: Image.ROTATE_90, 7: Image.TRANSVERSE, 8: Image.ROTATE_270}
    exif = Image.Exif()
    exif[0x0112] = value
    return (upright.transpose(undo[value]) if value in undo else upright), exif


def field_exif():
    """A place that is open ocean, and a camera that was never built: what must not be published."""
    exif = Image.Exif()
    exif[0x010F] = "Lantern Works"
    exif[0x0110] = "Pinhole Mark II"
    exif[0x0132] = "2025:05:11 06:42:10"
    exif[0x013B] = "Fennel Foghorn"
    camera = exif.get_ifd(0x8769)
    camera[0x9003] = "2025:05:11 06:42:10"
    camera[0x829A] = IFDRational(1, 250)
    camera[0x829D] = IFDRational(8, 1)
    camera[0xA430] = "Fennel Foghorn"
    camera[0xA431] = "LW-0042-0007"
    camera[0xA435] = "LENS-1138-22"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "S", (IFDRational(48), IFDRational(52), IFDRational(36))
    place[3], place[4] = "W", (IFDRational(123), IFDRational(23), IFDRational(36))
    place[5], place[6] = b"\0", IFDRational(12)
    return exif


def beam_gif(name, w=360, h=240, frames=12):
    """The lantern turns once in twelve frames, over one palette."""
    base = lighthouse(w, h, grain=False)
    dark = base.px.copy()
    lx, ly = w * 0.3, h * 0.3
    dist = np.hypot(base.x - lx, (base.y - ly) * 2.2) + 1
    angle = np.arctan2((base.y - ly) * 2.2, base.x - lx)
    pictures = []
    for i in range(frames):
        base.px = dark * 0.82
        for centre in (i / frames * 2 * np.pi, i / frames * 2 * np.pi + np.pi):
            off = np.abs((angle - centre + np.pi) % (2 * np.pi) - np.pi)
            base.mix(np.clip(np.exp(-(off / 0.16) ** 2) * np.exp(-dist / (w * 0.6)) * 0.8, 0, 1) * (base.y < h * 0.66), srgb("#fff0c4"))
        pictures.append(base.image(grain=0))
    sheet = Image.new("RGB", (w, h * 2))
    sheet.paste(pictures[0], (0, 0))
    sheet.paste(pictures[6], (0, h))
    palette = sheet.quantize(112, Image.MEDIANCUT)
    flat = [p.quantize(palette=palette, dither=Image.Dither.NONE) for p in pictures]
    (IMAGES / name).parent.mkdir(parents=True, exist_ok=True)
    flat[0].save(IMAGES / name, "GIF", save_all=True, append_images=flat[1:], duration=120, loop=0, optimize=False)


SVG_STYLE = """  <style>
    text { font: 600 17px ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: #f4ead6; text-anchor: middle }
    .small { font-size: 13px; font-weight: 400; fill: #b9c3d6 }
    .box { fill: #25345a; stroke: #46588a; stroke-width: 1.5 }
    .warm { fill: #6b3f2a; stroke: #f6b44b; stroke-width: 1.5 }
    .wire { fill: none; stroke: #f6b44b; stroke-width: 2.5; stroke-linecap: round }
  </style>
"""


def svg_box(x, y, w, h, title, note, kind="box"):
    return (f'  <rect class="{kind}" x="{x}" y="{y}" width="{w}" height="{h}" rx="12"/>\n'
            f'  <text x="{x + w // 2}" y="{y + h // 2 - 3}">{title}</text>\n'
            f'  <text class="small" x="{x + w // 2}" y="{y + h // 2 + 18}">{note}</text>\n')


def pipeline_svg():
    wires = "".join(f'  <path class="wire" d="{d}" marker-end="url(#tip)"/>\n' for d in (
        "M190 100 H246", "M190 230 H246", "M190 360 H246", "M190 360 C220 360 215 262 246 246", "M416 100 C470 100 460 216 508 224",
        "M416 230 H508", "M330 140 V182", "M668 230 H724"))
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="900" height="460" viewBox="0 0 900 460" role="img" aria-label="From sources to the deployed site">\n'
            + SVG_STYLE
            + '  <defs><marker id="tip" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse">'
              '<path d="M0 0 10 5 0 10z" fill="#f6b44b"/></marker></defs>\n'
            + '  <rect width="900" height="460" rx="18" fill="#18213a"/>\n' + wires
            + svg_box(30, 60, 160, 80, "images", "as they were shot") + svg_box(30, 190, 160, 80, "posts", "Markdown")
            + svg_box(30, 320, 160, 80, "theme", "templates, CSS") + svg_box(250, 60, 166, 80, "variants", "WebP, four widths", "warm")
            + svg_box(250, 190, 166, 80, "pages", "HTML", "warm") + svg_box(250, 320, 166, 80, "static", "copied", "warm")
            + '  <path class="wire" d="M416 360 C470 360 460 244 508 236" marker-end="url(#tip)"/>\n'
            + svg_box(512, 180, 156, 100, "lock", "every digest") + svg_box(728, 180, 146, 100, "site", "only the diff", "warm")
            + "</svg>\n")


def cache_svg():
    cells = ""
    r = np.random.RandomState(9)
    for row in range(4):
        for col in range(12):
            new = (row, col) in ((1, 4), (2, 9))
            tone = "#f6b44b" if new else ["#2b3d68", "#30457a", "#263659"][r.randint(3)]
            cells += f'  <rect x="{40 + col * 52}" y="{96 + row * 52}" width="44" height="44" rx="7" fill="{tone}"/>\n'
    return ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 704 350" role="img" aria-label="Two of forty-eight objects are new">\n'
            + SVG_STYLE + '  <rect width="704" height="350" rx="18" fill="#18213a"/>\n'
            + '  <text x="352" y="46">One post changed</text>\n  <text class="small" x="352" y="70">48 objects, two of them new</text>\n'
            + cells + '  <text class="small" x="352" y="330">everything in blue was found by its digest, and left alone</text>\n</svg>\n')


def write_text(name, text):
    path = IMAGES / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def avatars():
    AVATARS.mkdir(parents=True, exist_ok=True)
    s = 400
    c = Canvas(s, s).sky([(0, "#f3a55f"), (0.6, "#c9546a"), (1, "#5d3472")])          # Mira: a lamp at sundown
    c.glow(s / 2, s * 0.47, s * 0.16, "#fff1c0", 0.9)
    for points, colour in (([(0.36, 0.34), (0.64, 0.34), (0.61, 0.68), (0.39, 0.68)], "#fff0bd"), ([(0.32, 0.68), (0.68, 0.68), (0.65, 0.76), (0.35, 0.76)], "#3c1f3c"),
                           ([(0.31, 0.35), (0.69, 0.35), (0.56, 0.22), (0.44, 0.22)], "#3c1f3c"), ([(0.49, 0.34), (0.51, 0.34), (0.51, 0.68), (0.49, 0.68)], "#3c1f3c"),
                           ([(0.355, 0.34), (0.375, 0.34), (0.405, 0.68), (0.385, 0.68)], "#3c1f3c"), ([(0.625, 0.34), (0.645, 0.34), (0.615, 0.68), (0.595, 0.68)], "#3c1f3c")):
        c.shape(lambda pen, k: pen.polygon([(x * s * k, y * s * k) for x, y in points], fill=255), colour)
    c.shape(lambda pen, k: pen.arc([0.43 * s * k, 0.1 * s * k, 0.57 * s * k, 0.26 * s * k], 180, 360, fill=255, width=int(0.02 * s * k)), "#3c1f3c")
    c.glow(s / 2, s * 0.5, s * 0.06, "#ffe9a8", 0.8)
    c.image(0).save(AVATARS / "mira.png", optimize=True)

    c = Canvas(s, s).sky([(0, "#0f2a3d"), (0.55, "#2f7583"), (1, "#b9d6c8")])         # Fennel: waves under a moon
    c.stars(50, 2, 0.5).glow(s * 0.64, s * 0.3, s * 0.14, "#fff4d0", 0.6).disc(s * 0.64, s * 0.3, s * 0.12, "#fff6dc", 2)
    c.disc(s * 0.69, s * 0.27, s * 0.1, "#1f4f60", 2)
    for i, tone in enumerate(("#5aa3a1", "#2f7d86", "#1a5a69", "#0f3a4c")):
        c.land(s * (0.56 + 0.11 * i) + s * 0.03 * np.sin(np.arange(s) / s * (13 - 1.5 * i) + 1.7 * i), tone, tone, s * 0.1)
    c.image(0.6).save(AVATARS / "fennel.jpg", "JPEG", quality=88, optimize=True)

    c = Canvas(s, s).sky([(0, "#2b3350"), (1, "#11162a")])                            # Tock: a clock at ten past ten
    c.glow(s / 2, s / 2, s * 0.3, "#f6b44b", 0.35)
    c.disc(s / 2, s / 2, s * 0.36, "#c98a3a").disc(s / 2, s / 2, s * 0.325, "#f8efdb")
    for i in range(12):
        a = i * np.pi / 6
        c.disc(s / 2 + np.sin(a) * s * 0.27, s / 2 - np.cos(a) * s * 0.27, s * (0.018 if i % 3 == 0 else 0.009), "#2b3350")
    for a, length, width in ((-np.pi / 3 + 0.08, 0.16, 10), (np.pi / 3, 0.23, 7)):
        c.shape(lambda pen, k: pen.line([s / 2 * k, s / 2 * k, (s / 2 + np.sin(a) * s * length) * k, (s / 2 - np.cos(a) * s * length) * k], fill=255, width=width * k), "#2b3350")
    c.disc(s / 2, s / 2, s * 0.026, "#b8473f")
    c.image(0).save(AVATARS / "tock.png", optimize=True)


def main():
    big = seven_ridges()
    jpeg(big.image(0.5).resize((6000, 4000), Image.BICUBIC), "landscapes/seven-ridges.jpg", 76)
    jpeg(lighthouse().image(), "landscapes/lighthouse.jpg")
    dusk = jpeg(sea_at_dusk().image(), "landscapes/sea at dusk.jpg", 82)
    fog = jpeg(forest_fog().image(), "landscapes/forest-fog.jpg", 84, progressive=True)
    jpeg(dunes().image(), "landscapes/dunes.jpg", 82, exif=field_exif())

    night = jpeg(aurora().image(), "night/nordlicht-grün-🌌.jpg", 82)
    jpeg(city().image(), "night/city.jpg", 82)
    jpeg(moonrise().image(), "night/moonrise.jpg", 82)
    (IMAGES / "night").mkdir(parents=True, exist_ok=True)
    bokeh().image(0.5).save(IMAGES / "night/rain-on-glass.webp", "WEBP", quality=86, method=6)

    for value in range(1, 9):
        turned, exif = with_orientation(cabin(value).image(), value)
        jpeg(turned, f"orientation/cabin-{value}.jpg", 82, exif=exif)

    line = lantern_line()
    jpeg(line.image(), "colour/lanterns-srgb.jpg", 84)
    wide = Canvas(line.w, line.h)
    wide.px = to_wide(line.px).astype(np.float32)
    jpeg(wide.image(), "colour/lanterns-wide.jpg", 86, icc_profile=wide_profile())
    jpeg(ink_wash(), "colour/ink-hills.jpg", 84)
    harbour = boats().image()
    cmy = ImageChops.invert(harbour)
    c, m, y = cmy.split()
    k = ImageChops.darker(ImageChops.darker(c, m), y).point(lambda v: int(v * 0.6))
    jpeg(Image.merge("CMYK", [ImageChops.subtract(p, k) for p in (c, m, y)] + [k]), "colour/harbour-cmyk.jpg", 84)
    first = Canvas(1200, 800).sky([(0, "#060b1c"), (0.4, "#13234a"), (0.6, "#3a3b69"), (0.7, "#8a5570"), (0.76, "#d98a70"), (0.84, "#f3c08a"), (1, "#f3c08a")])
    for i, tone in enumerate(("#5a4a6c", "#37365a", "#1d2342", "#0c1128")):
        flat = np.round(800 * (0.79 + 0.06 * i) - 800 * 0.08 * np.abs(fbm1(1200, 3 + i, 61 + 5 * i, 6, 0.5)))
        first.land(flat, tone, tone, 80)
    png16(first.px, "colour/first-light-16bit.png")

    png(paper_lantern(), "formats/paper-lantern.png")
    png(contours(), "formats/contours.png")
    png(pixel_lamp(), "formats/pixel-lamp.png")
    png(tall_screen([dusk, night, fog]), "formats/tall-screen.png")
    beam_gif("formats/beam.gif")
    write_text("diagrams/pipeline.svg", pipeline_svg())
    write_text("diagrams/cache.svg", cache_svg())
    avatars()


if __name__ == "__main__":
    main()
