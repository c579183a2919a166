import { textAt, valueAt } from '@slipway/core/manifest';
import type { DeploymentContext } from '@slipway/flow/deployment';

/**
 * A run that is killed: from the deed on for which `isEnd` is true nothing reaches cluster or ledger any more. The
 * Lease is still let go, so that nobody has to wait until it is stale.
 *
 * @example diesAt(context, (deed) => deed === 'append started')
 */
export function diesAt(
  context: DeploymentContext,
  isEnd: (deed: string) => boolean,
): DeploymentContext {
  let isDead = false;
  const check = (deed: string): void => {
    isDead ||= isEnd(deed);
    if (isDead && !deed.includes('Lease')) throw new Error('killed');
  };
  const handler: ProxyHandler<object> = {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]): unknown => {
        check(describeDeed(String(name), args));
        const result: unknown = Reflect.apply(member, target, args);
        return name === 'guardedBy' && typeof result === 'object' && result !== null
          ? new Proxy(result, handler)
          : result;
      };
    },
  };
  const cluster = new Proxy<DeploymentContext['cluster']>(context.cluster, handler);
  const { ledger } = context;
  return {
    ...context,
    cluster,
    ledger: {
      ...ledger,
      append: (head, content, ...rest) => {
        check(`append ${content.kind}`);
        return ledger.append(head, content, ...rest);
      },
    },
  };
}

/** @example 'apply Deployment', 'apply Deployment (dry run)', 'patch ConfigMap' */
function describeDeed(verb: string, [object, ...rest]: readonly unknown[]): string {
  const isDryRun = rest.some((options) => valueAt(options, 'dryRun') === true);
  return `${verb} ${textAt(object, 'kind') ?? ''}${isDryRun ? ' (dry run)' : ''}`;
}
