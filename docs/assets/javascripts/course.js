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
  for (const [id, name] of Object.entries(names)) {
    for (const label of document.querySelectorAll(`.md-header__button[for=${id}]`)) {
      label.tabIndex = 0;
      label.setAttribute("role", "button");
      label.setAttribute("aria-label", name);
    }
  }
}

function openSearch() {
  document.getElementById("__search").checked = true;
  document.querySelector(".md-search__input").focus();
}

document.addEventListener("keydown", (event) => {
  const label = event.target.closest?.("label[role=button]");
  if (!label || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  label.click();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-opens-search]")) openSearch();
  if (event.target.closest(".tabbed-labels, summary")) requestAnimationFrame(makeScrollersFocusable);
});

addEventListener("resize", makeScrollersFocusable);

// The theme's own observable: it fires at first and after each instant navigation.
document$.subscribe(() => {
  makeLabelsButtons();
  for (const button of document.querySelectorAll("[data-opens-search]")) button.hidden = false;
  document.fonts.ready.then(makeScrollersFocusable);
});
