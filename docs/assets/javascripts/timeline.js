// Filters for the list of events in the lesson on history. Without this script the list is
// complete; with it, buttons choose themes and decades, and the address keeps the choice.
{
  const LABELS = {
    networks: "Networks", learning: "Learning rules", symbols: "Logic and rules", games: "Games",
    language: "Language", vision: "Vision", public: "Public life",
  };
  const PREFIX = "#timeline=";

  // What the page holds: an item with its themes and its decade for each event, and the decades.
  function read() {
    const events = [...document.querySelectorAll("li > .event[data-themes]")].map((mark) => {
      const item = mark.closest("li");
      const list = item.closest("ol");
      const heading = list.previousElementSibling;
      return { item, list, heading, decade: heading.id, themes: mark.dataset.themes.split(" ") };
    });
    return events;
  }

  function buttons(legend, names, labels, chosen, choose) {
    const set = document.createElement("fieldset");
    set.append(Object.assign(document.createElement("legend"), { textContent: legend }));
    const made = new Map();
    for (const name of names) {
      const button = document.createElement("button");
      const count = document.createElement("span");
      button.type = "button";
      button.append(labels[name] ?? name, " ", count);
      button.addEventListener("click", () => {
        if (!chosen.delete(name)) chosen.add(name);
        choose();
      });
      set.append(button);
      made.set(name, { button, count });
    }
    return { set, made };
  }

  function fromAddress(events, themes, decades) {
    if (!location.hash.startsWith(PREFIX)) return;
    const known = new Set(events.flatMap((event) => [event.decade, ...event.themes]));
    for (const name of decodeURIComponent(location.hash.slice(PREFIX.length)).split(",")) {
      if (known.has(name)) (name in LABELS ? themes : decades).add(name);
    }
  }

  function keepInAddress(names) {
    if (!names.length && !location.hash.startsWith(PREFIX)) return;
    const hash = names.length ? PREFIX + names.join(",") : "";
    history.replaceState(history.state, "", location.pathname + location.search + hash);
  }

  function mount() {
    const events = read();
    if (!events.length || document.querySelector(".timeline-filter")) return;
    const themes = new Set(), decades = new Set();
    const fits = (event, of = themes, among = decades) =>
      (!of.size || event.themes.some((theme) => of.has(theme))) &&
      (!among.size || among.has(event.decade));

    const form = document.createElement("div");
    const status = document.createElement("p");
    const all = document.createElement("button");
    const none = new Set();
    const byTheme = buttons("Theme", Object.keys(LABELS), LABELS, themes, update);
    const byDecade = buttons("Decade", new Set(events.map((event) => event.decade)), {}, decades, update);
    form.className = "timeline-filter";
    form.role = "group";
    form.setAttribute("aria-label", "Choose events");
    status.role = "status";
    all.type = "button";
    all.textContent = "Show all";
    all.addEventListener("click", clear);
    const last = document.createElement("div");
    last.append(status, all);
    form.append(byTheme.set, byDecade.set, last);
    events[0].heading.before(form);

    function clear() {
      themes.clear();
      decades.clear();
      update();
    }

    function update() {
      const shown = new Set();
      for (const event of events) {
        event.item.hidden = !fits(event);
        if (!event.item.hidden) shown.add(event.decade);
      }
      for (const { list, heading, decade } of events) list.hidden = heading.hidden = !shown.has(decade);
      for (const [name, { button, count }] of byTheme.made) {
        button.setAttribute("aria-pressed", themes.has(name));
        count.textContent = events.filter((event) => fits(event, none) && event.themes.includes(name)).length;
      }
      for (const [name, { button, count }] of byDecade.made) {
        button.setAttribute("aria-pressed", decades.has(name));
        count.textContent = events.filter((event) => fits(event, themes, none) && event.decade === name).length;
      }
      const number = events.filter((event) => !event.item.hidden).length;
      status.textContent = `${number} of ${events.length} events`;
      all.disabled = !themes.size && !decades.size;
      keepInAddress([...themes, ...decades]);
    }

    // A link to a decade or to an event that is filtered away shows all events again.
    function follow(event) {
      const link = event.target.closest?.('a[href*="#"]');
      const id = link && link.pathname === location.pathname && decodeURIComponent(link.hash.slice(1));
      if (id && document.getElementById(id)?.closest("[hidden]")) clear();
    }

    fromAddress(events, themes, decades);
    update();
    if (themes.size || decades.size) form.scrollIntoView();
    addEventListener("click", follow, true);
    document$.subscribe(() => {
      if (!form.isConnected) removeEventListener("click", follow, true);
    });
  }

  document$.subscribe(mount); // the theme's own observable: at first, and for each new page
}
