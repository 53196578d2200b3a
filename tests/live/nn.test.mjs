// Each layer of docs/live/nn.js gives PyTorch's numbers, and says clearly what it cannot run.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Network, half, layers, readSafetensors, softmax, tensor } from "../../docs/live/nn.js";

const golden = JSON.parse(readFileSync(new URL("digits.json", import.meta.url)));

const made = ({ shape, data }) => tensor(shape, Float32Array.from(data));

function near(found, expected, tolerance = 1e-5) {
  assert.deepEqual(found.shape, expected.shape);
  found.data.forEach((value, i) => {
    const difference = Math.abs(value - expected.data[i]);
    assert.ok(difference <= tolerance * Math.max(1, Math.abs(expected.data[i])),
      `number ${i} is ${value}, not ${expected.data[i]}`);
  });
}

/** The bytes of a .safetensors file with this header and so many bytes of numbers. */
function file(header, bytes = 0) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const buffer = new Uint8Array(8 + text.length + bytes);
  new DataView(buffer.buffer).setBigUint64(0, BigInt(text.length), true);
  buffer.set(text, 8);
  return buffer.buffer;
}

for (const { name, kind, options, input, weight, bias, output } of golden.layers) {
  test(`${kind}: ${name}`, () => {
    const given = made(input), before = given.data.slice();
    const parts = weight ? { weight: made(weight), bias: made(bias) } : {};
    near(layers[kind](given, { ...options, ...parts }), output);
    assert.deepEqual(given.data, before, "the input was changed");
  });
}

test("every kind of layer has a golden case", () => {
  assert.deepEqual(new Set(golden.layers.map(({ kind }) => kind)), new Set(Object.keys(layers)));
});

for (const { type, file: text, input, output } of golden.networks) {
  test(`a network whose weights are ${type}`, () => {
    const network = new Network(Uint8Array.from(Buffer.from(text, "base64")).buffer);
    const outputs = network.run(made(input));
    assert.equal(outputs.length, network.layers.length);
    near(outputs.at(-1), output);
  });
}

test("half floats", () => {
  for (const [bits, value] of golden.halves)
    assert.ok(Object.is(half(bits), value === "inf" ? Infinity : value === "-inf" ? -Infinity : value), `${bits}`);
  assert.ok(Number.isNaN(half(0x7e00)));
});

test("softmax", () => {
  for (const { input, output } of golden.softmax)
    near(tensor([input.length], Float32Array.from(softmax(input))), { shape: [output.length], data: output });
});

test("a layer without a bias adds none", () => {
  const weight = tensor([1, 2], Float32Array.of(3, 4));
  assert.deepEqual([...layers.linear(tensor([2], Float32Array.of(1, 2)), { weight }).data], [11]);
});

const ONE = { dtype: "F32", shape: [2, 2], data_offsets: [0, 16] };
const MISTAKES = [
  ["no file at all", () => readSafetensors(new ArrayBuffer(3)), /longer than 3 bytes/],
  ["a header that is cut off", () => readSafetensors(file({}).slice(0, 9)), /after the file's end/],
  ["numbers that are cut off", () => readSafetensors(file({ one: ONE }, 12)), /one should end at byte \d+/],
  ["a wrong size", () => readSafetensors(file({ one: { ...ONE, shape: [2, 3] } }, 16)), /one, F32 \(2, 3\), has 16 bytes/],
  ["a type that is unknown", () => readSafetensors(file({ one: { ...ONE, dtype: "I8" } }, 16)), /one is of type I8; known are F16, F32/],
  ["no list of layers", () => new Network(file({})), /lists no layers/],
  ["a kind that is unknown", () => network([{ name: "0", kind: "softplus" }]), /layer 0 is of kind softplus; known are conv2d/],
  ["a kind of every object", () => network([{ name: "0", kind: "toString" }]), /is of kind toString/],
  ["weights that are missing", () => network([{ name: "0", kind: "linear" }]), /layer 0 \(linear\) needs weights with 2 axes, but has none/],
  ["weights of another kind", () => network([{ name: "one", kind: "conv2d" }], { one: ONE }), /needs weights with 4 axes, but has \(2, 2\)/],
  ["an input of another size", () => network([{ name: "one", kind: "linear" }], { one: ONE }).run(tensor([3])), /layer one \(linear\): it weighs 2 numbers, but gets \(3\)/],
  ["too few numbers", () => tensor([2, 2], new Float32Array(3)), /holds 4 numbers, not 3/],
  ["other channels", () => layers.conv2d(tensor([3, 5, 5]), { weight: tensor([1, 2, 3, 3]) }), /look at 2 channels, but the image is \(3, 5, 5\)/],
  ["a picture smaller than the kernel", () => layers.conv2d(tensor([1, 2, 2]), { weight: tensor([1, 1, 3, 3]) }), /3 x 3 does not fit \(1, 2, 2\)/],
];

function network(list, arrays = {}) {
  const entries = Object.fromEntries(Object.entries(arrays).map(([name, entry]) => [`${name}.weight`, entry]));
  return new Network(file({ __metadata__: { layers: JSON.stringify(list) }, ...entries }, 16));
}

for (const [name, act, message] of MISTAKES) test(`clear error: ${name}`, () => assert.throws(act, { message }));
