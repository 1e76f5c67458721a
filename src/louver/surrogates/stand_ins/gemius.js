// Gemius (xgemius.js). Nobody is counted.
["gemius_hit", "gemius_event", "gemius_init", "pp_gemius_hit", "pp_gemius_event", "pp_gemius_init"]
  .forEach(function (name) {
    // The page's stub keeps what waits in `<name>_pdata`.
    if (w[name + "_pdata"]) w[name + "_pdata"] = [];
    w[name] = noop;
  });
