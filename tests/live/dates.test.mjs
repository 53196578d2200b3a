// The translator in the page writes what PyTorch writes, with the same scores and shares.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Translator, attend, multiply, step } from "../../docs/live/attending.js";
import { plain } from "../../docs/live/dates.js";

const golden = JSON.parse(readFileSync(new URL("dates.json", import.meta.url)));
const file = readFileSync(new URL("../../docs/live/models/dates.safetensors", import.meta.url));
const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
const translator = new Translator(bytes);

const near = (found, expected, name) => {
  assert.equal(found.length, expected.length, name);
  found.forEach((value, n) => assert.ok(Math.abs(value - expected[n]) < 1e-4,
    `${name} ${n} is ${value}, not ${expected[n]}`));
};

for (const { text, steps } of golden) test(`“${text}” is translated as in PyTorch`, () => {
  const written = translator.translate(text, 12);
  assert.deepEqual(written.map(({ character }) => character), steps.map(({ character }) => character));
  written.forEach(({ scores, shares, chance }, n) => {
    near([...scores], steps[n].scores, `step ${n}, score`);
    near([...shares], steps[n].shares, `step ${n}, share`);
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9);
    assert.ok(chance > 0 && chance <= 1);
  });
});

test("a gated unit: closed, it keeps its state; open, it takes the fresh one", () => {
  const matrix = (rows, columns, value = 0) => ({ shape: [rows, columns], data: new Float32Array(rows * columns).fill(value) });
  const bias = (reset, keep, fresh) => ({ data: Float32Array.of(reset, keep, fresh) });
  const layer = { weight_ih: matrix(3, 2), weight_hh: matrix(3, 1, 1), bias_hh: bias(0, 0, 0) };
  const [kept] = step([1, 1], Float64Array.of(0.5), { ...layer, bias_ih: bias(0, 50, 0) });
  assert.ok(Math.abs(kept - 0.5) < 1e-12);
  const [fresh] = step([1, 1], Float64Array.of(0.5), { ...layer, bias_ih: bias(50, -50, 0.25) });
  assert.ok(Math.abs(fresh - Math.tanh(0.75)) < 1e-12);
});

test("attention: equal keys share equally, and the scores are divided by the root", () => {
  const { found, shares } = attend([1, 1, 1, 1], [[0, 0, 0, 0], [0, 0, 0, 0]], [[1], [3]]);
  assert.deepEqual([[...found], shares], [[2], [0.5, 0.5]]);
  const [first] = attend([2, 0, 0, 0], [[1, 0, 0, 0], [0, 0, 0, 0]], [[1], [3]]).shares;
  assert.ok(Math.abs(first - Math.E / (Math.E + 1)) < 1e-12);
});

test("what cannot be read is named", () => {
  assert.deepEqual(translator.unknown("7 ☃ may ☃"), ["☃"]);
  assert.throws(() => translator.encode("☃"), /☃ are not known/);
  assert.throws(() => translator.encode(""), /no text/);
  assert.throws(() => multiply({ shape: [1, 2], data: new Float32Array(2) }, [1, 2, 3]), /cannot take 3/);
});

test("capitals and strange spaces are made plain", () => {
  assert.equal(plain("  3\u202fJuin\t1931 "), "3 juin 1931");
  assert.equal(plain("août"), "août");
});
