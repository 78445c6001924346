/**
 * The line to Python. One question is asked at a time; the next ones wait until its answer has been read.
 *
 * @typedef {import("./wire.js").Header} Header
 * @typedef {{header: Header, body: Uint8Array}} Message
 * @typedef {{kind: string, [detail: string]: any}} Question
 */
import {open} from "./wire.js";

const RETRY_MS = 1500; // after a question that could not be sent

export class Link {
  /**
   * @param {string} address where questions are sent
   * @param {{receive: (message: Message, ask: Question) => void, refused: (reason: string) => void,
   *   disturbed: (text: string) => void}} listener `receive` reads an answer and then calls `answered`; `refused`
   *   hears why the server will answer nothing more; `disturbed` what to tell a person, or that it is over
   */
  constructor(address, listener) {
    this.address = address;
    this.listener = listener;
    this.run = this.serial = 0; // of the newest news that the player has read
    /** @type {Question[]} */ this.outbox = [];
    /** @type {Question|null} */ this.waiting = null;
  }

  /** Send a question now, or when the one before is answered. */
  ask(/** @type {Question} */ ask) {
    this.outbox.push(ask);
    this.flush();
  }

  flush() {
    const next = this.waiting || this.closed ? null : this.outbox.shift();
    if (!next) return;
    const ask = (this.waiting = {...next, run: this.run, serial: this.serial});
    this.post(ask).then(
      message => this.listener.receive(message, ask),
      error => this.unsent(ask, error),
    );
  }

  /** @returns {Promise<Message>} */
  async post(/** @type {Question} */ ask) {
    const answer = await fetch(this.address, {method: "POST", body: JSON.stringify(ask)});
    if (!answer.ok) throw new Error(await answer.text(), {cause: answer.status});
    return open(new Uint8Array(await answer.arrayBuffer()));
  }

  /** No answer: the server said why, or the line is broken and will be tried again. */
  unsent(/** @type {Question} */ ask, /** @type {Error} */ error) {
    if (this.waiting !== ask) return;
    if (error.cause) {
      this.waiting = null;
      this.listener.refused(error.message);
      return;
    }
    this.listener.disturbed("The server does not answer; trying again.");
    this.timer = setTimeout(() => {
      this.listener.disturbed("");
      this.outbox.unshift(ask);
      this.answered();
    }, RETRY_MS);
  }

  /** The answer awaited has been read, or is wanted no more: go on to the next question. */
  answered() {
    clearTimeout(this.timer);
    this.waiting = null;
    this.flush();
  }

  /** Whether an answer to `ask` is still wanted. */
  awaits(/** @type {Question|null} */ ask) {
    return ask !== null && ask === this.waiting;
  }

  /** Whether nothing is asked and nothing waits to be. */
  get idle() {
    return !this.waiting && !this.outbox.length;
  }

  /** Forget the questions of a kind (all, if none is named) that have not been sent. */
  forget(/** @type {string} */ kind = "") {
    this.outbox = kind ? this.outbox.filter(ask => ask.kind !== kind) : [];
  }

  /** Want no answer to questions of a kind (to any, if none is named), sent or not. */
  withdraw(/** @type {string} */ kind = "") {
    this.forget(kind);
    if (this.waiting && (!kind || this.waiting.kind === kind)) this.answered();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }
}
