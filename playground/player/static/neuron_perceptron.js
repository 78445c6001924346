export class PerceptronTopic {
  static markup = "";
  take() {}
  async figures() {}
  draw() { return {}; }
  async resize() {}
  close() {}
}
