// A deep network forward and backward, in float64: what every layer puts out for a batch, and the
// gradient with respect to it.

const EPSILON = 1e-5; // of batch normalisation

/** The error function: its series has positive terms only, so nothing cancels. */
export function erf(x) {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  let term = size, sum = size;
  for (let n = 1; term > sum * 1e-17; n++) sum += term *= 2 * size * size / (2 * n + 1);
  return Math.sign(x) * 2 / Math.sqrt(Math.PI) * Math.exp(-size * size) * sum;
}

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const share = (z) => 0.5 * (1 + erf(z * Math.SQRT1_2)); // of normal numbers that are below z

/** Each activation as [value, slope]. */
export const ACTIVATIONS = {
  linear: [(z) => z, () => 1],
  sigmoid: [sigmoid, (z) => sigmoid(z) * (1 - sigmoid(z))],
  tanh: [Math.tanh, (z) => 1 - Math.tanh(z) ** 2],
  relu: [(z) => (z > 0 ? z : 0), (z) => (z > 0 ? 1 : 0)],
  gelu: [
    (z) => z * share(z),
    (z) => share(z) + z * Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI),
  ],
};

/** inputs (batch, columns) times the transposed weights (rows, columns): (batch, rows). */
function multiply(inputs, { rows, columns, data }) {
  const batch = inputs.length / columns, found = new Float64Array(batch * rows);
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += inputs[b * columns + j] * data[i * columns + j];
      found[b * rows + i] = sum;
    }
  return found;
}

/** gradients (batch, rows) times the weights (rows, columns): (batch, columns). */
function multiplyBack(gradients, { rows, columns, data }) {
  const batch = gradients.length / rows, found = new Float64Array(batch * columns);
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < rows; i++) {
      const gradient = gradients[b * rows + i];
      for (let j = 0; j < columns; j++) found[b * columns + j] += gradient * data[i * columns + j];
    }
  return found;
}

/** Mean and variance over the batch of each of `width` columns. */
function moments(values, width) {
  const batch = values.length / width;
  return Array.from({ length: width }, (_, j) => {
    let mean = 0, variance = 0;
    for (let b = 0; b < batch; b++) mean += values[b * width + j] / batch;
    for (let b = 0; b < batch; b++) variance += (values[b * width + j] - mean) ** 2 / batch;
    return { mean, variance };
  });
}

/** Batch normalisation without trained scale and shift; what it divided by is kept for the way back. */
function normalise(values, width) {
  const found = moments(values, width);
  const roots = found.map(({ variance }) => Math.sqrt(variance + EPSILON));
  return { roots, values: values.map((value, n) => (value - found[n % width].mean) / roots[n % width]) };
}

/** The gradient through batch normalisation, from normalised values and the gradient there. */
function normaliseBack(gradients, { values, roots }) {
  const width = roots.length, batch = values.length / width;
  const means = new Float64Array(width), products = new Float64Array(width);
  gradients.forEach((gradient, n) => {
    means[n % width] += gradient / batch;
    products[n % width] += gradient * values[n] / batch;
  });
  return gradients.map((gradient, n) =>
    (gradient - means[n % width] - values[n] * products[n % width]) / roots[n % width]);
}

function check({ inputs, weights, activation, gradient }) {
  if (!Object.hasOwn(ACTIVATIONS, activation))
    throw new Error(`no activation is called ${activation}; known are ${Object.keys(ACTIVATIONS).join(", ")}`);
  let { length } = inputs;
  const batch = length / weights[0].columns;
  weights.forEach(({ rows, columns }, n) => {
    if (length !== batch * columns || !Number.isInteger(batch))
      throw new Error(`layer ${n + 1} weighs ${columns} numbers, but gets ${length / batch}`);
    length = batch * rows;
  });
  if (gradient.length !== length)
    throw new Error(`the gradient has ${gradient.length} numbers, the last layer ${length}`);
}

/**
 * Run a batch through all layers and a gradient back: arrays of activations and gradients, the
 * inputs' first. With `norm`, numbers are normalised before the activation; with `residual`, a
 * layer whose input and output are of one width adds its input to its output.
 */
export function run({ inputs, weights, activation, norm = false, residual = false, gradient }) {
  check({ inputs, weights, activation, gradient });
  const [value, slope] = ACTIVATIONS[activation];
  const activations = [inputs], kept = [];
  for (const matrix of weights) {
    const before = activations.at(-1), sums = multiply(before, matrix);
    const normalised = norm ? normalise(sums, matrix.rows) : { values: sums };
    const after = normalised.values.map(value);
    const skips = residual && matrix.rows === matrix.columns;
    activations.push(skips ? after.map((one, n) => one + before[n]) : after);
    kept.push({ normalised, skips });
  }
  const gradients = [gradient];
  for (let n = weights.length - 1; n >= 0; n--) {
    const above = gradients[0], { normalised, skips } = kept[n];
    const inner = above.map((one, k) => one * slope(normalised.values[k]));
    const back = multiplyBack(norm ? normaliseBack(inner, normalised) : inner, weights[n]);
    gradients.unshift(skips ? back.map((one, k) => one + above[k]) : back);
  }
  return { activations, gradients };
}

/** The variance of all numbers together. */
export const variance = (values) => moments(values, 1)[0].variance;

/** The variance over the batch, mean over the units: what tells the examples apart. */
export const difference = (values, width) =>
  moments(values, width).reduce((sum, one) => sum + one.variance / width, 0);

/** Numbers with mean 0 and variance 1. */
export function standardise(values) {
  const [{ mean, variance: spread }] = moments(values, 1);
  return values.map((one) => (one - mean) / Math.sqrt(spread));
}
