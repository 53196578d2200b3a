// SGD, momentum, RMSProp and Adam as PyTorch and Keras define them. Where they differ: the
// velocity holds gradients in PyTorch and steps in Keras; epsilon stands beside the root in
// PyTorch's RMSProp and under it in Keras's; in Keras's Adam it is added before the correction of
// the second moment; and the decay and epsilon that each takes unless told otherwise.

export const DEFAULTS = {
  pytorch: { momentum: 0.9, decay: 0.99, first: 0.9, second: 0.999, epsilon: 1e-8 },
  keras: { momentum: 0.9, decay: 0.9, first: 0.9, second: 0.999, epsilon: 1e-7 },
};

const zeros = (point) => point.map(() => 0);

const RULES = {
  sgd: (rate) => (point, gradient) => point.map((value, i) => value - rate * gradient[i]),

  momentum(rate, { momentum, definition }) {
    let velocity = null;
    return (point, gradient) => {
      velocity ??= zeros(point);
      if (definition === "keras") {
        velocity = velocity.map((v, i) => momentum * v - rate * gradient[i]);
        return point.map((value, i) => value + velocity[i]);
      }
      velocity = velocity.map((v, i) => momentum * v + gradient[i]);
      return point.map((value, i) => value - rate * velocity[i]);
    };
  },

  rmsprop(rate, { decay, epsilon, definition }) {
    let squares = null;
    return (point, gradient) => {
      squares = (squares ?? zeros(point)).map((s, i) => decay * s + (1 - decay) * gradient[i] * gradient[i]);
      const root = definition === "keras"
        ? (s) => Math.sqrt(s + epsilon) : (s) => Math.sqrt(s) + epsilon;
      return point.map((value, i) => value - rate * gradient[i] / root(squares[i]));
    };
  },

  adam(rate, { first, second, epsilon, definition }) {
    let means = null, squares = null, step = 0;
    return (point, gradient) => {
      step += 1;
      means = (means ?? zeros(point)).map((m, i) => first * m + (1 - first) * gradient[i]);
      squares = (squares ?? zeros(point)).map((s, i) => second * s + (1 - second) * gradient[i] * gradient[i]);
      const size = rate / (1 - first ** step), correction = Math.sqrt(1 - second ** step);
      const divisor = definition === "keras"
        ? (s) => (Math.sqrt(s) + epsilon) / correction : (s) => Math.sqrt(s) / correction + epsilon;
      return point.map((value, i) => value - size * means[i] / divisor(squares[i]));
    };
  },
};

export const NAMES = Object.keys(RULES);

/**
 * An optimizer with no memory yet: a function from a point and the gradient there to the next
 * point. `options` may set any of DEFAULTS' numbers besides.
 */
export function createOptimizer(name, rate, definition = "pytorch", options = {}) {
  if (!Object.hasOwn(RULES, name))
    throw new Error(`no optimizer is called ${name}; known are ${NAMES.join(", ")}`);
  if (!Object.hasOwn(DEFAULTS, definition))
    throw new Error(`nothing is defined as in ${definition}; known are ${Object.keys(DEFAULTS).join(", ")}`);
  if (!(rate > 0)) throw new Error(`the learning rate of ${name} should be above 0, not ${rate}`);
  return RULES[name](rate, { ...DEFAULTS[definition], ...options, definition });
}
