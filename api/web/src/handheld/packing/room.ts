/** Boxes in a room, seen from a corner without perspective: what is drawn where, from behind. */
export type Corner = [x: number, y: number, z: number];
export type Spot = [x: number, y: number];

/** A box by its lowest and highest corner; `units` are counted along each axis. */
export interface Box {
  low: Corner;
  high: Corner;
  units: Corner;
}

/** One visible side: its outline, the lines between units, and the axis it looks along. */
export interface Face {
  axis: number;
  outline: Spot[];
  lines: [Spot, Spot][];
}

/** `turn` goes around the room, `tilt` is the height of the eye: both in degrees. */
export interface View {
  turn: number;
  tilt: number;
}

const AXES = [0, 1, 2] as const;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Where a corner is seen; up is negative. */
export function seen(view: View, [x, y, z]: Corner): Spot {
  const [turn, tilt] = [radians(view.turn), radians(view.tilt)];
  const away = x * Math.sin(turn) + y * Math.cos(turn);
  const across = x * Math.cos(turn) - y * Math.sin(turn);
  return [across, -z * Math.cos(tilt) - away * Math.sin(tilt)];
}

/** The way from the room to the eye. */
export function toEye(view: View): Corner {
  const [turn, tilt] = [radians(view.turn), radians(view.tilt)];
  const flat = Math.cos(tilt);
  return [-Math.sin(turn) * flat, -Math.cos(turn) * flat, Math.sin(tilt)];
}

/** The sides of a box that the eye sees; `inside` gives those that stand behind what is in it. */
export function faces(view: View, box: Box, inside = false): Face[] {
  const eye = toEye(view);
  return AXES.filter((axis) => Math.abs(eye[axis]) > 1e-6).map((axis) =>
    side(view, box, axis, eye[axis] > 0 !== inside),
  );
}

function side(view: View, { low, high, units }: Box, axis: number, far: boolean): Face {
  const [u, v] = AXES.filter((each) => each !== axis) as [number, number];
  const at = (alongU: number, alongV: number): Spot => {
    const corner: Corner = [...low];
    corner[axis] = (far ? high : low)[axis]!;
    corner[u] = low[u]! + (high[u]! - low[u]!) * alongU;
    corner[v] = low[v]! + (high[v]! - low[v]!) * alongV;
    return seen(view, corner);
  };
  const cuts = (count: number) => Array.from({ length: count - 1 }, (_, n) => (n + 1) / count);
  return {
    axis,
    outline: [at(0, 0), at(1, 0), at(1, 1), at(0, 1)],
    lines: [
      ...cuts(units[u]!).map((cut): [Spot, Spot] => [at(cut, 0), at(cut, 1)]),
      ...cuts(units[v]!).map((cut): [Spot, Spot] => [at(0, cut), at(1, cut)]),
    ],
  };
}

/** The boxes, those first that others stand in front of. */
export function fromBehind<T extends Box>(view: View, boxes: readonly T[]): T[] {
  const eye = toEye(view);
  const placed = new Set<T>();
  const sorted: T[] = [];
  const place = (box: T) => {
    if (placed.has(box)) return;
    placed.add(box);
    for (const other of boxes) if (isBehind(eye, other, box)) place(other);
    sorted.push(box);
  };
  boxes.forEach(place);
  return sorted;
}

/** No look meets both of two boxes that lie on either side of each other along two axes. */
function isBehind(eye: Corner, one: Box, other: Box): boolean {
  const apart = (a: Box, b: Box) =>
    AXES.some((axis) =>
      eye[axis] > 0
        ? a.high[axis] <= b.low[axis]
        : eye[axis] < 0 && a.low[axis] >= b.high[axis],
    );
  return one !== other && apart(one, other) && !apart(other, one);
}
