// The demo of turned axes turns, decides and learns as the lesson's Python does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { score, step } from "../../docs/live/mlp.js";
import { ANGLES, border, degreesTo, hiddenPlane, mistakes, network, rightOf, ruleAt, searchTurns, turn } from "../../docs/live/rotation_plane.js";
import sets from "../../docs/live/rotation_points.js";

const golden = JSON.parse(readFileSync(new URL("rotation.json", import.meta.url)));
const made = (points) => points.map(([x, y, label]) => ({ x, y, label }));

function near(found, expected, what) {
  const difference = Math.abs(found - expected);
  assert.ok(difference <= 1e-6 * Math.max(1, Math.abs(expected)), `${what} is ${found}, not ${expected}`);
}

golden.forEach(({ name, turns, losses, end, hidden }, at) => {
  const { seen, held, start } = sets[at];

  test(`${name}: the best rule of each angle is the lesson's`, () => {
    assert.equal(sets[at].name, name);
    const rules = searchTurns(seen);
    assert.equal(rules.length, turns.length);
    turns.forEach(([threshold, above, right, heldRight], degrees) => {
      near(rules[degrees].threshold, threshold, `the threshold at ${degrees}`);
      assert.deepEqual([rules[degrees].above, rules[degrees].right], [above, right], `at ${degrees}`);
      assert.equal(rightOf(held, degrees, rules[degrees]), heldRight, `held out at ${degrees}`);
      assert.equal(mistakes(seen, degrees, rules[degrees]).length, seen.length - right);
    });
  });

  test(`${name}: the network learns as PyTorch's does, for ${losses.length} steps`, () => {
    const learner = network(start), points = made(seen);
    losses.forEach((loss, n) => near(step(learner, points, 1), loss, `loss ${n}`));
    for (const [part, values] of Object.entries(end))
      values.forEach((value, n) => near(learner[part][n], value, `${part} ${n}`));
    hiddenPlane(learner, seen).forEach((place, n) =>
      place.forEach((value, unit) => near(value, hidden[n][unit], `point ${n}, unit ${unit}`)));
  });
});

test("the first weights are not changed by learning from them", () => {
  const before = JSON.stringify(sets[0].start);
  step(network(sets[0].start), made(sets[0].seen), 1);
  assert.equal(JSON.stringify(sets[0].start), before);
});

test("a turn by 90 degrees makes y the first coordinate", () => {
  const [[first, second]] = turn([[0.3, 0.8, 1]], 90);
  near(first, 0.8, "the first");
  near(second, -0.3, "the second");
});

test("a place gives the angle of the axis through it", () => {
  const places = [[1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [1, -0.001]];
  assert.deepEqual(places.map((place) => degreesTo(...place)), [0, 45, 90, 135, 0, 45, 0]);
  assert.equal(ANGLES, 180);
});

test("the border of the plane is where the score is 0", () => {
  const learner = network(sets[1].start), [a, [b, c]] = [learner.secondBias[0], learner.second];
  for (const [x, y] of border(a, b, c)) near(a + b * x + c * y, 0, "the score");
  assert.deepEqual(border(1, 0, 0), []);
});

test("the hidden plane is what the last neuron sees", () => {
  const learner = network(sets[1].start), [[x, y]] = sets[1].seen, [place] = hiddenPlane(learner, [[x, y]]);
  near(place[0] * learner.second[0] + place[1] * learner.second[1] + learner.secondBias[0], score(learner, x, y), "the score");
});

test("only the slanted line has an angle without a mistake", () => {
  const best = sets.map(({ seen }) => Math.max(...searchTurns(seen).map(({ right }) => right)));
  assert.equal(best[0], 60);
  assert.ok(best[1] < 50);
  assert.equal(ruleAt(sets[0].seen, 50).right, 60);
});
