// One neuron, or a small network with one hidden layer, that learns to tell two classes of points
// apart. Numbers are float64 and the loss is the frameworks' own: the mean cross-entropy of
// logits. A point is { x, y, label } with a label of 0 or 1. Nothing here touches a page.

const sigmoid = (score) => score < 0 ? Math.exp(score) / (1 + Math.exp(score)) : 1 / (1 + Math.exp(-score));

/** Each activation, and its slope as a function of what it put out. */
export const ACTIVATIONS = {
  tanh: { of: Math.tanh, slope: (out) => 1 - out * out },
  sigmoid: { of: sigmoid, slope: (out) => out * (1 - out) },
  relu: { of: (score) => Math.max(0, score), slope: (out) => (out > 0 ? 1 : 0) },
};

/** A generator of numbers in [0, 1), the same in every browser (mulberry32). */
export function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A network 2-hidden-1; with no hidden unit, one neuron that starts at 0. `first` holds two
 * weights for each hidden unit, one unit after the other; `second` one for each input of the
 * last neuron. Weights and biases are drawn within one over the root of a unit's inputs.
 */
export function createNetwork(hidden, activation, random) {
  if (!(activation in ACTIVATIONS)) throw new Error(`no activation is called ${activation}; known are ${Object.keys(ACTIVATIONS).join(", ")}`);
  const draw = (count, inputs) => Float64Array.from({ length: count }, () => (2 * random() - 1) / Math.sqrt(inputs));
  if (hidden === 0) return { hidden, activation, first: new Float64Array(), firstBias: new Float64Array(), second: new Float64Array(2), secondBias: new Float64Array(1) };
  return { hidden, activation, first: draw(2 * hidden, 2), firstBias: draw(hidden, 2), second: draw(hidden, hidden), secondBias: draw(1, hidden) };
}

/** What the last neuron weighs: the hidden units' outputs, or the point itself. */
function lastInputs({ hidden, activation, first, firstBias }, x, y) {
  if (hidden === 0) return [x, y];
  const { of } = ACTIVATIONS[activation];
  return Array.from(firstBias, (bias, unit) => of(first[2 * unit] * x + first[2 * unit + 1] * y + bias));
}

/** The score of a place: above 0 means class 1. */
export function score(network, x, y) {
  return lastInputs(network, x, y).reduce((sum, input, n) => sum + input * network.second[n], network.secondBias[0]);
}

/** The probability of class 1. */
export const probability = (network, x, y) => sigmoid(score(network, x, y));

/** How many points lie on the wrong side, or on the border. */
export function countWrong(network, points) {
  return points.filter(({ x, y, label }) => (label ? 1 : -1) * score(network, x, y) <= 0).length;
}

/** The cross-entropy of one score, without overflow. */
function crossEntropy(value, label) {
  return Math.max(value, 0) - value * label + Math.log1p(Math.exp(-Math.abs(value)));
}

/** One step of gradient descent on all points; returns the mean loss before it. */
export function step(network, points, rate) {
  const { hidden, activation, first, firstBias, second, secondBias } = network;
  const change = { first: new Float64Array(first.length), firstBias: new Float64Array(hidden), second: new Float64Array(second.length), secondBias: 0 };
  let loss = 0;
  for (const { x, y, label } of points) {
    const inputs = lastInputs(network, x, y);
    const value = inputs.reduce((sum, input, n) => sum + input * second[n], secondBias[0]);
    loss += crossEntropy(value, label) / points.length;
    const blame = (sigmoid(value) - label) / points.length;
    inputs.forEach((input, n) => { change.second[n] += blame * input; });
    change.secondBias += blame;
    for (let unit = 0; unit < hidden; unit++) {
      const share = blame * second[unit] * ACTIVATIONS[activation].slope(inputs[unit]);
      change.first[2 * unit] += share * x;
      change.first[2 * unit + 1] += share * y;
      change.firstBias[unit] += share;
    }
  }
  if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss}; try a smaller learning rate`);
  for (const part of ["first", "firstBias", "second"]) network[part].forEach((_, n) => { network[part][n] -= rate * change[part][n]; });
  secondBias[0] -= rate * change.secondBias;
  return loss;
}

/** The perceptron rule on one point: a mistake moves the weights; returns whether it was one. */
export function correct({ second, secondBias }, { x, y, label }, rate) {
  const side = label ? 1 : -1;
  if (side * (second[0] * x + second[1] * y + secondBias[0]) > 0) return false;
  second[0] += rate * side * x;
  second[1] += rate * side * y;
  secondBias[0] += rate * side;
  return true;
}

/** Look at points from number `at` on until one is corrected; `at` is -1 after a clean round. */
export function correctNext(network, points, at, rate) {
  for (let looked = 0; looked < points.length; looked++) {
    const n = (at + looked) % points.length;
    if (correct(network, points[n], rate)) return (n + 1) % points.length;
  }
  return -1;
}

const SETS = {
  XOR: () => [[-0.6, -0.6, 0], [-0.6, 0.6, 1], [0.6, -0.6, 1], [0.6, 0.6, 0]],
  separable: (random) => Array.from({ length: 30 }, (_, n) => {
    const across = (n % 2 ? 1 : -1) * (0.06 + 0.5 * random()) + 0.2, along = 1.2 * random() - 0.6;
    return [0.8 * across - 0.6 * along, 0.6 * across + 0.8 * along, n % 2];
  }),
  ring: (random) => Array.from({ length: 36 }, (_, n) => {
    const angle = 2.4 * n, radius = n % 3 ? 0.7 + 0.2 * random() : 0.3 * random();
    return [radius * Math.cos(angle), radius * Math.sin(angle), n % 3 ? 1 : 0];
  }),
  moons: (random) => Array.from({ length: 36 }, (_, n) => {
    const angle = Math.PI * random(), side = n % 2 ? -1 : 1, wobble = () => 0.12 * (random() - 0.5);
    return [side * (0.6 * Math.cos(angle) - 0.3) + wobble(), side * (0.65 * Math.sin(angle) - 0.2) + wobble(), n % 2];
  }),
};

export const SET_NAMES = Object.keys(SETS);

/** One of the ready-made sets of points; the same each time. */
export function createPoints(name) {
  return SETS[name](createRandom(7)).map(([x, y, label]) => ({ x, y, label }));
}
