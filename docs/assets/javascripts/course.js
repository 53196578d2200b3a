// What the theme leaves to be done for keyboards; every page is complete without it.

// Scrolled with the keyboard only where there is something to scroll: else a needless stop.
const scrollers = ".katex-display, .md-typeset__scrollwrap, .highlight code, .md-sidebar__scrollwrap";

function makeScrollersFocusable() {
  for (const element of document.querySelectorAll(scrollers)) {
    const scrolls = element.scrollWidth > element.clientWidth + 1 ||
      element.scrollHeight > element.clientHeight + 1;
    if (scrolls) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  }
}

// The theme opens its menu and its search with labels, which no keyboard reaches.
function makeLabelsButtons() {
  const names = { __drawer: "Menu", __search: "Search" };
  for (const label of document.querySelectorAll("label.md-header__button[for^=__]")) {
    if (!names[label.htmlFor]) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = label.className;
    button.dataset.toggles = label.htmlFor;
    button.setAttribute("aria-label", names[label.htmlFor]);
    button.replaceChildren(...label.childNodes);
    label.replaceWith(button);
  }
}

// The theme gives each code block's one button a navigation landmark of its own.
function quietLandmarks() {
  for (const nav of document.querySelectorAll(".md-code__nav:not([role])")) nav.role = "none";
}

// The theme passes over tabs that are not laid out: those in closed boxes, and those that wait.
function chooseRememberedTabs(box) {
  const chosen = __md_get("__tabs") ?? [];
  for (const set of box.querySelectorAll(".tabbed-set")) {
    const labels = [...set.querySelectorAll(":scope > .tabbed-labels > label")];
    const label = labels.find((one) => chosen.includes(one.textContent.trim()));
    if (label) document.getElementById(label.htmlFor).checked = true;
  }
}

// The notebook for the reader's framework stands out; the other stays in reach.
function markNotebooks(label) {
  const links = [...document.querySelectorAll(".notebooks [data-reader]")];
  if (!links.some((link) => link.dataset.reader === label)) return;
  for (const link of links) {
    if (link.dataset.reader === label) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function markRememberedNotebooks() {
  for (const label of ["PyTorch", ...(__md_get("__tabs") ?? []).reverse()]) markNotebooks(label);
}

function openSearch() {
  document.querySelector(".md-search__input").focus();
}

document.addEventListener("toggle", (event) => {
  if (event.target.localName !== "details" || !event.target.open) return;
  chooseRememberedTabs(event.target);
  makeScrollersFocusable();
}, true);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-toggles=__drawer]")) document.getElementById("__drawer").click();
  if (event.target.closest("[data-toggles=__search], [data-opens-search]")) openSearch();
  if (event.target.closest(".tabbed-labels")) requestAnimationFrame(makeScrollersFocusable);
});

document.addEventListener("change", (event) => {
  const label = event.target.closest(".tabbed-set > input") && event.target.labels[0];
  if (label) markNotebooks(label.textContent.trim());
});

// course.css lets code out of sight wait while a page loads: until a demo in sight has started, or
// the reader acts, for the theme links tabs by texts that have to be laid out.
function layOutAll() {
  document.documentElement.classList.add("laid-out");
}

addEventListener("load", () => setTimeout(layOutAll, 1500));
for (const type of ["pointerdown", "keydown"]) {
  addEventListener(type, layOutAll, { capture: true, once: true });
}

addEventListener("resize", makeScrollersFocusable);
new MutationObserver(quietLandmarks).observe(document.body, { childList: true, subtree: true });

// The theme's own observable: it fires at first and after each instant navigation.
document$.subscribe(() => {
  makeLabelsButtons();
  markRememberedNotebooks();
  chooseRememberedTabs(document);
  for (const button of document.querySelectorAll("[data-opens-search]")) button.hidden = false;
  document.fonts.ready.then(() => {
    makeScrollersFocusable();
    document.documentElement.dataset.state = "ready"; // which tests wait for, as on live-demo
  });
});
