// First-party script of every demo site. It writes onto <html> what works, so that a test can read it there.
(() => {
  const proof = document.documentElement.dataset;
  addEventListener("message", (event) => {
    if (event.origin === "https://chirper.test" && event.data === "ready") proof.widget = "ready";
    if (event.origin === "https://tillpay.test" && event.data.token) {
      document.getElementById("token").value = event.data.token;
      document.getElementById("pay").disabled = false;
      proof.payment = "ready";
    }
  });
  addEventListener("load", () => {
    if (getComputedStyle(document.documentElement).getPropertyValue("--typecase").trim() === "ready") proof.fonts = "ready";
    proof.loaded = "yes";
  });
})();
