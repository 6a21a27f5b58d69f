// Drawing a signature. Without it the typed name signs; nothing here is needed.
"use strict";

(() => {
  for (const pad of document.querySelectorAll("[data-pad]")) {
    const form = pad.closest("form");
    const field = form.querySelector("[data-strokes]");
    const clear = form.querySelector("[data-pad-clear]");
    const pen = pad.getContext("2d");
    if (!field || !pen) continue;
    let strokes = [];
    let stroke = null;
    const place = (event) => {
      const box = pad.getBoundingClientRect();
      return [
        Math.round(((event.clientX - box.left) * pad.width) / box.width),
        Math.round(((event.clientY - box.top) * pad.height) / box.height),
      ];
    };
    const draw = () => {
      pen.clearRect(0, 0, pad.width, pad.height);
      pen.lineWidth = 3;
      pen.lineCap = "round";
      for (const line of strokes) {
        pen.beginPath();
        line.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
        pen.stroke();
      }
      field.value = strokes.length ? JSON.stringify(strokes) : "";
    };
    pad.hidden = false;
    clear.hidden = false;
    pad.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      pad.setPointerCapture(event.pointerId);
      stroke = [place(event)];
      strokes.push(stroke);
    });
    pad.addEventListener("pointermove", (event) => {
      if (!stroke) return;
      stroke.push(place(event));
      draw();
    });
    const end = () => {
      stroke = null;
      draw();
    };
    pad.addEventListener("pointerup", end);
    pad.addEventListener("pointercancel", end);
    clear.addEventListener("click", () => {
      strokes = [];
      draw();
    });
  }
})();
