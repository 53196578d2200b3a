// A term's definition, shown below it: for a mouse that rests there, for the keyboard's focus, and
// for a touch, whose second one follows the link to the glossary. Without this script the browser
// shows the same text to a mouse, and the link leads to the same text.
{
  const DELAY = 150; // milliseconds that a pointer may need to cross from the term to its tooltip
  const tooltip = document.createElement("div");
  let term = null, touched = null, waiting;

  tooltip.id = "term-tooltip";
  tooltip.className = "term-tooltip";
  tooltip.role = "tooltip";
  tooltip.popover = "manual";

  const termAt = (event) => event.target.closest?.("a.term") ?? null;

  function show(link) {
    if (link === term) return;
    hide();
    term = link;
    tooltip.textContent = link.title;
    link.removeAttribute("title"); // or the browser would show it a second time
    link.setAttribute("aria-describedby", tooltip.id);
    link.closest("article").append(tooltip);
    tooltip.showPopover();
    place();
  }

  function hide() {
    clearTimeout(waiting);
    if (!term) return;
    term.title = tooltip.textContent;
    term.removeAttribute("aria-describedby");
    tooltip.remove();
    term = null;
  }

  function place() {
    if (!term) return;
    const { left, top, bottom } = term.getClientRects()[0] ?? term.getBoundingClientRect();
    const { width, height } = tooltip.getBoundingClientRect();
    const below = bottom + 4 + height < innerHeight;
    tooltip.style.left = `${Math.max(8, Math.min(left, document.body.clientWidth - width - 8))}px`;
    tooltip.style.top = `${below ? bottom + 4 : top - 4 - height}px`;
  }

  function follow(event) {
    if (event.pointerType === "touch" || event.target === document) return;
    const link = termAt(event);
    clearTimeout(waiting);
    if (link) waiting = setTimeout(show, DELAY, link);
    else if (!tooltip.contains(event.target) && document.activeElement !== term) {
      waiting = setTimeout(hide, DELAY);
    }
  }

  function press(event) {
    const link = termAt(event);
    const touches = event.pointerType === "touch";
    touched = touches && link !== term ? link : null;
    if (link !== term && (touches || !tooltip.contains(event.target))) hide();
  }

  function click(event) {
    if (!touched || termAt(event) !== touched) return;
    event.preventDefault();
    event.stopPropagation(); // the theme would go there at once
    show(touched);
  }

  if (tooltip.showPopover) {
    document.addEventListener("pointerover", follow);
    document.addEventListener("pointerdown", press, true);
    document.addEventListener("click", click, true);
    document.addEventListener("focusin", (event) => {
      if (termAt(event)?.matches(":focus-visible")) show(termAt(event));
    });
    document.addEventListener("focusout", (event) => { if (termAt(event) === term) hide(); });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
    document.addEventListener("scroll", place, { capture: true, passive: true });
    addEventListener("resize", place);
    document$.subscribe(hide); // the theme's own observable: another page is shown
  }
}
