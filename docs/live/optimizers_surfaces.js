// Loss surfaces over two parameters, each with its gradient worked out by hand. The lowest loss
// is 0 everywhere; `left` and `bottom` are the corner of the picture, `side` is its length.

const square = (x) => x * x;

export const SURFACES = {
  ravine: { // a bowl, 25 times as steep across as along
    left: -2, bottom: -2, side: 4, start: [-1.8, 0.8], minima: [[0, 0]],
    rates: { sgd: 0.07, momentum: 0.02, rmsprop: 0.02, adam: 0.05 },
    loss: (x, y) => 0.5 * (square(x) + 25 * square(y)),
    gradient: (x, y) => [x, 25 * y],
  },
  valley: { // a bent ravine whose floor falls slowly: Rosenbrock's, with 10 in place of 100
    left: -2, bottom: -1, side: 4, start: [-1.5, 2.4], minima: [[1, 1]],
    rates: { sgd: 0.01, momentum: 0.005, rmsprop: 0.02, adam: 0.1 },
    loss: (x, y) => square(1 - x) + 10 * square(y - square(x)),
    gradient: (x, y) => [-2 * (1 - x) - 40 * x * (y - square(x)), 20 * (y - square(x))],
  },
  saddle: { // flat where the ridge between two basins meets the slope down to it
    left: -2, bottom: -2, side: 4, start: [-1.6, 0.01], minima: [[0, 1], [0, -1]],
    rates: { sgd: 0.05, momentum: 0.05, rmsprop: 0.02, adam: 0.05 },
    loss: (x, y) => 0.5 * square(x) + 0.25 * square(square(y) - 1),
    gradient: (x, y) => [x, y * (square(y) - 1)],
  },
  bumps: { // a bowl with hollows in which a path can end
    left: -4, bottom: -4, side: 8, start: [-3.2, 2.7], minima: [[0, 0]],
    rates: { sgd: 0.1, momentum: 0.1, rmsprop: 0.05, adam: 0.1 },
    loss: (x, y) => 0.1 * (square(x) + square(y)) + 0.2 * (2 - Math.cos(3 * x) - Math.cos(3 * y)),
    gradient: (x, y) => [0.2 * x + 0.6 * Math.sin(3 * x), 0.2 * y + 0.6 * Math.sin(3 * y)],
  },
};

/** The loss at each level of a contour map: close together below, where the floor is. */
export function levels({ loss, left, bottom, side }, count = 14) {
  const corners = [0, 1].flatMap((i) => [0, 1].map((j) => loss(left + i * side, bottom + j * side)));
  const highest = Math.max(...corners);
  return Array.from({ length: count }, (_, k) => highest * ((k + 0.5) / count) ** 3);
}

/** Where a surface crosses each level: pieces of line [x0, y0, x1, y1], cell by cell of a grid. */
export function contours({ loss, left, bottom, side }, heights, cells = 160) {
  const at = (i, j) => [left + (i / cells) * side, bottom + (j / cells) * side];
  const grid = Array.from({ length: cells + 1 }, (_, j) =>
    Float64Array.from({ length: cells + 1 }, (_, i) => loss(...at(i, j))));
  const pieces = heights.map(() => []);
  for (let j = 0; j < cells; j++)
    for (let i = 0; i < cells; i++) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
      const found = corners.map(([k, l]) => grid[l][k]);
      const [low, high] = [Math.min(...found), Math.max(...found)];
      heights.forEach((height, n) => {
        if (low < height && height <= high) pieces[n].push(...cross(corners, found, height, at));
      });
    }
  return pieces;
}

/** One cell's pieces of a level: from a crossing on its edge to the next, in turn. */
function cross(corners, found, height, at) {
  const crossings = corners.flatMap(([i, j], n) => {
    const [k, l] = corners[(n + 1) % 4], [from, to] = [found[n] - height, found[(n + 1) % 4] - height];
    if (from < 0 === to < 0) return [];
    const share = from / (from - to);
    return [at(i + share * (k - i), j + share * (l - j))];
  });
  return crossings.length === 4
    ? [[...crossings[0], ...crossings[1]], [...crossings[2], ...crossings[3]]]
    : [crossings.flat()];
}
