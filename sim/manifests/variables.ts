/** Variables of the environment that hold a secret of flashcrowd's own. */

/** That of the host of a bundled shop. Only the host needs it: pods of a fleet have none. */
export const ADMIN_TOKEN = 'FLASHCROWD_ADMIN_TOKEN';
