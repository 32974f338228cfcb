import type * as parserModule from '@actions/workflow-parser';
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../tidy/files.ts';

type Parser = typeof parserModule;

/** What GitHub's own parser says to a workflow; empty when it is accepted. */
export async function workflowProblems(content: string): Promise<string[]> {
  const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await loadParser();
  const { context, value } = parseWorkflow({ name: 'workflow.yml', content }, new NoOperationTraceWriter());
  // Whether jobs need each other as they should shows only here.
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

let parser: Promise<Parser> | undefined;

/** It imports JSON in a way that Node 20 refuses: bundled, it need not. */
function loadParser(): Promise<Parser> {
  parser ??= bundle();
  return parser;
}

async function bundle(): Promise<Parser> {
  const outfile = path.join(mkdtempSync(path.join(tmpdir(), 'flashcrowd-workflow-')), 'parser.cjs');
  const stdin = { contents: "export * from '@actions/workflow-parser';", resolveDir: ROOT };
  await build({ stdin, bundle: true, format: 'cjs', platform: 'node', outfile, logLevel: 'silent' });
  return createRequire(import.meta.url)(outfile) as Parser;
}
