/** The options of `flashcrowd run`, as commander hands them over. */
export interface RunCommandOptions {
  readonly target: string;
  readonly adminToken?: string;
  readonly scale: number;
  /** Parsed to ms. */
  readonly from: number;
  readonly for?: number;
  readonly seed?: string;
  readonly set: readonly string[];
  readonly workers: number;
  readonly out?: string;
  /** False with `--no-plan`. */
  readonly plan: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}
