import { describe, expect, test } from "vitest";
import { broughtInside, grown, moved, rotated, tidy } from "./change";
import { beside, cornered, drawn, placedIn } from "./drawn";
import { handlesOf, pulled, pulledOn, withoutCorner } from "./handles";
import { boundsOfRegion, outlineOf, pathOfRegion } from "./outline";
import { carried, HOME, inverse, isHome, type Pose } from "./pose";
import { centreOf, KINDS, type Path, type Rectangle, type Region, type RingSector } from "./region";
import { stroke } from "./stroke";

const image = { width: 1280, height: 960 };
const box: Rectangle = { kind: "rectangle", x: 100, y: 50, width: 40, height: 20, angle_deg: 0 };
const ring: RingSector = {
  kind: "ring_sector",
  x: 200,
  y: 200,
  inner: 30,
  outer: 60,
  start_deg: 0,
  sweep_deg: 90,
};
const path: Path = {
  kind: "path",
  points: [
    [100, 100],
    [200, 100],
    [300, 200],
  ],
  width: 20,
  closed: false,
  smooth: true,
};
const all: Region[] = [
  box,
  { ...box, angle_deg: 30 },
  { kind: "circle", x: 300, y: 200, radius: 40 },
  ring,
  { ...ring, start_deg: 200, sweep_deg: 360 },
  {
    kind: "polygon",
    points: [
      [10, 10],
      [60, 20],
      [30, 70],
    ],
  },
  { kind: "line", x1: 50, y1: 60, x2: 150, y2: 90, width: 12 },
  path,
  { ...path, closed: true },
];
const named = (region: Region) => `${region.kind} ${JSON.stringify(region).length}`;

describe("a stroke of the brush", () => {
  const along = Array.from({ length: 41 }, (_, i) => ({
    x: 100 + Math.min(i, 20),
    y: 50 + Math.max(0, i - 20),
  }));

  test("keeps its corner and no point that lies on the line", () => {
    expect(stroke(along, 12)).toEqual({
      kind: "path",
      points: [
        [100, 50],
        [120, 50],
        [120, 70],
      ],
      width: 12,
      closed: false,
      smooth: false,
    });
  });

  test("is a dot where the hand did not move, and nothing where it did not press", () => {
    const dot = { kind: "circle", x: 7, y: 9, radius: 4 };
    expect(
      stroke(
        [
          { x: 7, y: 9 },
          { x: 7, y: 9 },
        ],
        8,
      ),
    ).toEqual(dot);
    expect(stroke([], 8)).toBeNull();
  });

  test("that comes back stays as far out as it went, with no more points than a recipe takes", () => {
    const back = [...along, ...along.toReversed()];
    expect(boundsOfRegion(stroke(back, 2) as Region).right).toBeCloseTo(121);
    const wild = Array.from({ length: 1500 }, (_, i) => ({ x: i, y: 9 * (i % 2) }));
    expect((stroke(wild, 2) as Path).points.length).toBeLessThanOrEqual(1000);
  });
});

describe("an outline", () => {
  test("of a rectangle lies half a pixel round what it covers", () => {
    expect(boundsOfRegion(box)).toEqual({ left: 99.5, top: 49.5, right: 139.5, bottom: 69.5 });
  });

  test("turns counter-clockwise as seen", () => {
    const [corner] = outlineOf({ ...box, width: 41, height: 21, angle_deg: 90 });
    expect(corner?.[0]).toBeCloseTo(120 - 10.5);
    expect(corner?.[1]).toBeCloseTo(60 + 20.5);
  });

  test("of a sector runs from its start counter-clockwise", () => {
    const { left, top, right, bottom } = boundsOfRegion(ring);
    expect([left, top, right, bottom].map(Math.round)).toEqual([200, 140, 260, 200]);
  });

  test("of a whole ring has a hole", () => {
    expect(pathOfRegion({ ...ring, sweep_deg: 360 }).match(/M/g)).toHaveLength(2);
  });

  test("of a smooth path runs through its points", () => {
    const middle = outlineOf({ ...path, width: 0.001 });
    for (const [x, y] of path.points) {
      expect(Math.min(...middle.map(([a, b]) => Math.hypot(a - x, b - y)))).toBeLessThan(0.01);
    }
  });
});

