// The moment under the cursor: the clock above the strips, and the figures in every legend.

function figureAt(value, unit) {
  if (value === null || value === undefined) return '–';
  var digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { maximumFractionDigits: digits }) + (unit === 'ms' ? ' ms' : '');
}

/** The value of a step and its band, `1.21M (1.19M to 1.24M)`. Beside what was observed the band alone says enough. */
function lineAt(line, index, unit) {
  if (!line.band || line.values[index] === null) return figureAt(line.values[index], unit);
  var low = shortFigure(line.band.low[index]);
  var high = shortFigure(line.band.high[index]);
  var range = low + ' to ' + high;
  if (low === high) return shortFigure(line.values[index]);
  return line.steps ? range : shortFigure(line.values[index]) + ' (' + range + ')';
}

/** Shows step `index`, or the figures at rest when it is null. */
function showReadout(root, data, index, span) {
  var reading = index !== null && index < data.length;
  root.classList.toggle('reading', reading);
  document.getElementById('moment').textContent = reading
    ? eventClock((data.startMs + index * data.stepMs) / 1000)
    : span;
  data.strips.forEach(function (strip) {
    var element = root.querySelector('[data-strip="' + strip.id + '"]');
    strip.lines.forEach(function (line, position) {
      var place = element.querySelector('[data-line="' + position + '"] .now');
      place.textContent = reading ? lineAt(line, index, strip.unit) : line.rest;
    });
  });
}

/** Arrow keys move through the steps when the charts have the focus; Escape leaves. */
function startKeys(root, data, moveTo) {
  var index = null;
  root.addEventListener('keydown', function (event) {
    if (event.target !== root) return;
    var by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (event.key === 'Escape') index = null;
    else if (by) index = Math.min(data.length - 1, Math.max(0, index === null ? 0 : index + by));
    else return;
    event.preventDefault();
    moveTo(index);
  });
}
