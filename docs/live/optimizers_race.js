// A race of the four optimizers down one surface, and what is said about it.
import { NAMES, createOptimizer } from "./optimizers_steps.js";

export const STEPS = 500; // the race is over then, at the latest
export const GOAL = 0.01; // the loss to come below
export const TITLES = { sgd: "SGD", momentum: "Momentum", rmsprop: "RMSProp", adam: "Adam" };

/** How far a point is outside the picture, in sides of the picture. */
function outside({ left, bottom, side }, [x, y]) {
  const [across, up] = [(x - left) / side, (y - bottom) / side];
  return Math.max(-across, across - 1, -up, up - 1, 0);
}

/** Four runners at one start; each has a path, its losses, and the step at which it arrived or left. */
export function createRace(surface, { start, rates, definition = "pytorch" }) {
  const runners = NAMES.map((name) => ({
    name, rate: rates[name], path: [start], losses: [surface.loss(...start)],
    arrived: null, left: null, inside: 0,
    next: createOptimizer(name, rates[name], definition),
  }));
  let step = 0;

  function move(runner) {
    const point = runner.next(runner.path.at(-1), surface.gradient(...runner.path.at(-1)));
    const loss = surface.loss(...point), far = outside(surface, point);
    if (far === 0) runner.inside = step;
    if (!Number.isFinite(loss) || !(far <= 1)) runner.left = runner.inside + 1;
    if (!Number.isFinite(loss)) return;
    runner.path.push(point);
    runner.losses.push(loss);
    if (loss < GOAL) runner.arrived ??= step;
  }

  return {
    runners,
    get step() { return step; },
    get over() {
      return step >= STEPS || runners.every(({ arrived, left }) => arrived !== null || left !== null);
    },
    /** Everyone who is still in the picture takes one step. */
    advance() {
      if (this.over) return;
      step += 1;
      for (const runner of runners) if (runner.left === null) move(runner);
    },
  };
}

const listed = (parts) => [parts.slice(0, -1).join(", "), parts.at(-1)].filter(Boolean).join(" and ");

/** What happened in a race that is over, in one to three sentences. */
export function tell({ runners, step }) {
  const name = (runner) => TITLES[runner.name];
  const home = runners.filter(({ arrived }) => arrived !== null)
    .sort((one, other) => one.arrived - other.arrived);
  const gone = runners.filter(({ arrived, left }) => arrived === null && left !== null);
  const late = runners.filter(({ arrived, left }) => arrived === null && left === null);
  const best = home.filter(({ arrived }) => arrived === home[0].arrived), rest = home.slice(best.length);
  const parts = [];
  if (home.length)
    parts.push(`${listed(best.map(name))} ${best.length > 1 ? "were" : "was"} first below a loss of ${GOAL}, at step ${best[0].arrived}`
      + (rest.length ? `; ${listed(rest.map((one) => `${name(one)} came at ${one.arrived}`))}.` : "."));
  if (late.length)
    parts.push(`${listed(late.map(name))} ${late.length > 1 ? "were" : "was"} not below ${GOAL} after ${step} steps.`);
  for (const one of gone) parts.push(`${name(one)} left the picture at step ${one.left}.`);
  return parts.join(" ");
}

/** Where everyone is in a race that goes on. */
export function report({ runners, step }, written) {
  return `Step ${step}: ${runners.map((one) =>
    `${TITLES[one.name]} ${one.left === null ? written(one.losses.at(-1)) : "left"}`).join(", ")}.`;
}