describe.each(all.map((region) => [named(region), region] as const))("%s", (_, region) => {
  test("is moved as a whole", () => {
    const before = boundsOfRegion(region);
    const after = boundsOfRegion(moved(region, 7, -3));
    expect(after.left - before.left).toBeCloseTo(7);
    expect(after.bottom - before.bottom).toBeCloseTo(-3);
  });

  test("keeps a knob under the pointer that pulls it", () => {
    for (const handle of handlesOf(region, 20)) {
      if (handle.look === "turn") continue;
      const out = { x: handle.x + 3, y: handle.y + 2 };
      const id = pulledOn(handle.id);
      const after = handlesOf(pulled(region, handle.id, out), 20).find((one) => one.id === id);
      if (!after) continue; // the start of a ring that closed
      // What moves along one way only follows the pointer along that.
      expect(Math.hypot(after.x - out.x, after.y - out.y)).toBeLessThan(4);
    }
  });

  test("stays as it is when a knob is pulled to where it is", () => {
    for (const handle of handlesOf(region, 20)) {
      if (handle.look === "add") continue;
      const same = boundsOfRegion(pulled(region, handle.id, handle));
      const before = boundsOfRegion(region);
      expect(same.left).toBeCloseTo(before.left, 0);
      expect(same.bottom).toBeCloseTo(before.bottom, 0);
    }
  });

  test("is turned about its centre and back", () => {
    const back = rotated(rotated(region, 33), -33);
    expect(boundsOfRegion(back).left).toBeCloseTo(boundsOfRegion(region).left);
    expect(boundsOfRegion(back).top).toBeCloseTo(boundsOfRegion(region).top);
  });

  test("is brought into the image wherever it is", () => {
    for (const [dx, dy] of [
      [-5000, 0],
      [5000, 5000],
      [0, -5000],
    ] as const) {
      const { left, top, right, bottom } = boundsOfRegion(
        broughtInside(moved(region, dx, dy), image),
      );
      expect(left).toBeGreaterThanOrEqual(-0.5 - 1e-3);
      expect(top).toBeGreaterThanOrEqual(-0.5 - 1e-3);
      expect(right).toBeLessThanOrEqual(1279.5 + 1e-3);
      expect(bottom).toBeLessThanOrEqual(959.5 + 1e-3);
    }
  });

  test("is never smaller than a pixel", () => {
    const { left, right } = boundsOfRegion(grown(region, -9999, 0));
    expect(right).toBeGreaterThanOrEqual(left);
    expect(JSON.stringify(grown(region, -9999, 0))).not.toMatch(/"(width|radius|outer)":(0|-)/);
  });

  test("has a copy beside it", () => {
    expect(beside(region, image)).not.toEqual(region);
    expect(beside(region, image).kind).toBe(region.kind);
  });
});

describe("a rectangle", () => {
  test("keeps its other corner when one is pulled", () => {
    expect(pulled(box, "se", { x: 159.5, y: 89.5 })).toEqual({ ...box, width: 60, height: 40 });
    expect(pulled(box, "nw", { x: 89.5, y: 39.5 })).toEqual({
      ...box,
      x: 90,
      y: 40,
      width: 50,
      height: 30,
    });
  });

  test("keeps its other corner also when it is turned", () => {
    const turned = { ...box, angle_deg: 25 };
    const [before] = outlineOf(turned);
    const [after] = outlineOf(pulled(turned, "se", { x: 170, y: 100 }));
    expect(after?.[0]).toBeCloseTo(before?.[0] ?? 0);
    expect(after?.[1]).toBeCloseTo(before?.[1] ?? 0);
  });

  test("grows to the right and downwards", () => {
    expect(grown(box, 1, 0)).toEqual({ ...box, width: 41 });
    expect(grown(box, 0, -1)).toEqual({ ...box, height: 19 });
  });

  test("is turned by its knob", () => {
    const { x, y } = centreOf(box);
    expect(pulled(box, "turn", { x, y: y - 50 })).toMatchObject({ angle_deg: 0 });
    expect(pulled(box, "turn", { x: x - 50, y })).toMatchObject({ angle_deg: 90 });
    expect(pulled(box, "turn", { x: x + 50, y })).toMatchObject({ angle_deg: -90 });
  });
});

