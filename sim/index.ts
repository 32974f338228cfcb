/** The public interface of flashcrowd as a library. Scenario files get `scenario/define.ts` alone. */

export { defineScenario } from './scenario/define.ts';
export type { Scenario, ScenarioInput } from './scenario/schema/scenario.ts';
export { loadScenario } from './scenario/load/load.ts';
export type { LoadedScenario } from './scenario/load/load.ts';
export { scenarioJsonSchema } from './scenario/json-schema.ts';
export { plan } from './plan/api.ts';
export type { Machine, PlanOptions, PlanProgress, PlanWindow } from './plan/api.ts';
export type {
  Band,
  Comparison,
  EngineName,
  Fan,
  FigureName,
  FormulaCheck,
  PlannedDrop,
  PlannedEndpoint,
  PlannedProduct,
  PlanResult,
  PlanRow,
  PlanSeries,
  SensitivityLine,
  SizingLine,
  SweepPoint,
} from './plan-result.ts';
export {
  decodeUtf8,
  defineTarget,
  encodeUtf8,
  jsonTemplate,
  markerOf,
  messageReader,
  OUTCOME_CODES,
  textTemplate,
  withMarker,
} from './targets/define.ts';
export type * from './targets/define.ts';
export { EXIT, FlashcrowdError } from './errors.ts';
export type { Problem } from './errors.ts';
