// Reverse-mode differentiation of a small graph of numbers. No DOM in here, so node can test it.

/** What each operation computes, and its derivative by each of its inputs, given all of them. */
export const operations = {
  add: { value: (a, b) => a + b, slopes: () => [1, 1] },
  subtract: { value: (a, b) => a - b, slopes: () => [1, -1] },
  multiply: { value: (a, b) => a * b, slopes: (a, b) => [b, a] },
  tanh: { value: Math.tanh, slopes: (a) => [1 - Math.tanh(a) ** 2] },
  square: { value: (a) => a * a, slopes: (a) => [2 * a] },
};

/**
 * Compute a graph forwards, then its last result's gradient backwards.
 * `graph` lists { name, operation, from }, each after the nodes that it comes from; `inputs` are
 * numbers by name. Returns values and gradients by name, and each node's slopes by its inputs.
 */
export function run(graph, inputs) {
  const values = { ...inputs }, gradients = {}, slopes = {};
  for (const { name, operation, from } of graph) {
    const given = from.map((parent) => {
      if (!(parent in values)) throw new Error(`${name} needs ${parent}, which is not there yet`);
      return values[parent];
    });
    if (!(operation in operations)) throw new Error(`${name}: no operation ${operation}`);
    values[name] = operations[operation].value(...given);
    slopes[name] = operations[operation].slopes(...given);
  }
  for (const name of Object.keys(values)) gradients[name] = 0;
  gradients[graph.at(-1).name] = 1;
  for (const { name, from } of graph.toReversed())
    from.forEach((parent, i) => { gradients[parent] += gradients[name] * slopes[name][i]; });
  return { values, gradients, slopes };
}

/** The inputs after one step against the gradient; only those that are named move. */
export function descend(graph, inputs, names, rate) {
  const { gradients } = run(graph, inputs);
  const moved = names.map((name) => [name, inputs[name] - rate * gradients[name]]);
  return { ...inputs, ...Object.fromEntries(moved) };
}

/** The slopes on the way from the last result back to one input, which has one way only. */
export function chain(graph, slopes, input) {
  const factors = [];
  for (let at = input; at !== graph.at(-1).name;) {
    const node = graph.find(({ from }) => from.includes(at));
    factors.unshift({ of: node.name, by: at, slope: slopes[node.name][node.from.indexOf(at)] });
    at = node.name;
  }
  return factors;
}
