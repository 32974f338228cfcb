/** Who asks, for those who find us in the logs of their backend. */
export function userAgent(version: string): string {
  return `flashcrowd/${version} (load test; synthetic viewers)`;
}