describe("a ring's sector", () => {
  test("is opened and closed by its ends", () => {
    expect(pulled(ring, "end", { x: 155, y: 200 })).toMatchObject({ sweep_deg: 180 });
    expect(pulled(ring, "end", { x: 245, y: 200 })).toMatchObject({ sweep_deg: 360 });
    expect(pulled(ring, "start", { x: 200, y: 245 })).toMatchObject({
      start_deg: 270,
      sweep_deg: 180,
    });
  });

  test("is never inside out", () => {
    expect(pulled(ring, "inner", { x: 999, y: 200 })).toMatchObject({ inner: 59, outer: 60 });
    expect(pulled(ring, "outer", { x: 201, y: 200 })).toMatchObject({ inner: 30, outer: 31 });
  });
});

describe("corners", () => {
  const polygon = all[5] as Region;

  test("are put into an edge, and taken out down to three", () => {
    const four = pulled(polygon, "add0", { x: 40, y: 5 });
    expect(four).toMatchObject({
      points: [
        [10, 10],
        [40, 5],
        [60, 20],
        [30, 70],
      ],
    });
    expect(withoutCorner(four, "c1")).toEqual(polygon);
    expect(withoutCorner(polygon, "c0")).toEqual(polygon);
  });

  test("of a path never lie on one another", () => {
    expect(pulled(path, "c1", { x: 100, y: 100 })).toEqual(path);
  });
});

describe("what is drawn", () => {
  test("covers the pixels between the ends of the pull, whichever came first", () => {
    const made = { ...box, x: 10, y: 20, width: 30, height: 40 };
    expect(drawn("rectangle", { x: 10.2, y: 19.8 }, { x: 40, y: 60 })).toEqual(made);
    expect(drawn("rectangle", { x: 40, y: 60 }, { x: 10, y: 20 })).toEqual(made);
  });

  test("is nothing after a mere click, or with too few corners", () => {
    expect(drawn("rectangle", { x: 10, y: 10 }, { x: 11, y: 10 })).toBeNull();
    expect(
      cornered("polygon", [
        [1, 1],
        [9, 1],
        [9, 1],
      ]),
    ).toBeNull();
    expect(
      cornered("path", [
        [1, 1],
        [9, 1],
      ]),
    ).not.toBeNull();
  });

  test.each(KINDS)("%s can be put into the middle of what is seen", (kind) => {
    const made = placedIn(kind, { left: 100, top: 100, right: 300, bottom: 260 });
    const { left, right } = boundsOfRegion(made);
    expect(made.kind).toBe(kind);
    expect(left).toBeGreaterThan(100);
    expect(right).toBeLessThan(300);
  });
});

describe("numbers", () => {
  test("are written to a tenth, or whole", () => {
    expect(tidy({ ...box, x: 1.26, angle_deg: 0.849 })).toMatchObject({ x: 1.3, angle_deg: 0.8 });
    expect(tidy({ ...box, x: 1.26 }, 1)).toMatchObject({ x: 1, width: 40 });
  });
});

describe("a pose", () => {
  const pose: Pose = [
    [0.8, 0.6, 12],
    [-0.6, 0.8, -7],
  ];

  test("carries there and back", () => {
    const there = carried(pose, { x: 30, y: 40 });
    const back = carried(inverse(pose), there);
    expect(back.x).toBeCloseTo(30);
    expect(back.y).toBeCloseTo(40);
  });

  test("that cannot be gone back is taken for none", () => {
    expect(
      inverse([
        [0, 0, 1],
        [0, 0, 1],
      ]),
    ).toEqual(HOME);
    expect(isHome(HOME)).toBe(true);
    expect(isHome(pose)).toBe(false);
  });
});
