import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { formatProblem } from '../../bin/fail.ts';
import { plannedScenarios } from '../../bin/plan/scenarios.ts';
import { windowOf } from '../../bin/run/window.ts';
import { startStub, type Stub } from '../../server-stub/index.ts';
import { draftPlan, realSurroundings } from '../../sim/plan/draft.ts';
import type { PlanOptions } from '../../sim/plan/options.ts';
import { toProblem } from '../../sim/scenario/finding.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import { findProblems } from '../../sim/scenario/validate.ts';
import { readText, ROOT } from '../tidy/files.ts';
import { curlRequest, parseCommandLine, type Parsed } from './command-line.ts';
import { commandsOf, type Block } from './pages.ts';
import { TargetFiles } from './target-file.ts';

type Document = Record<string, unknown>;

/** The stub's token in the commands of the pages. */
const ADMIN_TOKEN = 'secret';
const RESULT_FILES = ['result.json', 'report.html', 'run.log', 'history/*.ndjson'];
const PLAN_FILES = ['plan.json', 'report.html', 'run.log'];
/** Commands of others: nothing to check but the files they name. */
const FOREIGN = ['npm', 'jq', 'git', 'cd'];

/** Reads a page from top to bottom as a person would: saves files, changes them, types commands. */
export class Reader {
  private readonly dir = mkdtempSync(path.join(tmpdir(), 'flashcrowd-docs-'));
  /** The first whole scenario in YAML, and as the fragments since have changed it. */
  private smallest: Document | undefined;
  private current: Document = {};
  /** Files that a run of the page writes. */
  private readonly written: string[] = [];
  private stub: Stub | undefined;
  private readonly targets = new TargetFiles();

  async end(): Promise<void> {
    rmSync(this.dir, { recursive: true });
    await this.stub?.close();
  }

  /** Does what a block asks for; rejects when it does not work. `next` is the block below it. */
  async read(block: Block, next: Block | undefined): Promise<void> {
    if (block.label === 'mistake') return this.mistake(block, next);
    if (block.label === 'api') return this.program(block, next);
    const [kind, place] = block.label.split(' ');
    if (kind === 'target') return this.targets.whole(block.text);
    if (kind === 'part') return this.targets.part(place, block.text);
    // test/targets/define.test.ts plays a viewer with it.
    if (block.language === 'ts' && block.text.includes('defineTarget')) return;
    if (block.language === 'ts' || block.language === 'yaml') return this.scenario(block);
    if (block.language === 'sh') return this.commands(block);
    assert.equal(block.language, 'text', 'pages have blocks of ts, yaml, sh and text');
  }

  /** A whole scenario, or sections that replace those of the scenario before. */
  private async scenario({ language, label, text }: Block): Promise<void> {
    if (language === 'ts') return this.save(label || 'scenario.ts', text);
    const document = parse(text) as Document;
    if ('name' in document) {
      await this.save(label || 'scenario.yaml', text);
      this.smallest ??= document;
      this.current = document;
      return;
    }
    this.current = { ...this.current, ...document };
    assert.deepEqual(findProblems(this.current), []);
  }

  /** Sections with mistakes, put into the first scenario of the page; the block that follows is what is said to them. */
  private mistake({ text }: Block, said: Block | undefined): void {
    const findings = findProblems({ ...this.smallest, ...(parse(text) as Document) });
    const problems = findings.map((finding) => ({ ...toProblem(finding, '', () => undefined), file: undefined }));
    assert.equal(said?.language, 'text');
    // In order of their place, which these documents do not have.
    assert.deepEqual(problems.map(formatProblem).toSorted(), said.text.trimEnd().split('\n').toSorted());
  }

  /** A program that uses flashcrowd as a library; the block that follows is what it prints. */
  private async program({ text }: Block, said: Block | undefined): Promise<void> {
    const file = path.join(this.dir, 'program.mts');
    const index = pathToFileURL(path.join(ROOT, 'sim/index.ts')).href;
    writeFileSync(file, text.replace("from 'flashcrowd'", `from '${index}'`));
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), file]);
    assert.equal(said?.language, 'text');
    assert.equal(stdout, said.text);
  }

  private async commands({ text }: Block): Promise<void> {
    const commands = commandsOf(text);
    assert.notEqual(commands.length, 0);
    for (const words of commands) await this.command(words);
  }

  private async command([program, ...words]: readonly string[]): Promise<void> {
    if (program === 'flashcrowd') return this.flashcrowd(await parseCommandLine(words));
    if (program === 'curl') return this.curl([program, ...words]);
    assert.ok(FOREIGN.includes(program), `${program} is no command of these pages`);
    if (program === 'npm') expectScript(words);
    const named = words.filter((word) => [...RESULT_FILES, ...PLAN_FILES].some((file) => word.endsWith(`/${file}`)));
    const missing = named.filter((file) => !this.written.includes(file));
    assert.deepEqual(missing, [], 'files that no command above writes');
    if (program === 'jq') assert.notEqual(named.length, 0);
  }

  private async flashcrowd({ name, args, options }: Parsed): Promise<void> {
    if (name === 'init' && options.target !== undefined)
      return this.targets.whole(readText('bin/templates/target.yaml'));
    if (name === 'init') {
      const file = args[0] ?? (options.yaml ? 'scenario.yaml' : 'scenario.ts');
      const template = file.endsWith('.ts') ? 'ts' : 'yaml';
      return this.save(file, readText(`bin/templates/starter.${template}`));
    }
    if (name === 'plan') return this.plan(args[0], options);
    if (!['run', 'validate', 'explain'].includes(name)) return;
    const { scenario } = await loadScenario(this.place(args[0]), { set: options.set as string[] });
    if (name !== 'run') return;
    windowOf(scenario.duration, options.from as number, options.for as number | undefined);
    if (options.out !== undefined) this.written.push(...RESULT_FILES.map((file) => `${String(options.out)}/${file}`));
  }

  /** Everything that can be wrong with a plan shows before its first run. */
  private async plan(argument: string | undefined, options: Parsed['options']): Promise<void> {
    const { scenario, compareWith } = plannedScenarios(argument, options.compare as string[] | undefined);
    const { set, sweep, scale, runs } = options as PlanOptions;
    const other = compareWith === undefined ? undefined : this.place(compareWith);
    await draftPlan(this.place(scenario), { set, sweep, scale, runs, compareWith: other }, realSurroundings());
    if (options.out !== undefined) this.written.push(...PLAN_FILES.map((file) => `${String(options.out)}/${file}`));
  }

  /** Against a stub of our own, whatever address the page names. */
  private async curl(words: readonly string[]): Promise<void> {
    this.stub ??= await startStub({ adminToken: ADMIN_TOKEN });
    const { url, init } = curlRequest(words);
    const answer = await fetch(this.stub.url + url.pathname, init);
    assert.ok(answer.ok, `${words.join(' ')}: ${answer.status} ${await answer.text()}`);
  }

  private async save(file: string, text: string): Promise<void> {
    writeFileSync(path.join(this.dir, file), text);
    await loadScenario(path.join(this.dir, file));
  }

  /** A file that the page has made, or one of the repository, or the name of a shipped scenario. */
  private place(written: string): string {
    const made = path.join(this.dir, written);
    if (existsSync(made)) return made;
    return existsSync(ROOT + written) ? ROOT + written : written;
  }
}

function expectScript([command, script]: readonly string[]): void {
  const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
  if (['ci', 'install', 'link'].includes(command)) return;
  const name = command === 'run' ? script : command;
  assert.ok(name in scripts, `package.json has no script ${name}`);
}
