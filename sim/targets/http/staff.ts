import { chain } from '../mapping/conversation.ts';
import { stepRunner, type Kept, type StepsContext } from '../mapping/steps.ts';
import type { Values } from '../mapping/template.ts';
import type { Conversation, HttpRequest } from '../target.ts';
import type { HttpOptions } from './options.ts';

/** Who acts for the shop: the host, and who reads the books. They sign in, and share what they capture. */
export interface Staff {
  readonly context: StepsContext;
  readonly kept: Kept;
  values(): Values;
  /** A request with the cookies that signing in has brought. */
  withCookies(request: HttpRequest): HttpRequest;
  /** Signs in, then does it. Throws in `then` when signing in is refused. `again`: even if it has signed in before; a session may have ended. */
  signedIn<T>(again: boolean, next: () => Conversation<T>): Conversation<T>;
}

export function staffOf(admin: HttpOptions['admin'], base: StepsContext): Staff {
  const context = { ...base, headers: admin?.headers };
  const kept: Kept = { session: {}, account: {} };
  const values = (): Values => ({ ...kept, now: Math.round(base.epochMs()) });
  const signIn = admin?.signIn && stepRunner(admin.signIn, context);
  let isSignedIn = false;
  return {
    context,
    kept,
    values,
    withCookies: (request) => {
      const { cookie } = kept.account;
      if (!cookie || request.origin !== undefined) return request;
      return { ...request, headers: { cookie, ...request.headers } };
    },
    signedIn: (again, next) => {
      if (signIn === undefined || (isSignedIn && !again)) return next();
      return chain(signIn(values(), kept), ({ status, code }) => {
        if (status !== 'ok') throw new Error(`signing in (admin.signIn) was refused: ${code}`);
        isSignedIn = true;
        return next();
      });
    },
  };
}
