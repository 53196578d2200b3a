// The demo of changes computes the pixels of the lesson's NumPy.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { unpack } from "../../docs/live/augment.js";
import { NOTHING, RANGES, change, draw } from "../../docs/live/augment_changes.js";

const { places, cases } = JSON.parse(readFileSync(new URL("augment.json", import.meta.url)));

cases.forEach(({ draw: numbers, pixels }, n) => test(`draw ${n}: the pixels are NumPy's`, () => {
  const { data } = change(unpack(), numbers);
  places.forEach((place, i) =>
    assert.ok(Math.abs(data[place] - pixels[i]) < 1e-6, `${place}: ${data[place]}, not ${pixels[i]}`));
}));

test("nothing is changed by the numbers that change nothing", () => {
  const picture = unpack();
  change(picture, NOTHING).data.forEach((value, n) =>
    assert.ok(Math.abs(value - picture.data[n]) < 1e-9));
});

test("a draw stays in its ranges and reaches their ends", () => {
  assert.deepEqual(Object.keys(draw()), Object.keys(cases[0].draw));
  for (const [at, end] of [[0, 0], [1, 1]]) {
    const numbers = draw(() => at);
    for (const [name, range] of Object.entries(RANGES)) assert.ok(Math.abs(numbers[name] - range[end]) < 1e-12);
  }
});
