// Puts the strips together and keeps them together: cursor, zoom, size, theme, paper.

function startCharts() {
  var root = document.getElementById('strips');
  var rail = document.getElementById('rail');
  var unzoom = document.getElementById('unzoom');
  var data = JSON.parse(document.getElementById('chart-data').textContent);
  data.strips.forEach(function (strip) {
    strip.lines = strip.lines.map(function (line) {
      return heldLine(line, data);
    });
  });
  var span = document.getElementById('moment').textContent;
  var hidden = new Set();
  var plots = [];
  var elements = Array.from(root.querySelectorAll('.strip'));

  function shownMarks() {
    return data.marks.filter(function (mark) {
      return !hidden.has(mark.group);
    });
  }
  function redraw() {
    plots.forEach(function (plot) {
      plot.redraw(false, true);
    });
  }
  function zoomTo(min, max) {
    plots.forEach(function (plot) {
      plot.setScale('x', { min: min, max: max });
    });
    redraw();
  }
  function whole() {
    return [data.startMs / 1000, (data.startMs + data.length * data.stepMs) / 1000];
  }
  var hooks = {
    draw: function (plot) {
      drawMarks(plot, shownMarks(), plot === plots[plots.length - 1]);
      if (plot === plots[0]) drawRail(rail, plot, shownMarks());
    },
    setCursor: function (plot) {
      var inside = plot.cursor.left >= 0 && plot.cursor.idx != null;
      showReadout(root, data, inside ? Math.min(plot.cursor.idx, data.length - 1) : null, span);
    },
    setSelect: function (plot) {
      if (plot.select.width < 4) return;
      var min = plot.posToVal(plot.select.left, 'x');
      var max = plot.posToVal(plot.select.left + plot.select.width, 'x');
      plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
      unzoom.hidden = false;
      zoomTo(min, max);
    },
  };

  function resize() {
    plots.forEach(function (plot, index) {
      var place = elements[index].querySelector('.plot');
      var height = plotHeight(elements[index], place, index === elements.length - 1);
      var changed = place.clientWidth !== plot.width || height !== plot.height;
      if (changed && place.clientWidth > 0) plot.setSize({ width: place.clientWidth, height: height });
    });
    redraw();
  }
  function unzoomAll() {
    var all = whole();
    unzoom.hidden = true;
    zoomTo(all[0], all[1]);
  }

  plots = elements.map(function (element, index) {
    var plot = buildStrip(data, data.strips[index], element, index === elements.length - 1, hooks);
    plot.over.addEventListener('dblclick', unzoomAll);
    return plot;
  });

  elements.forEach(function (element, index) {
    element.querySelectorAll('[data-line]').forEach(function (button) {
      button.addEventListener('click', function () {
        var show = button.getAttribute('aria-pressed') !== 'true';
        button.setAttribute('aria-pressed', String(show));
        plots[index].setSeries(Number(button.dataset.line) + 1, { show: show });
      });
    });
  });
  document.querySelectorAll('[data-group]').forEach(function (box) {
    function follow() {
      if (box.checked) hidden.delete(box.dataset.group);
      else hidden.add(box.dataset.group);
    }
    box.addEventListener('change', function () {
      follow();
      redraw();
    });
    // A page that was reloaded may have kept its boxes, and long lists begin without a tick.
    follow();
  });
  unzoom.addEventListener('click', unzoomAll);
  unzoomAll();
  startKeys(root, data, function (index) {
    var left = index === null ? -10 : plots[0].valToPos((data.startMs + index * data.stepMs) / 1000, 'x');
    plots.forEach(function (plot) {
      plot.setCursor({ left: left, top: index === null ? -10 : 10 }, false);
    });
    showReadout(root, data, index, span);
  });

  new ResizeObserver(function () {
    resize();
  }).observe(root);
  addEventListener('beforeprint', resize);
  addEventListener('afterprint', resize);
  return redraw;
}

var redrawCharts = function () {};
startTheme(function () {
  redrawCharts();
});
redrawCharts = startCharts();
