import {
  connect,
  constants,
  performServerHandshake,
  type ClientHttp2Session,
  type Http2Stream,
  type ServerHttp2Session,
} from 'node:http2';
import type { Socket } from 'node:net';
import { Duplex, type Readable, type Writable } from 'node:stream';

/**
 * Both ends speak HTTP/2 over one pipe: its streams end by halves, are cut one by one, and none waits for another. The
 * node’s end asks; every connection that it takes is a stream to `/<port>`.
 */
const settings = { initialWindowSize: 1 << 20 };

/** What the node’s end asks for beside ports. */
export const paths = {
  /** Answered with a line of JSON, a list of ports, each time it changes. */
  ports: '/ports',
  /** Takes a `NodeReport`. */
  report: '/report',
} as const;

/** What a node made of the ports that it was told last. */
export interface NodeReport {
  readonly ports: readonly number[];
  /** Those on which it cannot listen, and why. */
  readonly refused: readonly { readonly port: number; readonly reason: string }[];
}

export function openNodeEnd(input: Readable, output: Writable): ClientHttp2Session {
  const pipe = Duplex.from({ readable: input, writable: output });
  return connect('http://host', { createConnection: () => pipe, settings });
}

export function openHostEnd(input: Readable, output: Writable): ServerHttp2Session {
  return performServerHandshake(Duplex.from({ readable: input, writable: output }), { settings });
}

/**
 * What a stream is opened with, on either side: HTTP/2 ends a stream that is broken off as it ends a whole one, unless
 * there are trailers to wait for.
 */
export const streamOptions = { waitForTrailers: true, endStream: false } as const;

/** The last word of a half that was said to its end. */
const ended = { 'x-ended': 'yes' } as const;

/**
 * What one side says the other hears, each half to its end. What breaks on one side is broken off on the other, and so
 * is everything when the link breaks: half an answer never looks like a whole one.
 */
export function couple(socket: Socket, stream: Http2Stream): void {
  let [isBroken, isWhole] = [false, false];
  const cut = (): void => {
    isBroken = true;
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  };
  const breakOff = (): void => void socket.resetAndDestroy();
  socket.pipe(stream).pipe(socket, { end: false });
  stream.on('wantTrailers', () => {
    if (!isBroken) stream.sendTrailers(ended);
  });
  stream.on('trailers', () => (isWhole = true));
  stream.on('end', () => {
    setImmediate(() => (isWhole ? socket.end() : breakOff())); // trailers are told in the same turn
  });
  stream.on('error', breakOff);
  stream.on('close', () => {
    if (!isWhole) breakOff();
  });
  socket.on('error', cut);
  socket.on('close', () => {
    if (!socket.readableEnded || !stream.readableEnded) cut();
  });
}
