// The GPT of docs/live/transforming.js gives PyTorch's numbers, and says what it cannot do.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Writer, attend, chancesOf, choose, dense, layerNorm } from "../../docs/live/transforming.js";

const golden = JSON.parse(readFileSync(new URL("writer.json", import.meta.url)));
const bytes = (file) => new Uint8Array(readFileSync(new URL(`../../docs/live/models/${file}`, import.meta.url))).buffer;

function near(found, expected, tolerance = 1e-4) {
  assert.equal(found.length, expected.length);
  found.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]) <= tolerance * Math.max(1, Math.abs(expected[i])),
      `number ${i} is ${value}, not ${expected[i]}`);
  });
}

for (const { scores, temperature, top_k: topK, output } of golden.chances)
  test(`chances at temperature ${temperature}, top-k ${topK}`, () => {
    near(chancesOf(scores, temperature, topK ?? undefined), output, 1e-12);
  });

test("chances refuse knobs of 0", () => {
  assert.throws(() => chancesOf([1, 2], 0), /temperature is 0, top-k is 2; both must be above 0/);
  assert.throws(() => chancesOf([1, 2], 1, 0), /must be above 0/);
});

test("to choose is to fall on a chance", () => {
  const chances = [0.25, 0, 0.5, 0.25];
  assert.deepEqual([0, 0.24, 0.26, 0.74, 0.76, 1].map((number) => choose(chances, number)), [0, 0, 2, 2, 3, 3]);
});

const [small] = golden.networks;
const smallBytes = Uint8Array.from(Buffer.from(small.file, "base64")).buffer;

test("a small network: the scores after each place, and what the last looks at", () => {
  const network = new Writer(smallBytes);
  small.numbers.forEach((number, place) => near(Array.from(network.read(number)), small.scores[place].data));
  network.weights.forEach((block, n) => near(block.flat(), small.weights[n].data));
  assert.throws(() => network.read(0), /the window of 12 is full/);
});

test("forgetting begins anew", () => {
  const network = new Writer(smallBytes);
  const first = network.read(3);
  network.read(1);
  network.forget();
  assert.deepEqual(network.read(3), first);
});

for (const { text, numbers, scores, weights } of golden.recorded)
  test(`the recorded network after ${JSON.stringify(text)}`, () => {
    const network = new Writer(bytes("writer.safetensors"));
    assert.deepEqual(network.encode(text), { numbers, unknown: [] });
    let found;
    for (const number of numbers) found = network.read(number);
    near(Array.from(found), scores[0].data);
    network.weights.forEach((block, n) => near(block.flat(), weights[n].data));
  });

test("characters that the plays lack are named", () => {
  const network = new Writer(smallBytes);
  assert.deepEqual(network.encode("aéba3é").unknown, ["é", "3"]);
  assert.equal(network.encode("aéb").numbers.length, 2);
});

test("each weight of attention is for its own head", () => {
  const { seen, weights } = attend([2, 0, 0, 2], [[1, 0, 0, 0], [0, 0, 0, 1]], [[1, 1, 1, 1], [3, 3, 3, 3]], 2);
  assert.equal(weights.length, 2);
  assert.ok(weights[0][0] > 0.7 && weights[1][1] > 0.7);
  near(Array.from(seen), [3 - 2 * weights[0][0], 3 - 2 * weights[0][0], 1 + 2 * weights[1][1], 1 + 2 * weights[1][1]]);
});

test("a norm and a dense layer by hand", () => {
  const ones = { weight: { data: [1, 1, 2] }, bias: { data: [0, 0, 1] } };
  near(Array.from(layerNorm([1, 2, 3], ones)), [-1.22474, 0, 3.44948]);
  near(Array.from(dense([1, 2], { weight: { data: [1, 0, 3, 4] }, bias: { data: [5, 6] } })), [6, 17]);
});
