"""Makes schemas/geo/regions.geojson: outlines of regencies, light enough for a page.

Usage: python3 notebooks/simplify_geo.py SQL_FILE [SQL_FILE...] > schemas/geo/regions.geojson

SQL_FILE is db/kab/wilayah_boundaries_kab_<province>.sql of https://github.com/cahyadsn/wilayah_boundaries (MIT, Cahya
DSN), whose rings are latitude, longitude and whose codes are those of Kemendagri. schemas/codes/region.csv says which
BPS code that is; schemas/corridor.json which regencies are drawn with all their islands. The others are land around
them, with fewer points. An island too small for an outline stays as a point, so that no place vanishes.
"""

import csv
import json
import math
import re
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "schemas"
KM_PER_DEGREE = 111.32
# Kilometres by which an outline may move, square kilometres below which an island is a point, and below which it is
# left out: of the corridor, and of the land around it.
CORRIDOR = (0.35, 0.5, 0.01)
AROUND = (1.2, 4.0, math.inf)
DECIMALS = 3
# Points nearer than this many kilometres are one.
NEAR = 1.5


def area(ring):
    """Square kilometres within a ring of (longitude, latitude)."""
    shoelace = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1]))
    latitude = sum(y for _, y in ring) / len(ring)
    return abs(shoelace) / 2 * KM_PER_DEGREE**2 * math.cos(math.radians(latitude))


def distance(point, start, end):
    """Kilometres from a point to a line between two points."""
    (px, py), (ax, ay), (bx, by) = point, start, end
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = 0 if length == 0 else max(0, min(1, ((px - ax) * dx + (py - ay) * dy) / length))
    return math.hypot(px - ax - along * dx, py - ay - along * dy) * KM_PER_DEGREE


def simplified(line, tolerance):
    """Douglas-Peucker."""
    if len(line) < 3:
        return line
    at = max(range(1, len(line) - 1), key=lambda place: distance(line[place], line[0], line[-1]))
    if distance(line[at], line[0], line[-1]) <= tolerance:
        return [line[0], line[-1]]
    return simplified(line[: at + 1], tolerance)[:-1] + simplified(line[at:], tolerance)


def outline(ring, tolerance):
    """A closed ring with fewer points: halved at the two that are farthest apart, each half simplified."""
    ring = ring[:-1] if ring[0] == ring[-1] else ring
    far = max(range(len(ring)), key=lambda place: math.dist(ring[0], ring[place]))
    ring = ring + [ring[0]]
    kept = simplified(ring[: far + 1], tolerance)[:-1] + simplified(ring[far:], tolerance)
    rounded = [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in kept]
    return [point for place, point in enumerate(rounded) if place == 0 or point != rounded[place - 1]]


def middle(ring):
    return [round(sum(axis) / len(ring), DECIMALS) for axis in zip(*ring)]


def rings_of(shape):
    """The rings of a shape, which is a list of them or a list of polygons."""
    is_ring = isinstance(shape[0][0], (int, float))
    return [shape] if is_ring else [ring for part in shape for ring in rings_of(part)]


def feature(code, name, rings, limits):
    tolerance, least, least_point = limits
    polygons, points = [], []
    for ring in sorted(rings, key=area, reverse=True):
        small = outline(ring, tolerance)
        if area(ring) >= least and len(small) >= 4:
            polygons.append([small])
        elif area(ring) >= least_point:
            point = middle(ring)
            if all(math.dist(point, other) * KM_PER_DEGREE >= NEAR for other in points):
                points.append(point)
    geometry = {"type": "MultiPolygon", "coordinates": polygons}
    if points:
        own = {"type": "MultiPoint", "coordinates": points}
        geometry = {"type": "GeometryCollection", "geometries": [geometry, own]}
    return {"type": "Feature", "id": code, "properties": {"name": name}, "geometry": geometry}


def main():
    corridor = json.loads((PROJECT / "corridor.json").read_text())["regions"]
    with open(PROJECT / "codes/region.csv", newline="") as file:
        regions = {row["kemendagri_code"]: row for row in csv.DictReader(file)}
    text = "".join(Path(name).read_text() for name in sys.argv[1:])
    features = []
    for kemendagri, shape in re.findall(r"\('(\d\d\.\d\d)',.*?'(\[.*?\])'", text, re.S):
        region = regions.get(kemendagri)
        if region is None:
            continue
        rings = [[(lng, lat) for lat, lng in ring] for ring in rings_of(json.loads(shape))]
        limits = CORRIDOR if region["code"] in corridor else AROUND
        features.append(feature(region["code"], region["name"], rings, limits))
    features.sort(key=lambda own: own["id"])
    head = {
        "type": "FeatureCollection",
        "name": "regions",
        "source": "https://github.com/cahyadsn/wilayah_boundaries",
        "attribution": "Cahya DSN, wilayah_boundaries",
        "licence": "MIT",
        "note": "Simplified for small maps, no legal boundary. ids: BPS codes. notebooks/simplify_geo.py",
    }
    lines = ",\n".join(json.dumps(own, separators=(",", ":")) for own in features)
    print(json.dumps(head)[:-1] + ', "features": [\n' + lines + "\n]}")


if __name__ == "__main__":
    main()
