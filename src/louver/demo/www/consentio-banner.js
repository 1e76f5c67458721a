// Consentio: asks once, remembers the answer in a first-party cookie, and tells its own server.
(() => {
  const proof = document.documentElement.dataset;
  if (document.cookie.includes("euconsent-v2=")) { proof.consent = "remembered"; return; }
  const banner = document.createElement("div");
  banner.className = "banner";
  banner.innerHTML = '<p>We and our 412 partners value your privacy.</p><button id="accept">Accept all</button>';
  document.body.append(banner);
  proof.consent = "asked";
  banner.querySelector("button").addEventListener("click", () => {
    document.cookie = "euconsent-v2=CQDemoAAQDemoAAcABENAAFgAAAAAAAAAAAAAAAAAA; Max-Age=31536000; Path=/; Secure; SameSite=Lax";
    fetch("https://consentio.test/receipt", { method: "POST", mode: "no-cors", body: "accepted" });
    banner.remove();
    proof.consent = "accepted";
  });
})();
