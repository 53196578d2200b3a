// The translator of the lesson on attention in plain JavaScript: gated units that read a text in
// both directions, and one that writes and looks back. Weights lie as PyTorch keeps them.
import { readSafetensors, softmax } from "./nn.js";

const sigmoid = (sum) => 1 / (1 + Math.exp(-sum));

/** Multiply a matrix (out, in) with a vector (in,), and add a bias where there is one. */
export function multiply({ shape: [outputs, inputs], data }, vector, bias) {
  if (vector.length !== inputs)
    throw new Error(`a matrix (${outputs}, ${inputs}) cannot take ${vector.length} numbers`);
  const product = new Float64Array(outputs);
  for (let row = 0; row < outputs; row++) {
    let sum = bias ? bias.data[row] : 0;
    for (let i = 0; i < inputs; i++) sum += data[row * inputs + i] * vector[i];
    product[row] = sum;
  }
  return product;
}

/** One step of a gated recurrent unit: an input and a state (units,) make the next state. */
export function step(input, state, { weight_ih, weight_hh, bias_ih, bias_hh }) {
  const units = state.length;
  const ours = multiply(weight_ih, input, bias_ih), theirs = multiply(weight_hh, state, bias_hh);
  return state.map((old, n) => {
    const reset = sigmoid(ours[n] + theirs[n]);
    const keep = sigmoid(ours[units + n] + theirs[units + n]);
    const fresh = Math.tanh(ours[2 * units + n] + reset * theirs[2 * units + n]);
    return (1 - keep) * fresh + keep * old;
  });
}

/** Scaled dot-product attention of one query: { found, shares }. */
export function attend(query, keys, values) {
  const scores = keys.map((key) =>
    key.reduce((sum, value, n) => sum + value * query[n], 0) / Math.sqrt(query.length));
  const shares = softmax(scores), found = new Float64Array(values[0].length);
  values.forEach((value, place) => value.forEach((number, n) => { found[n] += shares[place] * number; }));
  return { found, shares };
}

const join = (...parts) => Float64Array.from(parts.flatMap((part) => [...part]));
const row = ({ shape: [, width], data }, place) => data.subarray(place * width, (place + 1) * width);

/** A trained translator from the bytes of its file; the metadata holds both alphabets. */
export class Translator {
  constructor(buffer) {
    const { metadata, tensors } = readSafetensors(buffer);
    this.tensors = tensors;
    this.text = [...metadata.text];
    this.iso = [...metadata.iso];
    this.units = tensors["query.weight"].shape[0];
  }

  /** The four arrays of a recurrent layer: "encoder", "encoder" with "_reverse", "decoder". */
  layer(name, direction = "") {
    const parts = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];
    return Object.fromEntries(parts.map((part) =>
      [part, this.tensors[`${name}.${part}_l0${direction}`]]));
  }

  /** The characters of a text that the translator never saw. */
  unknown(text) {
    return [...new Set(text)].filter((character) => !this.text.includes(character));
  }

  /** Read a text both ways: { states, keys, summary }. */
  encode(text) {
    const unknown = this.unknown(text);
    if (unknown.length) throw new Error(`the characters ${unknown.join(" ")} are not known`);
    if (!text) throw new Error("there is no text to read");
    const inputs = [...text].map((character) =>
      row(this.tensors["read.weight"], this.text.indexOf(character) + 1));
    const read = (some, layer) => {
      let state = new Float64Array(this.units);
      return some.map((input) => (state = step(input, state, layer)));
    };
    const forward = read(inputs, this.layer("encoder"));
    const backward = read(inputs.toReversed(), this.layer("encoder", "_reverse")).toReversed();
    const states = forward.map((state, place) => join(state, backward[place]));
    const bridge = multiply(this.tensors["bridge.weight"], join(forward.at(-1), backward[0]),
      this.tensors["bridge.bias"]);
    const keys = states.map((state) => multiply(this.tensors["key.weight"], state));
    return { states, keys, summary: bridge.map(Math.tanh) };
  }

  /** Write one character after another, the likeliest each time: [{ character, chance, shares }]. */
  translate(text, most = 40) {
    const { states, keys, summary } = this.encode(text), written = [];
    let state = summary, previous = 0;
    while (written.length < most) {
      state = step(row(this.tensors["write.weight"], previous), state, this.layer("decoder"));
      const query = multiply(this.tensors["query.weight"], state);
      const { found, shares } = attend(query, keys, states);
      const scores = multiply(this.tensors["score.weight"], join(state, found), this.tensors["score.bias"]);
      const chances = softmax([...scores]);
      previous = chances.indexOf(Math.max(...chances));
      if (previous === 0) break; // the end
      written.push({ character: this.iso[previous - 1], chance: chances[previous], shares, scores });
    }
    return written;
  }
}
