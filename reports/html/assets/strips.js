// One uPlot a strip. All share the gutter, the clock and the cursor, so that a moment stands at the same place in each.

var GUTTER_PX = 56;
var RIGHT_PX = 20;
var PLOT_PX = 118;
var AXIS_PX = 26;

function eventClock(seconds) {
  var whole = Math.floor(seconds + 1e-6);
  var two = function (value) { return String(value).padStart(2, '0'); };
  return Math.floor(whole / 3600) + ':' + two(Math.floor(whole / 60) % 60) + ':' + two(whole % 60);
}

function shortFigure(value) {
  var size = Math.abs(value);
  if (size >= 1e6) return trimmed(value / 1e6) + 'M';
  if (size >= 1e4) return trimmed(value / 1e3) + 'k';
  return size >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString('en') : trimmed(value);
}

function trimmed(value) {
  return String(Number(value.toFixed(Math.abs(value) >= 10 ? 1 : 2)));
}

/** Starts of the steps in seconds, and one more: the end of the last, so that its value is drawn to its end. */
function stepTimes(data) {
  var times = [];
  for (var step = 0; step <= data.length; step++) times.push((data.startMs + step * data.stepMs) / 1000);
  return times;
}

/** A stepped row holds its last value to the end of the window; a sampled one ends where it was sampled. */
function rowFor(line, stepped) {
  var values = line.values;
  var last = values.length > 0 ? values[values.length - 1] : null;
  return values.concat(stepped ? last : null);
}

/** A measured step between two that were not has no line: it is drawn as a point. */
function lonePoints(plot, index) {
  var row = plot.data[index];
  var lone = [];
  for (var i = 0; i < row.length; i++) {
    if (row[i] != null && row[i - 1] == null && row[i + 1] == null) lone.push(i);
  }
  return lone.length > 0 ? lone : null;
}

function lineOptions(line, stepped) {
  return {
    stroke: function () { return color(line.color); },
    fill: line.area ? function () { return color(line.color) + '24'; } : undefined,
    width: line.dashed ? 1.25 : 1.75,
    dash: line.dashed ? [3, 3] : undefined,
    paths: stepped ? uPlot.paths.stepped({ align: 1 }) : uPlot.paths.linear(),
    points: { show: true, size: 4, filter: lonePoints, fill: function () { return color(line.color); } },
  };
}

/** From zero to a little above the highest value, and to the limit when that is not far above. */
function valueRange(strip) {
  return function (plot, _low, high) {
    var top = high > 0 ? high * 1.12 : 1;
    if (strip.limit !== null && strip.limit <= top * 1.5) top = Math.max(top, strip.limit * 1.1);
    // Viewers hardly move within seconds: from zero, their line would be a lid. The axis says where it starts.
    return [0, strip.unit === 'ms' ? top : Math.max(top, 1.2)];
  };
}

function axes(isLast) {
  var font = '11px ' + getComputedStyle(document.body).fontFamily;
  var common = { font: font, stroke: function () { return color('soft'); } };
  var grid = { stroke: function () { return color('grid'); }, width: 1 };
  return [
    Object.assign({}, common, {
      grid: grid,
      size: isLast ? AXIS_PX : 0,
      space: 84,
      gap: 6,
      incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200],
      ticks: { show: false },
      values: function (_plot, ticks) { return isLast ? ticks.map(eventClock) : ticks.map(function () { return ''; }); },
    }),
    Object.assign({}, common, {
      grid: grid,
      size: GUTTER_PX,
      space: 34,
      gap: 8,
      ticks: { show: false },
      values: function (_plot, ticks) { return ticks.map(function (tick) { return tick === null ? '' : shortFigure(tick); }); },
    }),
  ];
}

function drawLimit(strip) {
  return function (plot) {
    if (strip.limit === null || strip.limit > plot.scales.y.max) return;
    var y = Math.round(plot.valToPos(strip.limit, 'y', true)) + 0.5;
    var context = plot.ctx;
    context.save();
    context.strokeStyle = color('bad-text');
    context.lineWidth = devicePixelRatio;
    context.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    context.beginPath();
    context.moveTo(plot.bbox.left, y);
    context.lineTo(plot.bbox.left + plot.bbox.width, y);
    context.stroke();
    context.restore();
  };
}

/** `hooks` are those of marks.js and readout.js: draw, setCursor, setSelect. */
function buildStrip(data, strip, element, isLast, hooks) {
  var place = element.querySelector('.plot');
  var options = {
    width: Math.max(120, place.clientWidth),
    height: PLOT_PX + (isLast ? AXIS_PX : 0),
    padding: [10, RIGHT_PX, isLast ? 0 : 10, 0],
    legend: { show: false },
    cursor: {
      y: false,
      sync: { key: 'flashcrowd', setSeries: false },
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
    },
    scales: { x: { time: false }, y: { range: valueRange(strip) } },
    axes: axes(isLast),
    series: [{}].concat(strip.lines.map(function (line) { return lineOptions(line, strip.stepped); })),
    hooks: { draw: [drawLimit(strip), hooks.draw], setCursor: [hooks.setCursor], setSelect: [hooks.setSelect] },
  };
  var rows = strip.lines.map(function (line) { return rowFor(line, strip.stepped); });
  place.textContent = '';
  return new uPlot(options, [stepTimes(data)].concat(rows), place);
}
