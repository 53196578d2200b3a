// <live-demo name="digits" integrity="sha256-…">  a still picture  </live-demo>
//
// When a reader comes near, ./digits.js and ./models/digits.safetensors are fetched, and the
// module's mount(root, { weights, signal }) builds the demo that takes the picture's place. The
// build writes `integrity`, the checksum of the weights; a demo without weights has none. It marks
// a demo near its page's top as `early`, and lets the head name its modules: on a wide window it
// is in sight at once, so it does not wait for the first layout of a long page.
// `signal` aborts when the page is left, which with instant navigation happens without a reload:
// listeners, timers and observers end with it. Should anything fail, the picture stays.

const NEAR = "300px";
const WIDE = "(min-width: 45em)"; // as in theme/main.html

/** How many demos took their picture's place, and how many gave it back: equal on other pages. */
export const count = { mounted: 0, unmounted: 0 };

const nearby = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) target.wake();
}, { rootMargin: NEAR });

class LiveDemo extends HTMLElement {
  connectedCallback() {
    this.leaving = new AbortController();
    if (this.hasAttribute("early") && matchMedia(WIDE).matches) this.wake();
    else nearby.observe(this);
  }

  disconnectedCallback() {
    nearby.unobserve(this);
    this.leaving.abort();
    this.leaving = null; // the theme keeps pages that were left; let no demo be kept with them
    this.giveBack();
  }

  /** Load and mount the demo, or leave the picture and say why in the console. */
  async wake() {
    nearby.unobserve(this);
    const { leaving } = this, { signal } = leaving, name = this.getAttribute("name");
    performance.mark("live-demo near"); // whence the bench counts
    try {
      const [{ mount }, weights] = await Promise.all([
        import(`./${name}.js`), this.weights(name, signal), this.dress(signal),
      ]);
      signal.throwIfAborted();
      const root = Object.assign(document.createElement("div"), { className: "live", hidden: true });
      this.append(root); // hidden, but where the theme's colours hold
      this.demo = mount(root, { weights, signal }); // for the console, and for tests
      root.hidden = false;
      this.dataset.state = "live"; // live.css now hides the picture, except on paper
      count.mounted += 1;
    } catch (error) {
      if (signal.aborted) return;
      leaving.abort();
      this.giveBack();
      console.warn(`live-demo ${name}: the still picture stays, for ${error.message}`);
    }
  }

  /** The bytes of the demo's weights, which the browser checks against `integrity`. */
  async weights(name, signal) {
    const integrity = this.getAttribute("integrity");
    if (!integrity) return null;
    const url = new URL(`models/${name}.safetensors`, import.meta.url);
    url.search = integrity.slice(7, 15).replace(/\W/g, ""); // so that no cache serves older ones
    const response = await fetch(url, { integrity, signal, priority: "high" });
    if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}`);
    return response.arrayBuffer();
  }

  /** Load the demos' style sheet; it lies in the element, since navigation clears the head. */
  dress(signal) {
    const link = document.createElement("link");
    return new Promise((resolve, reject) => {
      link.rel = "stylesheet";
      link.href = new URL("live.css", import.meta.url);
      link.addEventListener("load", resolve, { once: true, signal });
      link.addEventListener("error", () => reject(new Error(`${link.href} did not load`)),
        { once: true, signal });
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      this.append(link);
    });
  }

  /** Take everything out again that is not the still picture. */
  giveBack() {
    for (const added of this.querySelectorAll(":scope > .live, :scope > link")) added.remove();
    if (this.dataset.state === "live") count.unmounted += 1;
    delete this.dataset.state;
    delete this.demo;
  }
}

customElements.define("live-demo", LiveDemo);
