// One of a few, all of them in view: radio buttons that look like one row.

/**
 * Fill a fieldset with its legend and a radio button for each of `options`, {value: label};
 * `changed` hears what is chosen. Returns what sets the choice without a word to `changed`.
 */
export function createChoice(fieldset, { name, legend, options, chosen, signal, changed }) {
  const entries = Object.entries(options).map(([value, label]) =>
    `<label><input type="radio" name="${name}" value="${value}"><span>${label}</span></label>`);
  fieldset.classList.add("live-choice");
  fieldset.innerHTML = `<legend>${legend}</legend><div>${entries.join("")}</div>`;
  const inputs = [...fieldset.querySelectorAll("input")];
  const set = (value) => { for (const input of inputs) input.checked = input.value === value; };
  fieldset.addEventListener("change", ({ target }) => changed(target.value), { signal });
  set(chosen);
  return set;
}
