// Cues: a line through every strip, and a label on the rail above them.

var RAIL_ROW_PX = 18;
var RAIL_ROWS = 3;

function drawMarks(plot, marks) {
  var context = plot.ctx;
  var ratio = devicePixelRatio;
  context.save();
  context.strokeStyle = color('cue');
  marks.forEach(function (mark) {
    var seconds = mark.atMs / 1000;
    if (seconds < plot.scales.x.min || seconds > plot.scales.x.max) return;
    var x = Math.round(plot.valToPos(seconds, 'x', true)) + 0.5;
    context.lineWidth = (mark.strong ? 1.5 : 1) * ratio;
    context.setLineDash(mark.strong ? [] : [2 * ratio, 3 * ratio]);
    context.globalAlpha = mark.strong ? 0.85 : 0.7;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, plot.bbox.top + plot.bbox.height + (10 * ratio));
    context.stroke();
  });
  context.restore();
}

/** Labels take the lowest row where they touch no other; those that find none are left to the list of cues. */
function drawRail(rail, plot, marks) {
  rail.textContent = '';
  var ends = [];
  var right = GUTTER_PX + plot.over.clientWidth;
  marks.forEach(function (mark) {
    var seconds = mark.atMs / 1000;
    if (seconds < plot.scales.x.min || seconds > plot.scales.x.max) return;
    var label = document.createElement('span');
    label.textContent = mark.label;
    label.className = mark.strong ? 'strong' : '';
    rail.appendChild(label);
    var x = GUTTER_PX + plot.valToPos(seconds, 'x');
    var width = label.offsetWidth + 6;
    var flipped = x + width > right + RIGHT_PX;
    var from = flipped ? x - width : x;
    var row = 0;
    while (row < RAIL_ROWS && ends[row] > from) row++;
    if (row === RAIL_ROWS) {
      label.remove();
      return;
    }
    ends[row] = from + width;
    if (flipped) label.classList.add('left');
    label.style.left = (flipped ? x - label.offsetWidth : x) + 'px';
    label.style.height = (row + 1) * RAIL_ROW_PX + 'px';
  });
  rail.style.height = ends.length * RAIL_ROW_PX + (ends.length > 0 ? 8 : 0) + 'px';
}
