// A recurrent network in plain JavaScript: the LSTM's step, and a writer of names made of it.
//
// Weights lie as the lesson's NumPy code keeps them: W (inputs, 4 units), U (units, 4 units), b
// (4 units), for the input gate, the forget gate, the candidate and the output gate, in this order.
import { readSafetensors, softmax, written } from "./nn.js";

export const END = 0; // the number that ends a name; the letters count from 1
export const LONGEST = 16; // letters of a name that the network has learned from

const sigmoid = (z) => (1 + Math.tanh(z / 2)) / 2;

/** Add a vector times a matrix to `sums`; the matrix has as many rows as the vector has numbers. */
function addProduct(sums, vector, { shape: [rows, columns], data }) {
  if (vector.length !== rows || sums.length !== columns)
    throw new Error(`${vector.length} numbers do not fit weights ${written([rows, columns])} for ${sums.length}`);
  vector.forEach((value, row) => {
    for (let column = 0; column < columns; column++) sums[column] += value * data[row * columns + column];
  });
  return sums;
}

/** One step: an input and the state { hidden, cell } to a new state; the old one stays as it is. */
export function lstmStep(input, { hidden, cell }, { W, U, b }) {
  const units = hidden.length;
  const sums = addProduct(addProduct(Float64Array.from(b.data), input, W), hidden, U);
  const next = { hidden: new Float64Array(units), cell: new Float64Array(units) };
  for (let n = 0; n < units; n++) {
    const [i, f, g, o] = [0, 1, 2, 3].map((gate) => sums[gate * units + n]);
    next.cell[n] = sigmoid(f) * cell[n] + sigmoid(i) * Math.tanh(g);
    next.hidden[n] = sigmoid(o) * Math.tanh(next.cell[n]);
  }
  return next;
}

/** Draw a place from chances that add to 1; `random` gives numbers in [0, 1). */
export function draw(chances, random) {
  let left = random();
  const place = chances.findIndex((chance) => (left -= chance) < 0);
  return place < 0 ? chances.length - 1 : place; // where rounding left a rest
}

const NEEDED = ["embedding", "W", "U", "b", "scores", "bias"];

/** A writer of names, from the bytes of a .safetensors file that names its letters and languages. */
export class NameWriter {
  constructor(buffer) {
    const { metadata, tensors } = readSafetensors(buffer);
    const missing = NEEDED.filter((name) => !tensors[name]);
    if (missing.length || !metadata.letters || !metadata.languages)
      throw new Error(`the file of weights lacks ${missing.join(", ") || "its letters or languages"}`);
    Object.assign(this, { weights: tensors, letters: [...metadata.letters] });
    this.languages = JSON.parse(metadata.languages);
    const symbols = 1 + this.letters.length + this.languages.length;
    if (tensors.embedding.shape[0] !== symbols)
      throw new Error(`${symbols} symbols do not fit the embedding ${written(tensors.embedding.shape)}`);
  }

  /** The state after a language was named, before the first letter. */
  start(language) {
    const number = this.languages.indexOf(language);
    if (number < 0) throw new Error(`no language is called ${language}; known are ${this.languages.join(", ")}`);
    const units = this.weights.U.shape[0];
    const empty = { hidden: new Float64Array(units), cell: new Float64Array(units) };
    return this.read(empty, 1 + this.letters.length + number);
  }

  /** The state after one more symbol. */
  read(state, symbol) {
    const { shape: [, width], data } = this.weights.embedding;
    return lstmStep(data.subarray(symbol * width, (symbol + 1) * width), state, this.weights);
  }

  /** The chances of the end and of each letter, for a temperature above 0. */
  chances({ hidden }, temperature = 1) {
    if (!(temperature > 0)) throw new Error(`a temperature of ${temperature} is not above 0`);
    const sums = addProduct(Float64Array.from(this.weights.bias.data), hidden, this.weights.scores);
    return softmax(sums.subarray(0, 1 + this.letters.length).map((score) => score / temperature));
  }

  /** The number of a letter; an error where there is none. */
  numberOf(letter) {
    const place = this.letters.indexOf(letter);
    if (place < 0) throw new Error(`the letter ${letter} is not among ${this.letters.join("")}`);
    return place + 1;
  }
}
