import { createServer } from 'node:http';
import { systemClock } from '@slipway/io/clock';
import { startCaller, type Caller, type CallerOptions } from './caller.js';
import { callerPort, callerVariable } from './pod-objects.js';

/**
 * Runs in a pod and calls what its environment says. `GET /tally` is answered with what it has seen as soon as every
 * address has answered once, `GET /stop` with what it has seen in all when the last request has its answer.
 */
const options = JSON.parse(process.env[callerVariable] ?? '') as CallerOptions; // the lab wrote it
let caller: Caller | undefined;
const starting = startCaller(options, systemClock, new AbortController().signal);
void starting.then((started) => (caller = started));

createServer((request, response) => {
  const answer = request.url === '/stop' ? caller?.stop() : caller?.tally();
  if (answer === undefined) {
    response.writeHead(503).end();
    return;
  }
  void answer.then((tally) => response.end(JSON.stringify(tally)));
}).listen(callerPort);
