// Draws the flow of a day's messages from the table on the page, and again when the table is renewed: the table is
// the content, the picture a way to see it.
(() => {
  "use strict";

  let chart = null;
  let drawnIn = null;

  function read(table) {
    return [...table.tBodies[0].rows].map((row) => {
      const [source, target, number] = [...row.cells].map((cell) => cell.textContent.trim());
      return { source, target, value: Number(number) };
    });
  }

  // Each station in the colour its row names, which is one of the house's.
  function tones(table) {
    const style = getComputedStyle(document.documentElement);
    const found = new Map();
    for (const cell of table.querySelectorAll("td[data-tone]")) {
      found.set(cell.textContent.trim(), style.getPropertyValue(`--${cell.dataset.tone}`).trim());
    }
    return found;
  }

  function chartIn(place) {
    if (drawnIn === place) return chart;
    place.hidden = false;
    document.getElementById("flow-details").open = false;
    chart = echarts.init(place, null, { renderer: "canvas" });
    drawnIn = place;
    new ResizeObserver(() => chart.resize()).observe(place);
    return chart;
  }

  function draw() {
    const place = document.querySelector("[data-flow-of]");
    const table = place && document.getElementById(place.dataset.flowOf);
    if (!table) return;
    const links = read(table);
    const names = [...new Set(links.flatMap((link) => [link.source, link.target]))];
    const style = getComputedStyle(document.body);
    const colours = tones(table);
    const drawn = chartIn(place);
    const narrow = place.clientWidth < 560;
    drawn.setOption({
      animation: false,
      textStyle: { fontFamily: style.fontFamily },
      // Rich text is drawn on the canvas: a tooltip of HTML would need inline styles.
      tooltip: { trigger: "item", renderMode: "richText" },
      series: [{
        type: "sankey",
        left: 8, top: 8, bottom: 8, right: narrow ? 112 : 170,
        nodeGap: 14, nodeWidth: 14, draggable: false,
        emphasis: { focus: "adjacency" },
        lineStyle: { color: "gradient", opacity: 0.35 },
        label: { fontSize: narrow ? 11 : 13, width: narrow ? 88 : 150, overflow: "break", color: style.getPropertyValue("--ink").trim(), formatter: ({ name, value }) => `${name} ${value}` },
        data: names.map((name) => ({ name, itemStyle: { color: colours.get(name), borderWidth: 0 } })),
        links,
      }],
    }, true);
  }

  draw();
  document.addEventListener("htmx:after:swap", draw);
})();
