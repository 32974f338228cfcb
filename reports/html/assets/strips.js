// One uPlot a strip. All share the gutter, the clock and the cursor, so that a moment stands at the same place in each.

var GUTTER_PX = 56;
var RIGHT_PX = 30;
var PLOT_PX = 118;
var AXIS_PX = 26;

function eventClock(seconds) {
  var whole = Math.floor(seconds + 1e-6);
  var two = function (value) {
    return String(value).padStart(2, '0');
  };
  return Math.floor(whole / 3600) + ':' + two(Math.floor(whole / 60) % 60) + ':' + two(whole % 60);
}

function shortFigure(value) {
  var size = Math.abs(value);
  if (size >= 1e9) return trimmed(value / 1e9) + 'B';
  if (size >= 1e6) return trimmed(value / 1e6) + 'M';
  if (size >= 1e4) return trimmed(value / 1e3) + 'k';
  return size >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString('en') : trimmed(value);
}

function trimmed(value) {
  var size = Math.abs(value);
  return String(Number(size < 0.1 ? value.toPrecision(2) : value.toFixed(size >= 10 ? 1 : 2)));
}

/** Starts of the steps in seconds, and one more: the end of the last, so that its value is drawn to its end. */
function stepTimes(data) {
  var times = [];
  for (var step = 0; step <= data.length; step++) times.push((data.startMs + step * data.stepMs) / 1000);
  return times;
}

/** The last value holds to the end of the window, as every other one holds to the end of its step. */
function rowFor(line) {
  var values = line.values;
  return values.concat(values.length > 0 ? values[values.length - 1] : null);
}

function lineOptions(line) {
  return {
    show: !line.off,
    stroke: function () {
      return color(line.color);
    },
    fill:
      line.area || line.band
        ? function () {
            return color(line.color) + (line.band ? '48' : '24');
          }
        : undefined,
    width: line.dashed ? 1.25 : 1.75,
    dash: line.dashed ? [3, 3] : undefined,
    paths: line.band ? fanPath(line.band) : steppedPath,
    points: { show: false },
  };
}

/** From zero to a little above the highest value or band, and to the limit when that is not far above. */
function valueRange(strip) {
  return function (plot, _low, high) {
    var most = Math.max(high || 0, highestBand(plot, strip));
    var top = most > 0 ? most * 1.12 : 1;
    if (strip.limit !== null && strip.limit <= top * 1.5) top = Math.max(top, strip.limit * 1.1);
    // Counts of nothing keep a whole unit of height, so that the axis never shows fractions of a viewer.
    return [0, strip.whole ? Math.max(top, 1.2) : top];
  };
}

/** Of the lines and steps that are shown; uPlot itself knows the lines alone. */
function highestBand(plot, strip) {
  var steps = plot.series[0].idxs || [0, 0];
  return strip.lines.reduce(function (most, line, position) {
    if (!line.band || !plot.series[position + 1].show) return most;
    for (var step = steps[0]; step <= steps[1]; step++) most = Math.max(most, line.band.high[step] || 0);
    return most;
  }, 0);
}

/** Distances between the lines of the grid for what is counted: 1, 2, 5, 10, ... up to any count. */
var WHOLE_STEPS = [];
for (var power = 1; power <= 1e12; power *= 10) WHOLE_STEPS.push(power, power * 2, power * 5);

function axes(whole, isLast) {
  var font = '11px ' + getComputedStyle(document.body).fontFamily;
  var common = {
    font: font,
    stroke: function () {
      return color('soft');
    },
  };
  var grid = {
    stroke: function () {
      return color('grid');
    },
    width: 1,
  };
  return [
    Object.assign({}, common, {
      grid: grid,
      size: isLast ? AXIS_PX : 0,
      space: 84,
      gap: 6,
      incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400],
      ticks: { show: false },
      values: function (_plot, ticks) {
        return isLast
          ? ticks.map(eventClock)
          : ticks.map(function () {
              return '';
            });
      },
    }),
    Object.assign({}, common, {
      grid: grid,
      size: GUTTER_PX,
      space: 34,
      incrs: whole ? WHOLE_STEPS : undefined,
      gap: 8,
      ticks: { show: false },
      values: function (_plot, ticks) {
        return ticks.map(function (tick) {
          return tick === null ? '' : shortFigure(tick);
        });
      },
    }),
  ];
}

/** Behind the curves: the seconds in which the generator could not keep up. */
function drawShades(shades) {
  return function (plot) {
    var context = plot.ctx;
    context.save();
    context.fillStyle = color('doubt') + '40';
    shades.forEach(function (shade) {
      var from = Math.max(shade.fromMs / 1000, plot.scales.x.min);
      var until = Math.min(shade.untilMs / 1000, plot.scales.x.max);
      if (until <= from) return;
      var left = plot.valToPos(from, 'x', true);
      context.fillRect(left, plot.bbox.top, plot.valToPos(until, 'x', true) - left, plot.bbox.height);
    });
    context.restore();
  };
}

function drawLimit(strip, element) {
  return function (plot) {
    if (strip.limit === null) return;
    var above = strip.limit > plot.scales.y.max;
    element.querySelector('.limit').classList.toggle('above', above);
    if (above) return;
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

/** At least `PLOT_PX`; as high as the legend when that stands beside it, so that the marks of the cues have no gaps. */
function plotHeight(element, place, isLast) {
  var head = element.querySelector('.strip-head');
  var beside = place.offsetTop === head.offsetTop;
  return Math.max(PLOT_PX, beside ? head.scrollHeight : 0) + (isLast ? AXIS_PX : 0);
}

/** `hooks` are those of marks.js and readout.js: draw, setCursor, setSelect. */
function buildStrip(data, strip, element, isLast, hooks) {
  var place = element.querySelector('.plot');
  var options = {
    width: Math.max(120, place.clientWidth),
    height: plotHeight(element, place, isLast),
    padding: [10, RIGHT_PX, isLast ? 0 : 10, 0],
    legend: { show: false },
    cursor: {
      y: false,
      sync: { key: 'flashcrowd', setSeries: false },
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
    },
    scales: { x: { time: false }, y: { range: valueRange(strip) } },
    axes: axes(strip.whole, isLast),
    series: [{}].concat(
      strip.lines.map(function (line) {
        return lineOptions(line);
      }),
    ),
    hooks: {
      drawClear: [drawShades(data.shades)],
      draw: [drawLimit(strip, element), hooks.draw],
      setCursor: [hooks.setCursor],
      setSelect: [hooks.setSelect],
    },
  };
  var rows = strip.lines.map(function (line) {
    return rowFor(line);
  });
  place.textContent = '';
  return new uPlot(options, [stepTimes(data)].concat(rows), place);
}
