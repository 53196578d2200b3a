// The network of the demo of signals is PyTorch's, and its weights spread as theory says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { power, written } from "../../docs/live/chart.js";
import { SPREADS, createSource, normals, orthogonal, uniforms } from "../../docs/live/signals_draws.js";
import { FIRST, compute, histogram, levels, span, tell } from "../../docs/live/signals_levels.js";
import { ACTIVATIONS, erf, run, standardise, variance } from "../../docs/live/signals_network.js";

const golden = JSON.parse(readFileSync(new URL("signals.json", import.meta.url)));
const flat = (rows) => Float64Array.from(rows.flat());
const given = {
  inputs: flat(golden.given.inputs),
  gradient: flat(golden.given.gradient),
  weights: golden.given.weights.map((rows) => ({ rows: rows.length, columns: rows[0].length, data: flat(rows) })),
};

function near(found, expected, tolerance = 1e-6) {
  assert.equal(found.length, expected.length);
  found.forEach((value, n) => assert.ok(Math.abs(value - expected[n]) <= tolerance * Math.abs(expected[n]),
    `number ${n} is ${value}, not ${expected[n]}`));
}

/** Every layer's variances, where `levels` gives standard deviations. */
const squared = (found) => Object.fromEntries(Object.entries(found).map(([name, each]) =>
  [name, each.map((value) => value * value)]));

for (const { activation, norm, residual, ...expected } of golden.cases)
  test(`${activation}${norm ? ", normalised" : ""}${residual ? ", with residual connections" : ""}`, () => {
    const before = given.inputs.slice();
    const found = squared(levels(run({ ...given, activation, norm, residual }), golden.given.inputs.length));
    for (const name of ["activations", "differences", "gradients"]) near(found[name], expected[name]);
    assert.deepEqual(given.inputs, before, "the inputs were changed");
  });

test("every activation has golden values, with each of the options", () => {
  assert.deepEqual(new Set(golden.cases.map(({ activation }) => activation)), new Set(Object.keys(ACTIVATIONS)));
  assert.equal(golden.cases.length, 4 * Object.keys(ACTIVATIONS).length);
});

test("the demo's first state, with digits and 20 layers of its own weights", () => {
  const found = squared(compute(FIRST).levels);
  for (const [name, expected] of Object.entries(golden.first)) near(found[name], expected);
});

test("the generator's normal numbers", () => {
  for (const [first, expected] of golden.normals) near(normals(first, expected.length), expected, 1e-12);
});

test("normal numbers have the moments of a normal distribution, and no memory", () => {
  const { length } = normals(0, 200000), values = normals(0, length);
  const mean = (f) => values.reduce((sum, value, n) => sum + f(value, n), 0) / length;
  assert.ok(Math.abs(mean((z) => z)) < 0.01);
  assert.ok(Math.abs(mean((z) => z * z) - 1) < 0.015);
  assert.ok(Math.abs(mean((z) => z ** 3)) < 0.04);
  assert.ok(Math.abs(mean((z) => z ** 4) - 3) < 0.1);
  for (const lag of [1, 2, 128, 784]) assert.ok(Math.abs(mean((z, n) => z * (values[n - lag] ?? 0))) < 0.01, `${lag}`);
  const even = uniforms(0, length), tenths = new Float64Array(10);
  even.forEach((value) => { tenths[Math.floor(10 * value)] += 1 / length; });
  assert.ok(tenths.every((share) => Math.abs(share - 0.1) < 0.003));
});

test("draws differ, layers differ, and a deeper network keeps the layers it had", () => {
  const source = createSource([6, 8, 8, 8]);
  const [first, second, third] = source.weights(0, 3, "he").map(({ data }) => [...data]);
  assert.notDeepEqual(second, third);
  assert.notDeepEqual([...source.weights(1, 1, "he")[0].data], first);
  assert.deepEqual([...source.weights(0, 1, "he")[0].data], first);
  assert.deepEqual([...createSource([6, 8, 8, 8]).weights(0, 2, "he")[1].data], second);
  const noise = source.noise(0, 8).map((value) => value * SPREADS.he(8));
  assert.ok(noise.every((value) => !first.includes(value) && !third.includes(value)));
});

for (const [how, expected] of Object.entries({
  small: () => 1e-4,
  xavier: (inputs, outputs) => 2 / (inputs + outputs),
  he: (inputs) => 2 / inputs,
  own: () => 0.09,
}))
  test(`the weights' variance: ${how}`, () => {
    const source = createSource([300, 100, 100, 400]);
    for (const { rows, columns, data } of source.weights(3, 3, how, 0.3)) {
      const theory = expected(columns, rows), error = Math.sqrt(2 / data.length); // one standard error
      assert.ok(Math.abs(variance(data) / theory - 1) < 4 * error, `(${rows}, ${columns}): ${variance(data)}, not ${theory}`);
    }
  });

test("orthogonal rows have length 1 and no part in common, and the numbers spread as 1 / columns", () => {
  const [wide, squareOne] = createSource([784, 128, 128]).weights(0, 2, "orthogonal");
  for (const { rows, columns, data } of [wide, squareOne]) {
    const product = (i, j) => data.subarray(i * columns, (i + 1) * columns)
      .reduce((sum, value, k) => sum + value * data[j * columns + k], 0);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j <= i; j++) assert.ok(Math.abs(product(i, j) - (i === j)) < 1e-10, `${i}, ${j}`);
    assert.ok(Math.abs(variance(data) * columns - 1) < 1e-3);
  }
  assert.throws(() => orthogonal({ rows: 3, columns: 2, data: new Float64Array(6) }), /3 rows of 2 numbers/);
});

