/** Functions that run inside the page; each stands alone, because the browser gets its text. */

/* The types of the browser are not part of this project: only what is used here. */
interface BrowserElement {
  readonly tagName: string;
  readonly className: string;
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly parentElement: BrowserElement | null;
  closest(selector: string): BrowserElement | null;
  getBoundingClientRect(): { readonly right: number; readonly width: number; readonly height: number };
}
interface Canvas extends BrowserElement {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}
declare const document: {
  readonly documentElement: BrowserElement;
  querySelectorAll<T = BrowserElement>(selector: string): Iterable<T>;
};
declare function getComputedStyle(element: BrowserElement): {
  readonly color: string;
  readonly backgroundColor: string;
};

/** Opens everything that is folded, so that what is in it is looked at too. */
export function openAll(): void {
  for (const element of document.querySelectorAll<{ open: boolean }>('details')) element.open = true;
}

/** The page itself when it scrolls sideways, and the elements that stick out, unless a box of their own scrolls them. */
export function overflowing(): string[] {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > width + 0.5 && !element.closest('.table-box, .jumps'))
    .map((element) => `${element.tagName}.${element.className}`)
    .concat(`page: ${document.documentElement.scrollWidth} px`);
}

/** Canvases without size or without a single painted pixel. */
export function emptyCanvases(): string[] {
  return [...document.querySelectorAll<Canvas>('.strip canvas')].flatMap((canvas, index) => {
    const { width, height } = canvas.getBoundingClientRect();
    if (width < 100 || height < 50 || canvas.width === 0) return [`${index}: ${width} x ${height}`];
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value) => value !== 0) ? [] : [`${index}: blank`];
  });
}

/** Computed colour of the first few elements, and of the nearest opaque ground behind them. */
export function elementColors(selector: string): { ink: string; ground: string }[] {
  return [...document.querySelectorAll(selector)].slice(0, 12).map((element) => {
    let behind: BrowserElement | null = element;
    while (behind && getComputedStyle(behind).backgroundColor.startsWith('rgba(')) behind = behind.parentElement;
    const ground = getComputedStyle(behind ?? document.documentElement).backgroundColor;
    return { ink: getComputedStyle(element).color, ground };
  });
}
