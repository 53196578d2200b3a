// The writer of names gives PyTorch's chances, and says clearly what it cannot do.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { NameWriter, draw, lstmStep } from "../../docs/live/recurrent.js";
import { tensor } from "../../docs/live/nn.js";

const golden = JSON.parse(readFileSync(new URL("names.json", import.meta.url)));
const file = readFileSync(new URL("../../docs/live/models/names.safetensors", import.meta.url));
const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
const writer = new NameWriter(bytes);

const after = (language, name) =>
  [...name].reduce((state, letter) => writer.read(state, writer.numberOf(letter)), writer.start(language));

for (const { language, name, temperature, chances } of golden)
  test(`${language}, ${name || "nothing"}, temperature ${temperature}`, () => {
    const found = writer.chances(after(language, name), temperature);
    assert.equal(found.length, chances.length);
    found.forEach((chance, symbol) => assert.ok(Math.abs(chance - chances[symbol]) <= 1e-6,
      `symbol ${symbol} has the chance ${chance}, not ${chances[symbol]}`));
  });

test("one step by hand: the gates stand in the order i, f, g, o", () => {
  const weights = { W: tensor([1, 4], Float32Array.of(0, 0, 1, 0)), U: tensor([1, 4]), b: tensor([4], Float32Array.of(100, -100, 0, 100)) };
  const state = { hidden: Float64Array.of(0), cell: Float64Array.of(5) };
  const next = lstmStep([0.5], state, weights);
  assert.ok(Math.abs(next.cell[0] - Math.tanh(0.5)) < 1e-12, "what was in the cell is forgotten");
  assert.ok(Math.abs(next.hidden[0] - Math.tanh(Math.tanh(0.5))) < 1e-12);
  assert.deepEqual([...state.cell], [5], "the old state was changed");
});

test("reading on does not change where one stood", () => {
  const state = after("German", "sc"), before = [...state.hidden];
  writer.read(state, writer.numberOf("h"));
  assert.deepEqual([...state.hidden], before);
});

test("draws follow the chances", () => {
  const chances = [0.2, 0.5, 0.3];
  assert.deepEqual([0, 0.19, 0.21, 0.69, 0.71, 0.999].map((value) => draw(chances, () => value)), [0, 0, 1, 1, 2, 2]);
  assert.equal(draw([0.5, 0.4999], () => 0.99999), 1);
});

test("a low temperature leaves the likeliest, a high one evens out", () => {
  const state = after("German", "sc"), [cold, hot] = [0.05, 50].map((t) => writer.chances(state, t));
  assert.ok(Math.max(...cold) > 0.99);
  assert.ok(Math.max(...hot) < 0.03);
});

const MISTAKES = [
  ["a language that is unknown", () => writer.start("Klingon"), /no language is called Klingon; known are Croatian/],
  ["a letter that is unknown", () => writer.numberOf("ж"), /the letter ж is not among/],
  ["a temperature of nothing", () => writer.chances(writer.start("German"), 0), /a temperature of 0 is not above 0/],
  ["an input of another size", () => lstmStep([1, 2], writer.start("German"), writer.weights), /2 numbers do not fit weights \(24, 320\)/],
  ["a file without weights", () => new NameWriter(bare({})), /lacks embedding, W, U, b, scores, bias/],
];

function bare(header) {
  const text = new TextEncoder().encode(JSON.stringify(header)), buffer = new Uint8Array(8 + text.length);
  new DataView(buffer.buffer).setBigUint64(0, BigInt(text.length), true);
  buffer.set(text, 8);
  return buffer.buffer;
}

for (const [name, act, message] of MISTAKES) test(`clear error: ${name}`, () => assert.throws(act, { message }));
