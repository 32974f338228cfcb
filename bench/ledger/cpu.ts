/** What this process has used of all cores, collector included: on a busy machine it says more than the clock. */
export function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
