import type { Logger } from '@slipway/io/log';

/**
 * A logger for one of several services that are deployed at the same time: each line begins with the
 * service's name. Groups become a line each: a log can only fold what stands together.
 *
 * @example createServiceLogger(logger, 'orders').info('unchanged') // '[orders] unchanged'
 */
export function createServiceLogger(logger: Logger, service: string): Logger {
  const named = (line: string): string => `[${service}] ${line}`;
  return {
    info: (line) => logger.info(named(line)),
    relay: (line) => logger.info(named(line)),
    warning: (line) => logger.warning(named(line)),
    debug: (line) => logger.debug(named(line)),
    group: (title, work) => {
      logger.info(named(title));
      return work();
    },
  };
}
