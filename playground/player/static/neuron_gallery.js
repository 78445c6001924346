export class GalleryTopic {
  static markup = "";
  take() {}
  async figures() {}
  draw() { return {}; }
  async resize() {}
  close() {}
}
