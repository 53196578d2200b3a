// Weights from a generator that gives the same numbers on every machine. It is a function of a
// counter (Tommy Ettinger's Mulberry32, which is free to use), so each draw has a block of its own.

const BLOCK = 2 ** 20; // numbers for one draw: 50 layers take 904,448 of them

/** Evenly spread numbers in (0, 1): `count` of them from place `first` on, 0 to 2 ** 32. */
export function uniforms(first, count) {
  return Float64Array.from({ length: count }, (_, n) => {
    const state = Math.imul(first + n + 1, 0x6d2b79f5);
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (((bits ^ (bits >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  });
}

/** Normal numbers, mean 0 and variance 1, by Box and Muller: an even `count` from an even place on. */
export function normals(first, count) {
  const even = uniforms(first, count), found = new Float64Array(count);
  for (let n = 0; n < count; n += 2) {
    const radius = Math.sqrt(-2 * Math.log(even[n])), angle = 2 * Math.PI * even[n + 1];
    found[n] = radius * Math.cos(angle);
    found[n + 1] = radius * Math.sin(angle);
  }
  return found;
}

/** Make the rows of a wide or square matrix orthogonal, each of length 1, by Gram and Schmidt. */
export function orthogonal({ rows, columns, data }) {
  const found = Float64Array.from(data);
  if (rows > columns) throw new Error(`${rows} rows of ${columns} numbers cannot be orthogonal`);
  for (let i = 0; i < rows; i++) {
    const row = found.subarray(i * columns, (i + 1) * columns);
    for (let j = 0; j < i; j++) {
      const other = found.subarray(j * columns, (j + 1) * columns);
      let product = 0;
      for (let k = 0; k < columns; k++) product += row[k] * other[k];
      for (let k = 0; k < columns; k++) row[k] -= product * other[k];
    }
    const length = Math.hypot(...row);
    for (let k = 0; k < columns; k++) row[k] /= length;
  }
  return { rows, columns, data: found };
}

/** The standard deviation of a layer's weights, with so many inputs and outputs. */
export const SPREADS = {
  small: () => 0.01,
  xavier: (inputs, outputs) => Math.sqrt(2 / (inputs + outputs)),
  he: (inputs) => Math.sqrt(2 / inputs),
  orthogonal: (inputs, outputs) => Math.sqrt(1 / Math.max(inputs, outputs)),
};

/** A source of weights for layers of these widths, inputs first; it remembers what it drew last. */
export function createSource(widths) {
  const firsts = [0];
  for (let n = 1; n < widths.length; n++) firsts.push(firsts[n - 1] + widths[n - 1] * widths[n]);
  let drawn = null, raw = new Map(), turned = new Map();

  function remembered(memory, layer, make) {
    if (!memory.has(layer)) memory.set(layer, make());
    return memory.get(layer);
  }

  /** One layer's normal numbers, from 1, before they are scaled. */
  function standard(layer) {
    const [columns, rows] = [widths[layer - 1], widths[layer]];
    const first = drawn * BLOCK + firsts[layer - 1];
    return remembered(raw, layer, () => ({ rows, columns, data: normals(first, rows * columns) }));
  }

  return {
    /** The weights of the first `depth` layers: draw 0, 1, ...; how, and how far spread if "own". */
    weights(draw, depth, how, own) {
      if (draw !== drawn) [drawn, raw, turned] = [draw, new Map(), new Map()];
      return Array.from({ length: depth }, (_, n) => {
        const matrix = standard(n + 1), { rows, columns } = matrix;
        if (how === "orthogonal") return remembered(turned, n + 1, () => orthogonal(matrix));
        const spread = how === "own" ? own : SPREADS[how](columns, rows);
        return { rows, columns, data: matrix.data.map((value) => value * spread) };
      });
    },
    /** Normal numbers that are in no layer's weights. */
    noise(draw, count) {
      return normals(draw * BLOCK + firsts.at(-1), count);
    },
  };
}
