// docs/live/mlp.js learns as PyTorch and the lesson's NumPy code do.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SET_NAMES, correct, correctNext, countWrong, createNetwork, createPoints, createRandom, score, step } from "../../docs/live/mlp.js";

const golden = JSON.parse(readFileSync(new URL("points.json", import.meta.url)));
const made = (points) => points.map(([x, y, label]) => ({ x, y, label }));

function near(found, expected, what) {
  const difference = Math.abs(found - expected);
  assert.ok(difference <= 1e-6 * Math.max(1, Math.abs(expected)), `${what} is ${found}, not ${expected}`);
}

for (const { hidden, activation, rate, points, start, losses, end } of golden.networks) {
  test(`${hidden} hidden units, ${activation}, ${losses.length} steps`, () => {
    const network = { hidden, activation };
    for (const [part, values] of Object.entries(start)) network[part] = Float64Array.from(hidden || !part.startsWith("first") ? values : []);
    losses.forEach((loss, n) => near(step(network, made(points), rate), loss, `loss ${n}`));
    for (const part of ["first", "firstBias", "second", "secondBias"])
      end[part].forEach((value, n) => near(network[part][n], value, `${part} ${n}`));
  });
}

for (const { rate, points, end, mistakes } of golden.perceptrons) {
  test(`the perceptron rule with a rate of ${rate}`, () => {
    const network = createNetwork(0, "tanh", createRandom(1)), given = made(points);
    let corrected = 0, clean = false;
    while (!clean) {
      const before = corrected;
      for (const point of given) corrected += correct(network, point, rate);
      clean = corrected === before;
    }
    assert.equal(corrected, mistakes);
    [...network.second, ...network.secondBias].forEach((value, n) => near(value, end[n], `weight ${n}`));
    assert.equal(countWrong(network, given), 0);
  });

  test(`going from one correction to the next, with a rate of ${rate}, ends with the same weights`, () => {
    const network = createNetwork(0, "tanh", createRandom(1));
    let at = 0, count = -1;
    for (; at >= 0; count++) at = correctNext(network, made(points), at, rate);
    assert.equal(count, mistakes);
    [...network.second, ...network.secondBias].forEach((value, n) => near(value, end[n], `weight ${n}`));
  });
}

test("a line never gets all of XOR right, two layers do", () => {
  const points = createPoints("XOR");
  const neuron = createNetwork(0, "tanh", createRandom(1)), network = createNetwork(4, "tanh", createRandom(1));
  let at = 0;
  for (let n = 0; n < 1000; n++) {
    at = correctNext(neuron, points, at, 1);
    assert.ok(at >= 0 && countWrong(neuron, points) > 0);
  }
  for (let n = 0; n < 2000; n++) step(network, points, 1);
  assert.equal(countWrong(network, points), 0);
});

test("only the separable set is separated by a line", () => {
  for (const name of SET_NAMES) {
    const neuron = createNetwork(0, "tanh", createRandom(1)), points = createPoints(name);
    let at = 0;
    for (let n = 0; n < 3000 && at >= 0; n++) at = correctNext(neuron, points, at, 1);
    assert.equal(at < 0, name === "separable", name);
    assert.ok(points.every(({ x, y }) => Math.abs(x) < 1 && Math.abs(y) < 1), `${name} leaves the board`);
  }
});

test("eight hidden units learn every set", () => {
  for (const name of SET_NAMES) {
    const network = createNetwork(8, "tanh", createRandom(1)), points = createPoints(name);
    for (let n = 0; n < 6000; n++) step(network, points, 1);
    assert.equal(countWrong(network, points), 0, name);
  }
});

test("the same seed gives the same network, another one another", () => {
  const corrected = [1, 1, 2].map((seed) => createNetwork(3, "relu", createRandom(seed)));
  assert.deepEqual(corrected[0], corrected[1]);
  assert.notDeepEqual(corrected[0], corrected[2]);
  for (const value of [...corrected[0].first, ...corrected[0].firstBias]) assert.ok(Math.abs(value) <= Math.SQRT1_2);
});

test("what cannot be is named", () => {
  assert.throws(() => createNetwork(2, "step", createRandom(1)), /no activation is called step; known are tanh, sigmoid, relu/);
  const network = createNetwork(2, "relu", createRandom(1));
  network.second[0] = NaN;
  assert.ok(Number.isNaN(score(network, 1, 1)));
  assert.throws(() => step(network, createPoints("XOR"), 1), /the loss is NaN; try a smaller learning rate/);
});
