// A drawing becomes a picture as MNIST's makers made theirs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SIZE, normalise } from "../../docs/live/normalise.js";

const WIDTH = 200, HEIGHT = 150;

/** Ink in a rectangle, and nowhere else. */
function rectangle(left, top, width, height, value = 1) {
  const ink = new Float32Array(WIDTH * HEIGHT);
  for (let row = top; row < top + height; row++)
    ink.fill(value, row * WIDTH + left, row * WIDTH + left + width);
  return ink;
}

/** The rows and columns that hold ink, and the centre of mass. */
function measure(image) {
  const rows = new Set(), columns = new Set();
  let mass = 0, x = 0, y = 0;
  image.forEach((value, i) => {
    if (value < 1e-6) return;
    rows.add(Math.floor(i / SIZE));
    columns.add(i % SIZE);
    mass += value;
    x += value * (i % SIZE + 0.5);
    y += value * (Math.floor(i / SIZE) + 0.5);
  });
  return { rows: rows.size, columns: columns.size, x: x / mass, y: y / mass };
}

test("nothing stays nothing", () => {
  assert.deepEqual(normalise(rectangle(0, 0, 0, 0), WIDTH, HEIGHT), new Float32Array(SIZE * SIZE));
});

test("the longer side becomes 20 pixels, and proportions stay", () => {
  const { rows, columns } = measure(normalise(rectangle(30, 10, 50, 100), WIDTH, HEIGHT));
  assert.deepEqual([rows, columns], [20, 10]);
});

test("a small drawing grows", () => {
  const { rows, columns } = measure(normalise(rectangle(100, 100, 10, 5), WIDTH, HEIGHT));
  assert.deepEqual([rows, columns], [10, 20]);
});

test("the place on the pad makes no difference", () => {
  assert.deepEqual(normalise(rectangle(3, 4, 40, 60), WIDTH, HEIGHT), normalise(rectangle(90, 71, 40, 60), WIDTH, HEIGHT));
});

test("the centre of mass is the centre, not the rectangle's", () => {
  const ink = rectangle(20, 20, 40, 20);
  rectangle(20, 40, 10, 80).forEach((value, i) => { ink[i] += value; });
  const { x, y, rows } = measure(normalise(ink, WIDTH, HEIGHT));
  assert.ok(Math.abs(x - SIZE / 2) < 0.01 && Math.abs(y - SIZE / 2) < 0.01, `${x}, ${y}`);
  assert.ok(rows >= 20 && rows <= 21);
});

test("full ink stays full, half ink half, nothing above 1", () => {
  for (const value of [1, 0.5]) {
    const image = normalise(rectangle(50, 30, 80, 80, value), WIDTH, HEIGHT);
    assert.ok(Math.abs(Math.max(...image) - value) < 1e-5);
  }
});
