// The states of a live page: what its bar offers in each, and where what happens leads. A pure table, tested as one.

/**
 * @typedef {"loading" | "starting" | "silent" | "failed" | "ended" | "ready" | "running" | "stopping"} State
 * @typedef {State | "restart" | "work" | "rest" | "reset" | "stop" | "late"} Happening
 * @typedef {import("./words.js").Word} Word
 * @typedef {{offers: Word[], on: Partial<Record<Happening, [State, Word?]>>}} Row
 */

// What Python tells before it is there; the reader may start it anew at any time.
/** @type {Row["on"]} */
const COMING = {
  loading: ["loading"], starting: ["starting"], silent: ["silent"], failed: ["failed"], ready: ["ready"], ended: ["ended"],
  restart: ["loading", "restarted"],
};

// What happens leads to a state, and to words where its own name does not say enough; what a row does not have means nothing
// there. `work`: Python was given something to do; `rest`: all of it is done; `late`: it did not stop in time.
/** @type {Record<State, Row>} */
export const STATES = {
  loading: { offers: ["restart"], on: COMING },
  starting: { offers: ["restart"], on: COMING },
  silent: { offers: ["restart"], on: COMING },
  failed: { offers: ["again"], on: { restart: ["loading"] } },
  ended: { offers: ["restart"], on: { restart: ["loading", "restarted"] } },
  ready: {
    offers: ["runAll", "restart", "reset"],
    on: { work: ["running"], reset: ["ready", "printed"], restart: ["loading", "restarted"], ended: ["ended"] },
  },
  running: { offers: ["stop"], on: { rest: ["ready"], stop: ["stopping"], ended: ["ended"] } },
  stopping: { offers: ["stop"], on: { rest: ["ready", "interrupted"], late: ["loading", "stopped"], ended: ["ended"] } },
};

// Why Python starts anew stays to be read until it is there.
const STAYS = ["restarted", "stopped"];

export class Status {
  /** @type {State} */ state = "loading";
  /** @type {Word} */ said = "loading";

  // Lets something happen, of which `word` tells more; returns whether it means anything here.
  /** @type {(what: Happening, word?: Word) => boolean} */
  happen(what, word) {
    const next = STATES[this.state].on[what];
    if (!next) return false;
    const [state, words] = next;
    const stays = (state === "loading" || state === "starting") && STAYS.includes(this.said);
    this.said = words ?? word ?? (stays ? this.said : state);
    this.state = state;
    return true;
  }
}
