/**
 * A signal that is aborted after the time, or as soon as the other one is. It keeps no process from ending.
 *
 * Not `AbortSignal.any` of an `AbortSignal.timeout`: Node 20 holds that one weakly, so where the garbage collector runs in between, it is gone with
 * its timer, and whoever waits does so for ever (https://github.com/nodejs/node/issues/57736).
 */
export function withinMillis(millis: number, signal?: AbortSignal): AbortSignal {
  const late = new AbortController();
  setTimeout(() => late.abort(), millis).unref();
  return signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]);
}
