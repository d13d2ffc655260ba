/* Talking to the server: an answer, or lines as they come. An error is a sentence on the page. */
"use strict";
window.CS = window.CS || {};

(() => {
  const GONE = "The program behind this page does not answer; is coalsim view still running?";

  /** Show a sentence at the top of the page, or take it away. */
  CS.say = (text) => {
    const box = document.getElementById("error");
    box.hidden = !text;
    box.textContent = text || "";
    if (text) box.scrollIntoView({ block: "nearest" });
  };

  const post = (name, body, signal) => fetch(`/api/${name}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal });

  /** Ask for an answer; undefined if there was an error, which is then on the page. */
  CS.ask = async (name, body = {}) => {
    let answer;
    try { answer = await (await post(name, body)).json(); } catch { answer = { error: GONE }; }
    CS.say(answer.error);
    return answer.error ? undefined : answer;
  };

  /** Ask for lines; `heard` is called with each. Returns whether all came. */
  CS.listen = async (name, body, heard, signal) => {
    try {
      const answer = await post(name, body, signal);
      if (!answer.ok) { CS.say((await answer.json()).error); return false; }
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        rest += value || "";
        const lines = rest.split("\n");
        rest = lines.pop();
        for (const line of lines) {
          const said = JSON.parse(line);
          if (said.error) { CS.say(said.error); return false; }
          heard(said);
        }
        if (done) return true;
      }
    } catch (error) {
      if (error.name === "AbortError") return false;
      CS.say(error instanceof TypeError ? GONE : "The page could not read the answer.");
      console.error(error);
      return false;
    }
  };

  /** Hand over a text as a file. */
  CS.download = (file, text, type = "text/html") => {
    const link = CS.make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: file });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  CS.later = (act, wait) => {
    let timer = 0;
    return (...given) => { clearTimeout(timer); timer = setTimeout(() => act(...given), wait); };
  };
})();
