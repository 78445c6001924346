/**
 * The line to Python. One question is asked at a time; the next ones wait until its answer has been read. Beside
 * them one question for news stays open, which the server answers when there are some: so a change made on the page
 * shows before Streamlit's rerun is done.
 *
 * @typedef {import("./wire.js").Header} Header
 * @typedef {{header: Header, body: Uint8Array}} Message
 * @typedef {{kind: string, [detail: string]: any}} Question
 */
import {open} from "./wire.js";

const RETRY_MS = 1500; // after a question that could not be sent, or an answer that brought nothing new

export class Link {
  /**
   * @param {string} address where questions are sent
   * @param {{receive: (message: Message, ask: Question|null) => Promise<void>, refused: (reason: string) => void,
   *   disturbed: (text: string) => void}} listener `receive` reads an answer to a question, or news, and calls
   *   `answered` after an answer; `refused` hears why the server will answer nothing more; `disturbed` what to tell a
   *   person while the line is broken, and, with no text, that it is no more
   */
  constructor(address, listener) {
    this.address = address;
    this.listener = listener;
    this.run = this.serial = 0; // of the newest news that the player has read
    this.broken = false; // as far as the last question that was sent has shown
    /** @type {Question[]} */ this.outbox = [];
    /** @type {Question|null} */ this.waiting = null;
    /** @type {AbortController|null} */ this.listening = null;
    this.onVisibility = () => (document.hidden ? this.stopListening() : this.listen());
  }

  /** Send a question now, or when the one before is answered. */
  ask(/** @type {Question} */ ask) {
    this.outbox.push(ask);
    this.flush();
  }

  /** Ask something beside all that waits; nothing waits for its answer. @param {Question} question */
  beside(question) {
    return this.post({...question, run: this.run, serial: this.serial});
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
  async post(/** @type {Question} */ ask, /** @type {AbortSignal|undefined} */ signal = undefined) {
    const answer = await fetch(this.address, {method: "POST", body: JSON.stringify(ask), signal});
    if (!answer.ok) throw new Error(await answer.text(), {cause: answer.status});
    const message = open(new Uint8Array(await answer.arrayBuffer()));
    this.mended();
    return message;
  }

  mended() {
    if (!this.broken) return;
    this.broken = false;
    this.listener.disturbed("");
  }

  /** No answer: the server said why, or the line is broken, perhaps at a proxy on the way, and will be tried again. */
  unsent(/** @type {Question} */ ask, /** @type {Error} */ error) {
    if (this.waiting !== ask) return;
    if (refusal(error)) {
      this.waiting = null;
      this.mended();
      this.listener.refused(error.message);
      return;
    }
    this.broken = true;
    this.listener.disturbed("The server does not answer; trying again.");
    this.timer = setTimeout(() => {
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

  /** Forget the questions of these kinds (all, if none is named) that have not been sent. */
  forget(/** @type {string[]} */ ...kinds) {
    this.outbox = this.outbox.filter(ask => kinds.length && !kinds.includes(ask.kind));
  }

  /** Want no answer to questions of these kinds, sent or not. */
  withdraw(/** @type {string[]} */ ...kinds) {
    this.forget(...kinds);
    if (this.waiting && kinds.includes(this.waiting.kind)) this.answered();
  }

  /** From now on, hear the news while the page can be seen. */
  follow() {
    if (this.following !== undefined) return;
    this.following = true;
    document.addEventListener("visibilitychange", this.onVisibility);
    this.listen();
  }

  async listen() {
    if (!this.following || this.listening || document.hidden) return;
    const {signal} = (this.listening = new AbortController());
    while (!signal.aborted) {
      const {run, serial} = this;
      const asked = performance.now();
      let heard = false;
      try {
        const message = await this.post({kind: "news", run, serial}, signal);
        if (message.header.kind === "problem") return this.unfollow(); // a server that knows no news
        if (message.header.kind !== "noted" && !signal.aborted) await this.listener.receive(message, null);
        heard = serial !== this.serial || performance.now() - asked > RETRY_MS;
      } catch (error) {
        if (refusal(error)) return this.unfollow(); // the next question hears why
      }
      if (!heard) await sleep(RETRY_MS, signal);
    }
  }

  stopListening() {
    this.listening?.abort();
    this.listening = null;
  }

  unfollow() {
    this.following = false;
    this.stopListening();
    document.removeEventListener("visibilitychange", this.onVisibility);
  }

  close() {
    this.closed = true;
    this.waiting = null; // whose answer would be read, or be tried again for
    clearTimeout(this.timer);
    this.unfollow();
  }
}

/** Whether it is the server that will not answer, and never will. */
function refusal(/** @type {any} */ {cause: status}) {
  return status >= 400 && status < 500;
}

/** Wait, unless it is interrupted. @param {number} duration @param {AbortSignal} signal @returns {Promise<void>} */
function sleep(duration, signal) {
  return new Promise(done => {
    if (signal.aborted) return done();
    const timer = setTimeout(done, duration);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    }, {once: true});
  });
}
