// What the charts and the sentence say about the numbers in each layer.
import { written } from "./chart.js";
import examples from "./examples.js";
import { createSource } from "./signals_draws.js";
import { difference, run, standardise, variance } from "./signals_network.js";

export const WIDTH = 128, DEEPEST = 50;
export const FIRST = { activation: "relu", how: "small", depth: 20, own: 0.01, norm: false, residual: false, draw: 0 };
const BINS = 60; // of a histogram, over the whole axis
const ROUNDING = 1e-14; // of a number in float64, after some sums
const [FAINT, GONE] = [0.1, 1e-3]; // a signal this small fades, or vanishes; the inverse for growth

/** The ten packaged digits as one batch, (10, 784), standardised. */
export function batch() {
  const bytes = examples.flatMap(({ pixels }) => [...atob(pixels)].map((letter) => letter.charCodeAt(0)));
  return standardise(Float64Array.from(bytes));
}

const inputs = batch();

/** Where the weights of a network as deep as can be come from. */
export const source = () => createSource([inputs.length / examples.length, ...Array(DEEPEST).fill(WIDTH)]);

/** Everything that the demo shows, from what the reader chose. */
export function compute(chosen, drawn = source()) {
  const weights = drawn.weights(chosen.draw, chosen.depth, chosen.how, chosen.own);
  const gradient = standardise(drawn.noise(chosen.draw, examples.length * WIDTH));
  const found = run({ inputs, weights, gradient, ...chosen });
  return { ...found, weights, levels: levels(found, examples.length) };
}

/** The standard deviations of each layer's numbers, the inputs' first. */
export function levels({ activations, gradients }, batch) {
  return {
    activations: activations.map((values) => Math.sqrt(variance(values))),
    differences: activations.map((values) => Math.sqrt(difference(values, values.length / batch))),
    gradients: gradients.map((values) => Math.sqrt(variance(values))),
  };
}

/** The exponents of ten that an axis has to reach for these lines: never less than six decades. */
export function span(lines) {
  const exponents = lines.flat().filter((value) => value > 0).map(Math.log10);
  return [Math.min(-4, Math.floor(Math.min(...exponents) - 1)), Math.max(2, Math.ceil(Math.max(...exponents) + 1))];
}

/** How the sizes of numbers lie between two exponents of ten: shares by bin, and that of zeros. */
export function histogram(values, [low, high]) {
  const bins = new Float64Array(BINS);
  let zeros = 0;
  for (const value of values) {
    const place = Math.floor((Math.log10(Math.abs(value)) - low) / (high - low) * BINS);
    if (value === 0) zeros += 1 / values.length;
    else if (place >= 0 && place < BINS) bins[place] += 1 / values.length;
  }
  return { bins, zeros };
}

function verdict(ratio) {
  if (ratio < GONE) return "it vanishes";
  if (ratio < FAINT) return "it fades";
  if (ratio <= 1 / FAINT) return "it comes through";
  return ratio <= 1 / GONE ? "it grows" : "it explodes";
}

/** What becomes of the signal and of the gradient, in one or two sentences. */
export function tell({ activations, differences, gradients }) {
  const depth = differences.length - 1, ratio = differences.at(-1) / differences[0];
  const lost = differences.at(-1) < ROUNDING * activations.at(-1);
  const after = `After ${depth} ${depth === 1 ? "layer" : "layers"}, what tells the digits apart is <b>${written(ratio)}</b> of what went in: `;
  const signal = verdict(ratio) + (lost ? ", and rounding errors are left" : "");
  if (depth === 1) return `${after}${signal}.`;
  const back = gradients[1] / gradients.at(-1);
  return `${after}${signal}. The gradient at the first layer is <b>${written(back)}</b> of the last layer’s: ${verdict(back)}.`;
}
