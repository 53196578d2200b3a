// Tabs as assistive technology expects them: one stop for the Tab key, arrows between the tabs.

/** Give the buttons of a tablist their behaviour; `changed` hears which is chosen, from 0. */
export function createTabs(list, { signal, changed }) {
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const panel = (tab) => list.getRootNode().getElementById(tab.getAttribute("aria-controls"));

  function choose(chosen) {
    for (const tab of tabs) {
      tab.ariaSelected = tab === chosen;
      tab.tabIndex = tab === chosen ? 0 : -1;
      panel(tab).hidden = tab !== chosen;
    }
    changed(tabs.indexOf(chosen));
  }

  function onKeyDown(event) {
    const at = tabs.indexOf(event.target), { length } = tabs;
    const next = {
      ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: length - 1,
    }[event.key];
    if (next === undefined) return;
    const tab = tabs[(next + length) % length];
    choose(tab);
    tab.focus();
    event.preventDefault();
  }

  for (const tab of tabs) tab.addEventListener("click", () => choose(tab), { signal });
  list.addEventListener("keydown", onKeyDown, { signal });
  choose(tabs[0]);
}
