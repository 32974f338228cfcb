import { FlashcrowdError, type Problem } from '../../sim/errors.ts';
import { counted } from '../../reports/format.ts';

const SHOWN_AT_MOST = 20;

interface FileProblems {
  readonly shown: Problem[];
  count: number;
}

/** Everything that is wrong with the files of an export: all is counted, the first ones of each file are kept. */
export class BooksProblems {
  private readonly files = new Map<string, FileProblems>();

  add(problem: Problem & { readonly file: string }): void {
    const known = this.files.get(problem.file) ?? { shown: [], count: 0 };
    this.files.set(problem.file, known);
    known.count++;
    if (known.shown.length < SHOWN_AT_MOST) known.shown.push(problem);
  }

  /** Throws FlashcrowdError BOOKS_INVALID when there are any. */
  throwIfAny(): void {
    const files = [...this.files];
    if (files.length === 0) return;
    const total = files.reduce((sum, [, { count }]) => sum + count, 0);
    // One broken file must not hide what is wrong with the others.
    const share = total <= SHOWN_AT_MOST ? SHOWN_AT_MOST : Math.max(1, Math.floor(SHOWN_AT_MOST / files.length));
    const problems = files.flatMap(([file, { shown, count }]) => {
      const listed = shown.slice(0, share);
      const more = count - listed.length;
      return more === 0
        ? listed
        : [...listed, { file, path: '', message: `and ${counted(more, 'more problem', 'more problems')}` }];
    });
    const headline = `the books cannot be read: ${counted(total, 'problem', 'problems')} in ${counted(files.length, 'file', 'files')}`;
    throw new FlashcrowdError('BOOKS_INVALID', headline, problems);
  }
}
