/** Words of a command line as the places want them that they are written into. */

/** For sh: as it is where that is safe, else in single quotes. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** For `command` of a container: Kubernetes itself replaces `$(NAME)` there, and takes `$$` for a dollar. */
export function containerWord(word: string): string {
  return word.replaceAll('$', '$$$$');
}

/** For a step of a workflow: GitHub replaces expressions before the shell sees the line. */
export function workflowText(text: string): string {
  return text.replaceAll('${{', "${{ '${{' }}");
}
