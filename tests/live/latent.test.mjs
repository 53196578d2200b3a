// The demo's generator draws what PyTorch draws, and its walks are those of tools/live_latent.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Generator, createDirections, pointAt, transposedConvolution } from "../../docs/live/latent_generator.js";
import { tensor } from "../../docs/live/nn.js";

const golden = JSON.parse(readFileSync(new URL("latent.json", import.meta.url)));
const file = readFileSync(new URL("../../docs/live/models/latent.safetensors", import.meta.url));
const generator = new Generator(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
const made = ({ shape, data }) => tensor(shape, Float32Array.from(data));

function near(found, expected, tolerance, what) {
  assert.equal(found.length, expected.length, what);
  expected.forEach((value, n) => {
    const difference = Math.abs(found[n] - value);
    assert.ok(difference <= tolerance, `${what}, ${n}: ${found[n]}, not ${value}`);
  });
}

golden.places.forEach(([plane, across, up], at) => {
  test(`plane ${plane}, ${across} across, ${up} up: the point and its picture`, () => {
    const point = pointAt(createDirections(plane, 16), across, up);
    near(point, golden.points[at], 1e-8, "the point");
    const picture = generator.draw(golden.points[at]).filter((_, n) => n % 5 === 0);
    near(picture, golden.pictures[at], 1e-5, "the picture");
  });
});

golden.layers.forEach(({ input, weight, bias, output, options }) => {
  test(`a transposed convolution with stride ${options.stride} and padding ${options.padding}`, () => {
    const found = transposedConvolution(made(input), { weight: made(weight), bias: made(bias), ...options });
    assert.deepEqual(found.shape, output.shape);
    near(found.data, output.data, 1e-5, "the output");
  });
});

test("directions are square to each other, and every point has the usual length", () => {
  for (const seed of [0, 1, 40]) {
    const directions = createDirections(seed, 16);
    const product = (a, b) => a.reduce((sum, value, n) => sum + value * b[n], 0);
    directions.forEach((a, i) => directions.forEach((b, j) =>
      assert.ok(Math.abs(product(a, b) - (i === j)) < 1e-9)));
    for (const [across, up] of [[0, 0], [90, 60], [-31, 7]]) {
      const point = pointAt(directions, across, up);
      assert.ok(Math.abs(product(point, point) - 16) < 1e-9);
    }
  }
});

test("what does not fit is named", () => {
  const weight = tensor([2, 1, 3, 3]), bias = tensor([1]);
  assert.throws(() => transposedConvolution(tensor([3, 4, 4]), { weight, bias }),
    /its kernels stamp 2 channels, but the image is \(3, 4, 4\)/);
});
