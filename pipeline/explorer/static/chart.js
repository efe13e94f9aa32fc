// Draws the charts of a page: each <figure class="chart"> holds its specification and rows as JSON.
// Vega's own interpreter evaluates expressions (ast), so that the page needs no eval.
"use strict";

(() => {
  const theme = () => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const text = { labelColor: colour("ink"), titleColor: colour("faint"), gridColor: colour("line"),
      domainColor: colour("faint"), tickColor: colour("faint"), titleFontWeight: "normal" };
    const font = getComputedStyle(document.body).fontFamily;
    return {
      background: null, font, axis: text, legend: text,
      title: { color: colour("ink"), fontSize: 13, anchor: "start" }, view: { stroke: null },
      header: { labelColor: colour("ink"), titleColor: colour("faint") },
      mark: { color: colour("link") }, rule: { color: colour("faint") }, text: { color: colour("ink") },
      range: { category: [colour("link"), colour("warning"), colour("good"), colour("error"), colour("faint")] },
    };
  };

  const draw = async (figure) => {
    const { spec, rows } = JSON.parse(figure.querySelector("script").textContent);
    const place = figure.querySelector(".drawn");
    const shown = { ...spec, datasets: { ...spec.datasets, rows } };
    await vegaEmbed(place, shown, {
      actions: false, ast: true, config: theme(), defaultStyle: false, renderer: "svg", logLevel: 1,
      tooltip: { disableDefaultStyle: true }, loader: { http: false, file: false },
    });
    figure.dataset.drawn = "yes";
  };

  const all = () => Promise.all([...document.querySelectorAll("figure.chart")].map(draw));

  all();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
})();
