/**
 * The tag of k6 that stands for a window of the show. A sample may lie in several windows at once, and a k6 tag has one value: so each window that a
 * threshold asks for is a tag of its own, `during_drop_serum: yes`.
 */
export function duringTag(window: string): string {
  return `during_${window.replaceAll(/[^a-zA-Z0-9]/g, '_')}`;
}
