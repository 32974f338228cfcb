/**
 * Every error a user can meet: its code, what it means, how to mend it, and the exit code it leads to.
 * `docs/errors.md` is generated from this registry.
 */

/** Exit codes. k6's numbers where k6 has one; 120 and above are our own. */
export const EXIT = {
  passed: 0,
  internal: 1,
  thresholdsFailed: 99,
  invalidConfig: 104,
  interrupted: 105,
  scriptThrew: 107,
  invariantViolated: 120,
  runInvalid: 121,
  targetUnreachable: 122,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

interface ErrorSpec {
  readonly exitCode: ExitCode;
  readonly meaning: string;
  readonly hint: string;
}

export const ERRORS = {
  BAD_USAGE: {
    exitCode: EXIT.invalidConfig,
    meaning: 'A command-line option or argument is not valid.',
    hint: 'Run the command with --help: it shows every option and an example that works.',
  },
  SCENARIO_NOT_FOUND: {
    exitCode: EXIT.invalidConfig,
    meaning: 'The scenario file does not exist or cannot be read.',
    hint: 'Check the path. `flashcrowd scenarios` lists the shipped ones, `flashcrowd init` writes a new one.',
  },
  SCENARIO_SYNTAX: {
    exitCode: EXIT.invalidConfig,
    meaning: 'The scenario file cannot be parsed.',
    hint: 'Mend the syntax at the place named. Scenarios are TypeScript, JavaScript, YAML or JSON.',
  },
  SCENARIO_INVALID: {
    exitCode: EXIT.invalidConfig,
    meaning: 'The scenario parses, but says something that cannot be.',
    hint: 'Every problem is listed with its path and what was expected; `flashcrowd validate` checks again.',
  },
  SCENARIO_THREW: {
    exitCode: EXIT.scriptThrew,
    meaning: 'A TypeScript or JavaScript scenario threw an error while it was loaded.',
    hint: 'The message and the line are those of the scenario itself; run it alone to debug it.',
  },
  TOO_FEW_FILES: {
    exitCode: EXIT.invalidConfig,
    meaning: 'The process may not open as many sockets as the run needs.',
    hint: 'Every viewer holds a socket. What would help is named above; `flashcrowd doctor` shows the limits of this machine.',
  },
  TOO_FEW_PORTS: {
    exitCode: EXIT.invalidConfig,
    meaning: 'This machine has too few ephemeral ports for the connections that the run needs.',
    hint: 'An address makes as many connections to one backend as the system has ports for. What would help is named above; --local-addresses takes more addresses of this machine.',
  },
  PLAN_TOO_LARGE: {
    exitCode: EXIT.invalidConfig,
    meaning: 'A plan that plays each viewer alone would not fit into the memory that is free.',
    hint: 'Cohorts plan an event of any size: say --engine cohorts.',
  },
  PLAN_WORKER_LOST: {
    exitCode: EXIT.internal,
    meaning: 'A worker process of a plan ended before its runs were done.',
    hint: 'Often the system ended it for want of memory: try fewer --workers, or --engine cohorts. Runs that were done are in the report, marked partial.',
  },
  HISTORY_UNREADABLE: {
    exitCode: EXIT.invalidConfig,
    meaning: 'The results folder holds no history of a run that can be checked.',
    hint: 'Name the results folder of a run, the one with `history/host.ndjson` in it. A newer history needs a newer flashcrowd.',
  },
  BOOKS_INVALID: {
    exitCode: EXIT.invalidConfig,
    meaning: 'The books that a shop exported cannot be read, or say something that cannot be.',
    hint: 'Every problem is listed with its file and line. --map says which column a field is, --status what a word means; docs/audit.md has the fields.',
  },
  RECORDING_UNREADABLE: {
    exitCode: EXIT.invalidConfig,
    meaning: 'The folder holds no recording of a shard that can be read.',
    hint: 'Name the results folders of `flashcrowd run --shard`, the ones with `recording.ndjson` in them.',
  },
  SHARDS_DIFFER: {
    exitCode: EXIT.invalidConfig,
    meaning: 'The recordings to be merged are not the shards of one run.',
    hint: 'Every difference is listed. All shards are started with the same words, but for the number in --shard.',
  },
  OUTPUT_NOT_WRITABLE: {
    exitCode: EXIT.invalidConfig,
    meaning: 'The results folder cannot be written.',
    hint: 'Name another folder with --out, or mend its permissions.',
  },
  LISTEN_FAILED: {
    exitCode: EXIT.invalidConfig,
    meaning: 'The bundled stub cannot listen on the host and port asked for.',
    hint: 'Name another port with --port (0 takes any free one), and a --host that this machine has.',
  },
  TARGET_UNREACHABLE: {
    exitCode: EXIT.targetUnreachable,
    meaning: 'The target did not answer before the run, or stopped answering during it.',
    hint: 'Check that the backend runs and that the URL is right; `flashcrowd serve` starts the bundled one.',
  },
  TARGET_REFUSED: {
    exitCode: EXIT.targetUnreachable,
    meaning: 'The target answers, but refused to set up the show.',
    hint: 'Its answer stands above. 401 or 403: check the rights of the host: FLASHCROWD_ADMIN_TOKEN for the bundled shop, `host` and `admin` in a target file. 409: another run is under way there. 404: does the address fit? 400: it does not know what was asked, such as a fault of a newer version.',
  },
  TARGET_INVALID: {
    exitCode: EXIT.invalidConfig,
    meaning: 'A target file, or the target of a scenario, cannot be read, or says something that cannot be.',
    hint: 'Every problem is listed with its path and what was expected; docs/target-files.md has the settings, `flashcrowd init --target http` writes a file to begin with.',
  },
  TARGET_THREW: {
    exitCode: EXIT.scriptThrew,
    meaning: 'A TypeScript or JavaScript adapter threw an error while it was loaded.',
    hint: 'The message and the line are those of the adapter itself; run it alone to debug it.',
  },
  TARGET_NOT_OWNED: {
    exitCode: EXIT.invalidConfig,
    meaning:
      'The target is neither on this machine nor in a private network, and nobody has said that it may be load-tested.',
    hint: 'Check that the URL is the one you mean. A load test of what is not yours can do harm, and may be against the law.',
  },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;

/** One thing that is wrong with what the user wrote: where, what, what was expected, how to mend it. */
export interface Problem {
  readonly file?: string;
  /** Dotted path into the scenario, `show[2].product`; empty for the whole file. */
  readonly path: string;
  /** 1-based; only for formats that keep lines (YAML, JSON, syntax errors). */
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
  readonly expected?: string;
  /** For example `did you mean "chat"?` */
  readonly hint?: string;
}

/** An error that is the user's to mend. It carries all problems at once and never shows a stack trace. */
export class FlashcrowdError extends Error {
  override readonly name = 'FlashcrowdError';
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, problems: readonly Problem[] = [], options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.problems = problems;
  }

  get exitCode(): ExitCode {
    return ERRORS[this.code].exitCode;
  }

  get hint(): string {
    return ERRORS[this.code].hint;
  }
}
