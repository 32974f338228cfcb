// Rows as steps: how a value a second becomes a line.

/**
 * Every measured step as a level for its whole length, and nothing where nothing was measured. uPlot's own stepped path
 * runs into gaps. Steps narrower than a pixel are drawn together, from their lowest to their highest value, so that six
 * hours draw as fast as a minute and no spike is lost. The fill goes down to zero.
 */
function steppedPath(plot, index, first, last) {
  var stroke = new Path2D();
  var fill = new Path2D();
  var times = plot.data[0];
  var zero = plot.valToPos(0, 'y', true);
  var end = Math.min(last, times.length - 2);
  var size = stepsPerPixel(plot, first, end);
  var joined = false;
  for (var from = first; from <= end; from += size) {
    var to = Math.min(end, from + size - 1);
    var span = spanOf(plot.data[index], from, to);
    if (span !== null) {
      var left = plot.valToPos(times[from], 'x', true);
      var right = plot.valToPos(times[to + 1], 'x', true);
      var high = plot.valToPos(span.high, 'y', true);
      if (joined) stroke.lineTo(left, plot.valToPos(span.first, 'y', true));
      else stroke.moveTo(left, plot.valToPos(span.first, 'y', true));
      stroke.lineTo(left, plot.valToPos(span.low, 'y', true));
      stroke.lineTo(left, high);
      stroke.lineTo(left, plot.valToPos(span.last, 'y', true));
      stroke.lineTo(right, plot.valToPos(span.last, 'y', true));
      fill.rect(left, high, right - left, zero - high);
    }
    joined = span !== null;
  }
  return { stroke: stroke, fill: fill, clip: null, band: null, gaps: null, flags: 1 };
}

/** A line as `steppedPath` draws it, and around it a band: filled from its lowest to its highest edge in the steps of a pixel. */
function fanPath(band) {
  return function (plot, index, first, last) {
    var path = steppedPath(plot, index, first, last);
    var times = plot.data[0];
    var end = Math.min(last, times.length - 2);
    var size = stepsPerPixel(plot, first, end);
    path.fill = new Path2D();
    for (var from = first; from <= end; from += size) {
      var to = Math.min(end, from + size - 1);
      var low = spanOf(band.low, from, to);
      var high = spanOf(band.high, from, to);
      if (low === null || high === null) continue;
      var left = plot.valToPos(times[from], 'x', true);
      var top = plot.valToPos(high.high, 'y', true);
      path.fill.rect(
        left,
        top,
        plot.valToPos(times[to + 1], 'x', true) - left,
        plot.valToPos(low.low, 'y', true) - top,
      );
    }
    return path;
  };
}

/** A line with steps of its own, in those of the charts: each value holds to the end of its step, `null` outside of them all. */
function heldLine(line, data) {
  if (!line.steps) return line;
  function held(row) {
    return Array.from({ length: data.length }, function (_unused, step) {
      var atMs = data.startMs + step * data.stepMs;
      var value = row[Math.floor((atMs - line.steps.startMs) / line.steps.stepMs)];
      return value === undefined ? null : value;
    });
  }
  return Object.assign({}, line, {
    values: held(line.values),
    band: { low: held(line.band.low), high: held(line.band.high) },
  });
}

function stepsPerPixel(plot, first, end) {
  var times = plot.data[0];
  var width = plot.valToPos(times[end + 1], 'x', true) - plot.valToPos(times[first], 'x', true);
  return Math.max(1, Math.ceil((end + 1 - first) / Math.max(1, width)));
}

/** First, last, lowest and highest of what was measured in these steps; `null` when nothing was. */
function spanOf(row, from, to) {
  var span = null;
  for (var i = from; i <= to; i++) {
    var value = row[i];
    if (value == null) continue;
    if (span === null) span = { first: value, last: value, low: value, high: value };
    span.last = value;
    span.low = Math.min(span.low, value);
    span.high = Math.max(span.high, value);
  }
  return span;
}
