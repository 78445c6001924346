export class DepthTopic {
  static markup = "";
  take() {}
  async figures() {}
  draw() { return {}; }
  async resize() {}
  close() {}
}
