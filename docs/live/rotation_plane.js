// Points on turned axes, the rule of one threshold there, and the plane of two hidden units.
// Nothing here touches a page.
import { bestRule, countRight } from "./rule_features.js";
import { ACTIVATIONS } from "./mlp.js";

export const ANGLES = 180; // one a degree; half a turn further the axis only points the other way

/** The coordinates of points [x, y, answer] on axes turned against the clock. */
export function turn(points, degrees) {
  const angle = (degrees * Math.PI) / 180, [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  return points.map(([x, y]) => [x * cosine + y * sine, y * cosine - x * sine]);
}

const answersOf = (points) => points.map(([, , answer]) => answer);
const firsts = (points, degrees) => turn(points, degrees).map(([first]) => first);

/** The best rule of one threshold on the first of the turned axes, and how many it gets right. */
export const ruleAt = (points, degrees) => bestRule(firsts(points, degrees), answersOf(points));

/** How many points a rule gets right on axes turned so. */
export const rightOf = (points, degrees, rule) => countRight(firsts(points, degrees), answersOf(points), rule);

/** The best rule of every angle. */
export const searchTurns = (points) => Array.from({ length: ANGLES }, (_, degrees) => ruleAt(points, degrees));

/** Which points a rule gets wrong, by their place in the list. */
export function mistakes(points, degrees, { threshold, above }) {
  const wrong = firsts(points, degrees).map((first, n) =>
    (first > threshold ? above : 1 - above) === points[n][2] ? -1 : n);
  return wrong.filter((n) => n >= 0);
}

/** The whole degrees, from 0 to 179, of an axis through the middle and a place. */
export function degreesTo(x, y) {
  const degrees = Math.round((Math.atan2(y, x) * 180) / Math.PI);
  return ((degrees % ANGLES) + ANGLES) % ANGLES;
}

/** A network of mlp.js from two weights a unit, biases, last weights and the last bias. */
export function network({ first, firstBias, second, secondBias }) {
  const parts = { first, firstBias, second, secondBias };
  const copies = Object.entries(parts).map(([name, values]) => [name, Float64Array.from(values)]);
  return { hidden: firstBias.length, activation: "tanh", ...Object.fromEntries(copies) };
}

/** Where the hidden units put points: one coordinate a unit. */
export function hiddenPlane({ activation, first, firstBias }, points) {
  const { of } = ACTIVATIONS[activation];
  return points.map(([x, y]) => Array.from(firstBias, (bias, unit) =>
    of(first[2 * unit] * x + first[2 * unit + 1] * y + bias)));
}

/** Two places of the line where a + bx + cy is 0, far outside of the board; none if it is nowhere. */
export function border(a, b, c, far = 4) {
  const length = Math.hypot(b, c);
  if (!length) return [];
  const [x, y] = [(-a * b) / length ** 2, (-a * c) / length ** 2];
  return [-far, far].map((way) => [x - (way * c) / length, y + (way * b) / length]);
}
