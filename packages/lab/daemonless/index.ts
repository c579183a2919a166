export {
  checkDaemonless,
  endDaemonless,
  prepareDaemonless,
  startDaemonless,
  type DaemonlessName,
  type DaemonlessPart,
} from './daemonless.js';
