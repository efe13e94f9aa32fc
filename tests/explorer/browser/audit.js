// What a page has to be for people who do not see it, use no mouse, or see badly. Gives a list of faults.
// Text has a contrast of 4.5 to what is behind it (3 for large text), as WCAG 2.2 level AA asks.
() => {
  const faults = [];
  const words = (element) => {
    const id = element.id ? `#${element.id}` : "";
    return `<${element.tagName.toLowerCase()}${id} class="${element.className}"> ${(element.textContent || "").trim().slice(0, 40)}`;
  };
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const only = (selector, least, most) => {
    const found = [...document.querySelectorAll(selector)].filter(shown).length;
    if (found < least || found > most) faults.push(`${found} of ${selector}`);
  };
  only("h1", 1, 1);
  only("main", 1, 1);
  only("header", 1, 99);
  only("nav", 1, 99);
  only("footer", 1, 99);
  if (!document.documentElement.lang) faults.push("no language");
  if (!document.title.trim()) faults.push("no title");
  if (!document.querySelector('meta[name="viewport"]')) faults.push("no viewport");

  let last = 1;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const level = Number(heading.tagName[1]);
    if (shown(heading) && level > last + 1) faults.push(`heading of level ${level} after ${last}: ${words(heading)}`);
    if (shown(heading)) last = level;
  }
  const seen = new Set();
  for (const element of document.querySelectorAll("[id]")) {
    if (seen.has(element.id)) faults.push(`twice: id ${element.id}`);
    seen.add(element.id);
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const label = field.labels?.length || field.getAttribute("aria-label") || field.getAttribute("aria-labelledby");
    if (!label) faults.push(`no label: ${words(field)} ${field.name}`);
  }
  for (const image of document.querySelectorAll("img:not([alt]), iframe:not([title])")) faults.push(`no words for ${words(image)}`);
  const named = (element) => element.getAttribute("aria-label") || element.getAttribute("aria-labelledby");
  for (const drawing of document.querySelectorAll("svg")) {
    const holder = drawing.closest("[aria-hidden=true], [role=img], [role=graphics-document], figure:has(figcaption)");
    if (!named(drawing) && !drawing.querySelector(":scope > title") && !holder) faults.push(`no words for ${words(drawing)}`);
  }
  for (const element of document.querySelectorAll("a[href], button, summary")) {
    const name = element.textContent.trim() || element.getAttribute("aria-label") || element.querySelector("img[alt]:not([alt=''])");
    if (!name) faults.push(`no name: ${element.outerHTML.slice(0, 120)}`);
  }
  for (const table of document.querySelectorAll("table")) {
    if (!table.querySelector("th")) faults.push(`a table without headers: ${words(table)}`);
  }
  for (const element of document.querySelectorAll("[tabindex]")) {
    if (element.tabIndex > 0) faults.push(`an order of its own: ${words(element)}`);
  }
  for (const element of document.querySelectorAll("[onclick]")) faults.push(`inline code: ${words(element)}`);

  const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const colour = (text) => {
    if (!known.has(text)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
      known.set(text, [red, green, blue, alpha / 255]);
    }
    return known.get(text);
  };
  const over = (above, below) => above.slice(0, 3).map((value, n) => value * above[3] + below[n] * (1 - above[3]));
  const light = (rgb) => {
    const [red, green, blue] = rgb.map((value) => channel(value / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const scheme = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      layers.push(colour(style.backgroundColor));
    }
    return layers.reverse().reduce((below, above) => over(above, below), scheme);
  };
  const faint = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let count = 0; walker.nextNode() && count < 4000; count++) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || element.closest("svg, script, style, canvas, option")) continue;
    if (element.matches(":disabled, .unseen, .skip")) continue;
    const style = getComputedStyle(element);
    const key = `${style.color} ${element.tagName} ${element.className} ${element.parentElement.className}`;
    if (faint.has(key) || !shown(element)) continue;
    const below = behind(element);
    if (!below) continue;
    const [one, other] = [light(over(colour(style.color), below)), light(below)].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    faint.set(key, ratio < (large ? 3 : 4.5) ? `contrast of ${ratio.toFixed(2)}: ${words(element)}` : null);
  }
  faults.push(...[...faint.values()].filter(Boolean));
  return faults;
}
