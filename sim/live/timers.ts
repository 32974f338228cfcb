/** A timer that keeps no process alive; k6 knows no such thing. */
export function idleTimer(act: () => void, ms: number): ReturnType<typeof setTimeout> {
  const timer = setTimeout(act, ms);
  (timer as { unref?: () => void }).unref?.();
  return timer;
}
