export { loadScenario, type LoadedScenario } from './load/load.ts';
export { shippedScenarios } from './load/find.ts';
