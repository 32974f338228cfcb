// Light, dark, or as the system says. Remembered where the browser allows it for a file.

var THEMES = ['system', 'light', 'dark'];

function readTheme() {
  try {
    var kept = localStorage.getItem('flashcrowd-theme');
    return THEMES.indexOf(kept) < 0 ? 'system' : kept;
  } catch {
    return 'system';
  }
}

function keepTheme(theme) {
  try {
    localStorage.setItem('flashcrowd-theme', theme);
  } catch {
    // A browser that keeps nothing for files: the choice holds until the page is closed.
  }
}

function showTheme(theme) {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** Puts the button to work; `onChange` runs after every change of theme, also one of the system. */
function startTheme(onChange) {
  var button = document.getElementById('theme');
  var theme = readTheme();
  function apply() {
    showTheme(theme);
    button.textContent = 'Theme: ' + theme;
    onChange();
  }
  button.hidden = false;
  button.addEventListener('click', function () {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    keepTheme(theme);
    apply();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange);
  showTheme(theme);
  button.textContent = 'Theme: ' + theme;
}

/** The colour of a custom property, for the canvases. */
function color(name) {
  return getComputedStyle(document.documentElement)
    .getPropertyValue('--' + name)
    .trim();
}
