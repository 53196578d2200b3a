// Features of black and white digits, rules made of them, and a neuron: no document needed.

export const SIDE = 28;
const MIDDLE = [12, 16];

/** So many pictures of 28 x 28 ones and zeros, from base64 of their bits. */
export function decode(text, count) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Array.from({ length: count }, (_, n) => Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const bit = n * SIDE * SIDE + i;
    return (bytes[bit >> 3] >> (7 - (bit & 7))) & 1;
  }));
}

const total = (image) => image.reduce((sum, pixel) => sum + pixel, 0);

/** The share of the pixels in rows and columns from..to that are ink. */
function inkWithin(image, from, to) {
  let sum = 0;
  for (let row = from; row < to; row++)
    for (let column = from; column < to; column++) sum += image[SIDE * row + column];
  return sum / (to - from) ** 2;
}

/** The share of ink for which `counts(row, column)` holds. */
function shareOfInk(image, counts) {
  let sum = 0;
  for (let i = 0; i < image.length; i++)
    if (image[i] && counts(Math.floor(i / SIDE), i % SIDE)) sum += 1;
  return sum / total(image);
}

/** How many pixels of paper the ink encloses: water from the edge never comes there. */
export function enclosed(image) {
  const wide = SIDE + 2, wet = new Uint8Array(wide * wide), open = [0];
  const dry = (row, column) => row > 0 && column > 0 && row <= SIDE && column <= SIDE
    && image[SIDE * (row - 1) + column - 1] === 1;
  wet[0] = 1;
  let reached = 0;
  while (open.length) {
    const place = open.pop(), row = Math.floor(place / wide), column = place % wide;
    reached += 1;
    for (const [r, c] of [[row - 1, column], [row + 1, column], [row, column - 1], [row, column + 1]]) {
      if (r < 0 || c < 0 || r >= wide || c >= wide || wet[wide * r + c] || dry(r, c)) continue;
      wet[wide * r + c] = 1;
      open.push(wide * r + c);
    }
  }
  return wide * wide - reached - total(image);
}

/** What can be measured; `of` gives a number for a picture. */
export const FEATURES = [
  { name: "ink in the middle", digits: 2, of: (image) => inkWithin(image, ...MIDDLE) },
  { name: "ink", digits: 3, of: (image) => inkWithin(image, 0, SIDE) },
  { name: "symmetry", digits: 2, of: (image) => shareOfInk(image, (row, column) => image[SIDE * row + SIDE - 1 - column]) },
  { name: "ink on the left", digits: 2, of: (image) => shareOfInk(image, (row, column) => column < SIDE / 2) },
  { name: "enclosed paper", digits: 1, of: enclosed },
];

/** How many values a rule decides rightly; above the threshold it says `above`. */
export function countRight(values, answers, { threshold, above }) {
  return values.filter((value, n) => (value > threshold ? above : 1 - above) === answers[n]).length;
}

/** Every threshold halfway between two values. */
export function thresholds(values) {
  const sorted = [...new Set(values)].sort((one, other) => one - other);
  return sorted.slice(1).map((value, n) => (value + sorted[n]) / 2);
}

/** The rule that decides most values rightly, the first of those that are equally good. */
export function bestRule(values, answers, tried = thresholds(values)) {
  let best = { right: -1 };
  for (const threshold of tried) {
    for (const above of [0, 1]) {
      const right = countRight(values, answers, { threshold, above });
      if (right > best.right) best = { threshold, above, right };
    }
  }
  return best;
}

/** The neuron's sum: above 0 it says 1. */
export function neuron(image, weights, bias) {
  return image.reduce((sum, pixel, i) => sum + pixel * weights[i], bias);
}

/** A pair of digits as the data file has it, ready to be measured. */
export function unpack({ digits, seen, seenCount, held, heldCount, weights, scale, bias }) {
  const answers = (count) => Array.from({ length: count }, (_, n) => (n < count / 2 ? 0 : 1));
  const bytes = Int8Array.from(atob(weights), (letter) => letter.charCodeAt(0));
  return {
    digits, bias,
    weights: Float64Array.from(bytes, (weight) => weight * scale),
    seen: decode(seen, seenCount), seenAnswers: answers(seenCount),
    held: decode(held, heldCount), heldAnswers: answers(heldCount),
  };
}
