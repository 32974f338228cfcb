// Cues: a line through every strip, and a label on the rail above them.

var RAIL_ROW_PX = 18;
var RAIL_ROWS = 3;
var MARK_GAP_PX = 3;
var MANY_MARKS = 24;

function drawMarks(plot, marks, isLast) {
  var context = plot.ctx;
  var ratio = devicePixelRatio;
  context.save();
  context.strokeStyle = color('cue');
  var drawn = -Infinity;
  // Many drops stand exactly where the curves rise.
  var strength = marks.length > MANY_MARKS ? 0.5 : 1;
  marks.forEach(function (mark) {
    var seconds = mark.atMs / 1000;
    if (seconds < plot.scales.x.min || seconds > plot.scales.x.max) return;
    var x = Math.round(plot.valToPos(seconds, 'x', true)) + 0.5;
    // A thousand pins would hide the curves: of weak marks that nearly touch, one is drawn.
    if (!mark.strong && x - drawn < MARK_GAP_PX * ratio) return;
    drawn = x;
    context.lineWidth = (mark.strong ? 1.5 : 1) * ratio;
    context.setLineDash(mark.strong ? [] : [2 * ratio, 3 * ratio]);
    context.globalAlpha = (mark.strong ? 0.85 : 0.7) * strength;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, isLast ? plot.bbox.top + plot.bbox.height : plot.ctx.canvas.height);
    context.stroke();
  });
  context.restore();
}

/**
 * A label stands to the right of its line. From the last to the first, each takes the lowest row in which no later line
 * comes down through it. One that finds none is left to the list of cues.
 */
function drawRail(rail, plot, marks) {
  rail.textContent = '';
  var right = GUTTER_PX + plot.over.clientWidth + RIGHT_PX;
  var later = [];
  lastFirst(marks).forEach(function (mark) {
    var seconds = mark.atMs / 1000;
    if (seconds < plot.scales.x.min || seconds > plot.scales.x.max) return;
    var label = railLabel(rail, mark);
    var x = GUTTER_PX + plot.valToPos(seconds, 'x');
    var width = label.offsetWidth + 6;
    var flipped = x + width > right;
    var left = flipped ? x - width : x;
    var row = later.reduce(function (low, other) {
      return other.left < left + width ? Math.max(low, other.row + 1) : low;
    }, 0);
    if (row >= RAIL_ROWS) {
      label.remove();
      return;
    }
    later.push({ left: left, row: row });
    if (flipped) label.classList.add('left');
    label.style.left = (flipped ? x - label.offsetWidth : x) + 'px';
    label.style.height = (row + 1) * RAIL_ROW_PX + 'px';
  });
  var rows = later.reduce(function (most, other) {
    return Math.max(most, other.row + 1);
  }, 0);
  rail.style.height = rows > 0 ? rows * RAIL_ROW_PX + 8 + 'px' : '0';
}

function railLabel(rail, mark) {
  var label = document.createElement('span');
  label.textContent = mark.label;
  label.className = mark.strong ? 'strong' : '';
  rail.appendChild(label);
  return label;
}

function lastFirst(marks) {
  return marks.map(function (_mark, index) {
    return marks[marks.length - 1 - index];
  });
}
