/** Reports: a RunResult or a PlanResult in; a page, a summary, files out. And the live progress of a run. */

export { createProgress } from './console/progress.ts';
export type { Progress, ProgressOptions } from './console/progress.ts';
export { renderSummary } from './console/summary.ts';
export type { SummaryOptions } from './console/summary.ts';
export { renderHtml } from './html/page.ts';
export { renderPlanSummary } from './plan/console.ts';
export { renderPlanHtml } from './plan/page.ts';
export type { ProgressPhase, ProgressSnapshot } from '../sim/progress.ts';
export { reproduceCommand } from './reproduce.ts';
export { writePlan, writeResults } from './write.ts';
