import { combine, type Target } from '../../sim/targets/combine.ts';
import { stubTarget } from '../../sim/targets/stub/stub.ts';

/** The adapter of the bundled server, for one at this address. */
export function stubAt(url: string, adminToken = ''): Target {
  return combine({ name: 'stub', accounts: [] }, [{ serves: 'all', part: stubTarget({ url, adminToken }) }]);
}
