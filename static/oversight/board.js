// Draws the chart of a table that is on the page, and again when the table is renewed: the table is the content,
// the chart a way to see it.
(() => {
  "use strict";

  const COLOURS = ["#1d5bff", "#0f9f8f", "#b7791f", "#7a5af8", "#667085", "#c0356b"];

  function read(table) {
    const heads = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim()));
    return {
      names: rows.map((row) => row[0]),
      series: heads.map((name, index) => ({ name, data: rows.map((row) => Number(row[index + 1])) })),
    };
  }

  const charts = new WeakMap();

  function chartIn(place) {
    if (charts.has(place)) return charts.get(place);
    place.hidden = false;
    const chart = echarts.init(place, null, { renderer: "canvas" });
    new ResizeObserver(() => chart.resize()).observe(place);
    charts.set(place, chart);
    return chart;
  }

  function draw(place) {
    const { names, series } = read(document.getElementById(place.dataset.chartOf));
    const style = getComputedStyle(document.body);
    const text = { fontFamily: style.fontFamily, color: style.getPropertyValue("--muted").trim() };
    chartIn(place).setOption({
      animation: false,
      color: COLOURS,
      textStyle: text,
      grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, textStyle: text },
      // Rich text is drawn on the canvas: a tooltip of HTML would need inline styles.
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
      xAxis: { type: "category", data: names, axisTick: { show: false }, axisLabel: text },
      yAxis: { type: "value", minInterval: 1, axisLabel: text },
      series: series.map((item) => ({ ...item, type: "bar", stack: "all", barMaxWidth: 26 })),
    }, true);
  }

  const drawAll = () => document.querySelectorAll("[data-chart-of]").forEach(draw);
  drawAll();
  document.addEventListener("htmx:after:swap", drawAll);
})();
