// The demo of rules measures, decides and adds up as the lesson's Python does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import pairs from "../../docs/live/rule_digits.js";
import { FEATURES, bestRule, countRight, decode, enclosed, neuron, thresholds, unpack } from "../../docs/live/rule_features.js";

const golden = JSON.parse(readFileSync(new URL("rule.json", import.meta.url)));

const near = (found, expected) => found.forEach((value, n) =>
  assert.ok(Math.abs(value - expected[n]) < 1e-6, `number ${n} is ${value}, not ${expected[n]}`));

golden.forEach(({ digits, features, sums }, at) => {
  const pair = unpack(pairs[at]);

  test(`${digits}: the neuron's sums are PyTorch's`, () => {
    assert.deepEqual(pair.digits, digits);
    const found = pair.held.map((image) => neuron(image, pair.weights, pair.bias));
    assert.equal(found.length, 100);
    near(found, sums);
  });

  features.forEach((expected, n) => test(`${digits}: ${expected.name}`, () => {
    const [seen, held] = [pair.seen, pair.held].map((images) => images.map(FEATURES[n].of));
    near(seen, expected.seen);
    near(held, expected.held);
    const rule = bestRule(seen, pair.seenAnswers);
    near([rule.threshold, rule.above, rule.right], [expected.threshold, expected.above, expected.right[0]]);
    assert.equal(countRight(held, pair.heldAnswers, rule), expected.right[1]);
  }));
});

test("every feature has golden values", () => {
  for (const { features } of golden) assert.equal(features.length, FEATURES.length);
});

test("bits are read from the highest down", () => {
  const [image] = decode(btoa(String.fromCharCode(0b10000001, ...Array(97).fill(0))), 1);
  assert.equal(image.length, 784);
  assert.deepEqual([...image.subarray(0, 9)], [1, 0, 0, 0, 0, 0, 0, 1, 0]);
});

test("paper at the edge is not enclosed, and a gap lets the water in", () => {
  const ring = new Uint8Array(784);
  for (let i = 0; i < 4; i++) for (const place of [i, 84 + i, 28 * i, 28 * i + 3]) ring[place] = 1;
  assert.equal(enclosed(ring), 4); // a ring of 4 x 4 in the corner holds 2 x 2
  ring[29 - 28] = 0;
  assert.equal(enclosed(ring), 0);
});

test("thresholds lie between the values, each value once", () => {
  assert.deepEqual(thresholds([3, 1, 1, 2]), [1.5, 2.5]);
});