/** How the mean square changes from one layer to the next, mean over draws of 128 x 128 weights. */
function ratio(activation, how, draws = 200) {
  const source = createSource([64, 64, 64]), square = (values) => values.reduce((sum, z) => sum + z * z, 0) / values.length;
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) {
    const inputs = normals(1e7 + 256 * draw, 4 * 64), gradient = normals(2e7 + 256 * draw, 4 * 64);
    const { activations } = run({ inputs, gradient, activation, weights: source.weights(draw, 2, how) });
    sum += square(activations[2]) / square(activations[1]) / draws;
  }
  return sum;
}

for (const [activation, how, theory] of [
  ["linear", "xavier", 1], ["linear", "he", 2], ["linear", "small", 64e-4],
  ["relu", "xavier", 0.5], ["relu", "he", 1], ["relu", "small", 32e-4],
])
  test(`from layer to layer, over 200 draws: ${activation}, ${how}`, () => {
    assert.ok(Math.abs(ratio(activation, how) / theory - 1) < 0.05, `${ratio(activation, how)}, not ${theory}`);
  });

test("the error function", () => {
  for (const [x, value] of [[0, 0], [0.5, 0.5204998778130465], [1, 0.8427007929497149], [3, 0.9999779095030014], [7, 1]]) {
    assert.ok(Math.abs(erf(x) - value) < 1e-14, `${x}`);
    assert.equal(erf(-x), -erf(x));
  }
});

test("a slope is what the value changes by", () => {
  for (const [name, [value, slope]] of Object.entries(ACTIVATIONS))
    for (const z of [-3.1, -0.7, 0.2, 1.9])
      assert.ok(Math.abs((value(z + 1e-5) - value(z - 1e-5)) / 2e-5 - slope(z)) < 1e-8, `${name} at ${z}`);
});

test("standardised numbers", () => {
  const found = standardise(Float64Array.of(1, 2, 3, 6));
  assert.ok(Math.abs(variance(found) - 1) < 1e-12 && Math.abs(found.reduce((sum, z) => sum + z, 0)) < 1e-12);
});

test("a histogram counts sizes, and zeros apart", () => {
  const { bins, zeros } = histogram([0, 0, 0.5, -0.5, 5e-3, 1e9], [-4, 2]);
  assert.ok(Math.abs(zeros - 1 / 3) < 1e-12);
  assert.deepEqual([...bins].flatMap((share, n) => (share ? [[n, share]] : [])), [[16, 1 / 6], [36, 1 / 3]]);
});

test("an axis has room for every line, and none for what is 0", () => {
  assert.deepEqual(span([[1, 0.1], [0]]), [-4, 2]);
  assert.deepEqual(span([[1, 2e-22]]), [-23, 2]);
  assert.deepEqual(span([[1, 3e36]]), [-4, 38]);
});

const told = (there, back) => tell({ activations: [1, 1, 1e-9], differences: [1, 0.5, there], gradients: [9, back, 1] });
for (const [size, verdict] of [[5e-4, "vanishes"], [0.05, "fades"], [1, "comes through"], [50, "grows"], [5e3, "explodes"]])
  test(`the sentence for ${size}`, () => {
    assert.match(told(size, 1), new RegExp(`After 2 layers, .* is <b>${written(size)}</b> of what went in: it ${verdict}\\.`));
    assert.match(told(1, size), new RegExp(`is <b>${written(size)}</b> of the last layer’s: it ${verdict}\\.$`));
  });

test("what is no more than rounding is called so", () => {
  assert.match(told(1e-24, 1), /: it vanishes, and rounding errors are left\. The/);
  assert.match(told(0, 1), /is <b>0<\/b> of what went in: it vanishes, and/);
  const { levels: found } = compute({ ...FIRST, activation: "sigmoid", how: "xavier", depth: 40 });
  assert.match(tell(found), /rounding errors are left/);
});

test("one layer has no way back to speak of", () => {
  const { levels: found } = compute({ ...FIRST, depth: 1 });
  assert.match(tell(found), /^After 1 layer, [^.]* <b>0\.\d+<\/b> of what went in: it \w+[^.]*\.$/);
});

test("numbers as people write them", () => {
  const expected = {
    0: "0", 1: "1", 0.534: "0.53", 1234: "1,200", 12.3: "12", 0.00123: "0.0012", 1e-9: "10⁻⁹", 2.4e-22: "2\u00a0×\u00a010⁻²²", 9.96e4: "10⁵",
  };
  for (const [value, text] of Object.entries(expected)) assert.equal(written(+value), text);
  assert.equal(power(-12), "10⁻¹²");
});

const MISTAKES = [
  ["an activation that is unknown", { activation: "swish" }, /no activation is called swish; known are linear, sigmoid/],
  ["one of every object", { activation: "toString" }, /called toString/],
  ["inputs of another width", { inputs: new Float64Array(9) }, /layer 1 weighs 8 numbers, but gets/],
  ["weights that do not follow", { weights: [given.weights[0], given.weights[0]] }, /layer 2 weighs 8 numbers, but gets 6/],
  ["a gradient of another size", { gradient: new Float64Array(3) }, /the gradient has 3 numbers, the last layer 30/],
];
for (const [name, wrong, message] of MISTAKES)
  test(`clear error: ${name}`, () => assert.throws(() => run({ ...given, activation: "relu", ...wrong }), { message }));
