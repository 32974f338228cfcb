export { explainScenario } from './explain/explain.ts';
export { expectedFigures, type ExpectedFigures } from './explain/audience.ts';
