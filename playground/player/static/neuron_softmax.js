export class SoftmaxTopic {
  static markup = "";
  take() {}
  async figures() {}
  draw() { return {}; }
  async resize() {}
  close() {}
}
