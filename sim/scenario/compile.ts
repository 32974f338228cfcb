export { compileScenario, type CompileOptions } from './compile/compile.ts';
