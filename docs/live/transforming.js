// A GPT in plain JavaScript: it reads one character at a time and keeps keys and values, as the
// lesson on transformers does. Dense weights are (out, in), as PyTorch keeps them.
import { readSafetensors, softmax } from "./nn.js";

const EPSILON = 1e-5;

function need(holds, message) {
  if (!holds) throw new Error(message);
}

/** Mean 0 and variance 1 over the features, then the trained scale and shift. */
export function layerNorm(x, { weight, bias }) {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  const scale = 1 / Math.sqrt(variance + EPSILON);
  return x.map((value, j) => weight.data[j] * (value - mean) * scale + bias.data[j]);
}

/** Weigh all features of one place for each output. */
export function dense(x, { weight, bias }) {
  const inputs = x.length;
  return Float64Array.from(bias.data, (start, o) => {
    let sum = start;
    for (let i = 0; i < inputs; i++) sum += weight.data[o * inputs + i] * x[i];
    return sum;
  });
}

/** One query looks at all keys, in shares of the features; returns the mean values and weights. */
export function attend(query, keys, values, heads) {
  const size = query.length / heads, seen = new Float64Array(query.length), weights = [];
  for (let head = 0; head < heads; head++) {
    const start = head * size;
    const scores = keys.map((key) => {
      let sum = 0;
      for (let j = start; j < start + size; j++) sum += query[j] * key[j];
      return sum / Math.sqrt(size);
    });
    weights.push(softmax(scores));
    values.forEach((value, place) => {
      for (let j = start; j < start + size; j++) seen[j] += weights[head][place] * value[j];
    });
  }
  return { seen, weights };
}

/** The chance of each character: scores over temperature, all but the `topK` highest left out. */
export function chancesOf(scores, temperature = 1, topK = scores.length) {
  need(temperature > 0 && topK >= 1,
    `temperature is ${temperature}, top-k is ${topK}; both must be above 0`);
  const least = Array.from(scores).sort((a, b) => b - a)[Math.min(topK, scores.length) - 1];
  return softmax(Array.from(scores, (score) => (score >= least ? score / temperature : -Infinity)));
}

/** The place that a number in [0, 1) falls on when the chances lie end to end. */
export function choose(chances, number) {
  let sum = 0;
  const place = chances.findIndex((chance) => (sum += chance) > number);
  return place >= 0 ? place : chances.findLastIndex((chance) => chance > 0);
}

/** A GPT from the bytes of a .safetensors file, and what it has read so far. */
export class Writer {
  constructor(buffer) {
    const { metadata, tensors } = readSafetensors(buffer);
    this.characters = Array.from(JSON.parse(metadata.characters));
    [this.heads, this.depth, this.length] = ["heads", "depth", "length"].map((name) => Number(metadata[name]));
    const part = (name) => {
      const found = { weight: tensors[`${name}.weight`], bias: tensors[`${name}.bias`] };
      need(found.weight, `the file has no ${name}.weight`);
      return found;
    };
    this.embedding = part("embedding").weight;
    this.places = part("places").weight;
    this.features = this.embedding.shape[1];
    need(this.embedding.shape[0] === this.characters.length,
      `${this.characters.length} characters, but a table of ${this.embedding.shape[0]}`);
    const names = ["norm1", "norm2", "attention.query", "attention.key", "attention.value", "attention.output", "network.0", "network.2"];
    this.blocks = Array.from({ length: this.depth }, (_, n) =>
      Object.fromEntries(names.map((name) => [name, part(`blocks.${n}.${name}`)])));
    this.norm = part("norm");
    this.forget();
  }

  /** The numbers of a text's characters; those that the network does not know are in `unknown`. */
  encode(text) {
    const all = Array.from(text, (character) => this.characters.indexOf(character));
    const unknown = [...new Set(Array.from(text).filter((_, n) => all[n] < 0))];
    return { numbers: all.filter((number) => number >= 0), unknown };
  }

  /** Begin with an empty window. */
  forget() {
    this.caches = Array.from({ length: this.depth }, () => ({ keys: [], values: [] }));
    this.count = 0;
    this.weights = null; // of the last place, by block and head, for each place of the window
  }

  /** Read one more character; returns the scores of the next. */
  read(number) {
    need(this.count < this.length, `the window of ${this.length} is full; forget() first`);
    const { features } = this;
    let x = Float64Array.from({ length: features }, (_, j) =>
      this.embedding.data[number * features + j] + this.places.data[this.count * features + j]);
    const add = (more) => { x = x.map((value, j) => value + more[j]); };
    this.weights = this.blocks.map((block, n) => {
      const { keys, values } = this.caches[n], normed = layerNorm(x, block.norm1);
      keys.push(dense(normed, block["attention.key"]));
      values.push(dense(normed, block["attention.value"]));
      const { seen, weights } = attend(dense(normed, block["attention.query"]), keys, values, this.heads);
      add(dense(seen, block["attention.output"]));
      const hidden = dense(layerNorm(x, block.norm2), block["network.0"]).map((value) => Math.max(0, value));
      add(dense(hidden, block["network.2"]));
      return weights;
    });
    this.count += 1;
    const last = layerNorm(x, this.norm);
    return Float64Array.from(this.characters, (_, o) => {
      let sum = 0;
      for (let j = 0; j < features; j++) sum += last[j] * this.embedding.data[o * features + j];
      return sum;
    });
  }
}
