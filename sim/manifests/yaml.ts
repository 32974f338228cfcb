import { stringify } from 'yaml';

/** What is written, and what is said about it. */
export interface Manifest {
  /** Lines above the first document. */
  readonly comment: readonly string[];
  readonly objects: readonly object[];
  /** For the person at the terminal. */
  readonly notes: readonly string[];
}

/** A text of YAML documents, with a comment above them. */
export function renderYaml(comment: readonly string[], documents: readonly object[]): string {
  // A value may bring line ends of its own: each becomes a line of the comment.
  const lines = comment.flatMap((line) => line.split(/\r\n|[\r\n\u0085\u2028\u2029]/));
  const head = lines.map((line) => `# ${line}`.trimEnd()).join('\n');
  // Lines as they are: a folded script would be hard to read, and a folded command cannot be copied.
  const texts = documents.map((document) => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }));
  return `${head}\n${texts.join('---\n')}`;
}
