export class BiologyTopic {
  static markup = "";
  take() {}
  async figures() {}
  draw() { return {}; }
  async resize() {}
  close() {}
}
