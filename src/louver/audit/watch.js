// Runs in every page before its own scripts, and notes what they do. It changes no answer; `%s` is the place of the notes.
(() => {
  const notes = new Map();
  const note = (what, detail = "") => {
    const lines = (new Error().stack || "").split("\n").slice(2);
    const urls = lines.map((line) => (line.match(/(https?:\/\/[^\s)]+?):\d+:\d+/) || [])[1]).filter(Boolean);
    const script = urls[0] || location.href;
    const key = what + "\n" + script + "\n" + detail;
    const seen = notes.get(key);
    if (seen) seen.count += 1;
    else if (notes.size < 2000) notes.set(key, { what, script, detail, page: location.href, count: 1 });
  };
  const wrap = (owner, name, look) => {
    const real = owner && owner[name];
    if (typeof real !== "function") return;
    const stand = { [name](...given) {
      try { look(this, given); } catch {}
      return real.apply(this, given);
    } }[name];
    Object.defineProperty(stand, "toString", { value: () => real.toString() });
    try { Object.defineProperty(owner, name, { value: stand, writable: true, configurable: true }); } catch {}
  };
  const setter = (owner, name, look) => {
    const real = owner && Object.getOwnPropertyDescriptor(owner, name);
    if (!real || !real.set) return;
    Object.defineProperty(owner, name, { ...real, set(value) {
      try { look(this, value); } catch {}
      real.set.call(this, value);
    } });
  };
  const sized = (canvas) => canvas && canvas.width >= 16 && canvas.height >= 16;
  const pen = globalThis.CanvasRenderingContext2D && CanvasRenderingContext2D.prototype;
  for (const name of ["fillText", "strokeText"])
    wrap(pen, name, (context, [text]) => sized(context.canvas) && String(text).length >= 10 && note("canvas-text"));
  for (const name of ["save", "restore", "addEventListener"]) wrap(pen, name, () => note("canvas-kept"));
  wrap(pen, "getImageData", (_, [, , width, height]) => width >= 16 && height >= 16 && note("canvas-read"));
  wrap(globalThis.HTMLCanvasElement && HTMLCanvasElement.prototype, "toDataURL", (canvas) => sized(canvas) && note("canvas-read"));
  setter(pen, "font", (_, value) => note("canvas-font", String(value).slice(0, 80)));
  wrap(pen, "measureText", () => note("canvas-measure"));
  const audio = globalThis.BaseAudioContext && BaseAudioContext.prototype;
  wrap(audio, "createOscillator", () => note("audio-oscillator"));
  for (const name of ["createAnalyser", "createDynamicsCompressor"]) wrap(audio, name, () => note("audio-shape"));
  const peer = globalThis.RTCPeerConnection && RTCPeerConnection.prototype;
  wrap(peer, "createDataChannel", () => note("webrtc-channel"));
  wrap(peer, "createOffer", () => note("webrtc-offer"));
  setter(peer, "onicecandidate", () => note("webrtc-candidates"));
  wrap(peer, "addEventListener", (_, [name]) => name === "icecandidate" && note("webrtc-candidates"));
  wrap(globalThis.Storage && Storage.prototype, "setItem", (store, [key]) => note("storage", String(key).slice(0, 60)));
  Object.defineProperty(globalThis, "%s", { value: () => [...notes.values()], enumerable: false });
})();
