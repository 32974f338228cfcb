import { CHECKERS, INCIDENTS } from '../sim/ledger/checkers.ts';
import { HISTORY_EVENTS } from './history-events.ts';
import { page, table } from './markdown.ts';

const VERDICTS = table(
  ['verdict', 'meaning'],
  [
    ['pass', 'everything that could be compared was compared, and lies in the acceptable set'],
    ['fail', 'something lies outside it, whatever the viewers without an answer were really given'],
    ['unknown', 'what is needed to say either is missing. Never a pass'],
  ],
);

const READING = `Every run writes down what each viewer meant, sent and was told. When it is over, that history is compared with the backend’s own
books, and each invariant below gets a verdict:

${VERDICTS}

A time-out or a broken connection is an answer that nobody knows: the payment may have been carried out or not. So a check does not
expect one result: it computes the *acceptable set*, and every such answer widens it.

- One fail ends the run with **exit code 120**, whatever else happened: oversold is oversold, also when the run was stopped early.
- One unknown ends it with 99 when nothing worse did. The sentence beside it says what was missing: books that could not be read, the
  history of a worker that was killed. What the backend can never show fails no run: one without books, or without a table of them, or whose chat is not
  numbered and carries no marks. It stays unknown in the table, and a note says so.
- A check that has nothing to do in an event (no product has a limit) is not listed.`;

const EVIDENCE = `The terminal has a line for each invariant, in the order of above: its mark, the count of violations and the acceptable set. Below that table it shows what
failed, and the report shows that first: how many violations, the acceptable set, what was found, then a line for each of the first violations, with its
order and viewer. The first few have a timeline in the report; the terminal shows one of them, of a long one its end.
It has each request of that purchase and what its viewer was told, and between them what the books say of its orders and payments. Read it
from the top to the first line that does not follow from those above:

\`\`\`text
0:15:03.102  followers-812 sends pay, key followers-812/1-pay
0:15:03.133  books: payment p-40 for o-31, 2900; in the end captured
0:15:03.141  followers-812 is told of the pay: unknown, internal, HTTP 500
0:15:03.641  followers-812 sends pay (retry 1), key followers-812/1-pay
0:15:03.668  books: payment p-44 for o-31, 2900; in the end captured
\`\`\`

Here the shop captured the money, answered 500, and captured again on the retry, although it carried the same key. Times are event time; those of the
books are on the backend’s clock, so a few milliseconds between the two mean nothing. Money is in the currency of the run.`;

const HISTORY = `The history stays in \`history/\` of the results folder: \`host.ndjson\` of the coordinator, \`worker-0.ndjson\` and so on of the workers, one
JSON object a line, written as things happen. A generator that is killed, coordinator or worker, loses about its last second; of chat, what was published in its last 5 s is not
judged, for it may have been on its way. \`host.whole\` is there while the coordinator writes and all of that is on the disk. Times are event time in ms.

\`\`\`sh
npx flashcrowd run creator-drop --from 14m40s --for 45s --scale 0.1 --seed 7 --out results/gate

# all that happened to one viewer
jq -c 'select(.v == "followers-12" or ((.p // "") | startswith("followers-12/")))' results/gate/history/*.ndjson

# payments that nobody knows the end of: when, which purchase, which attempt, why
jq -r 'select(.e == "told" and .s == "pay" and .o == "unknown") | [.at, .p, .a, .c] | @tsv' results/gate/history/*.ndjson
\`\`\`

A worker that was killed may leave half a line at the end of its file: \`jq -R 'fromjson? | select(…)'\` passes over it.`;

/** docs/invariants.md: what is checked, and how to read what was found. */
export function invariantsPage(): string {
  return page(
    'Invariants',
    READING,
    '## What is checked',
    'The ids are part of the public interface: they stand in `result.json` ([results.md](results.md#the-verdict)).',
    table(
      ['invariant', 'what is promised', 'what is compared'],
      CHECKERS.map(({ id, title, promise }) => [`\`${id}\``, title, promise]),
    ),
    '## Incidents',
    'What no invariant forbids, and an engineer wants to hear of. They fail no run; thresholds do.',
    table(
      ['incident', 'title', 'what counts'],
      INCIDENTS.map(({ id, title, meaning }) => [`\`${id}\``, title, meaning]),
    ),
    '## How to read the evidence',
    EVIDENCE,
    '## The history',
    HISTORY,
    table(['event', 'by', 'what', 'fields'], eventRows()),
    'What is absent is `null`, 0 or an empty list. Fields and events are only ever added: pass over those that you do not know.',
  );
}

function eventRows(): string[][] {
  return Object.entries(HISTORY_EVENTS).map(([name, { by, what, fields }]) => {
    const words = Object.entries(fields).map(([field, meaning]) => `\`${field}\` ${meaning}`);
    return [`\`${name}\``, by, what, words.join('; ')];
  });
}
