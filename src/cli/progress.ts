import type { ChangeEvent } from "../controller/change.ts";
import type { Clock } from "../lib/clock.ts";
import type { Text } from "./span.ts";
import type { Terminal } from "./terminal.ts";
import { begunText, type Progress, progressed, runningText, stayingText } from "./views/progress.ts";

/** Shows a change while it is made. */
export type Reporter = { event(event: ChangeEvent): void; end(): void };

/** Draws it again and again where the terminal can; elsewhere one line per event; nothing where `quiet`. */
export function reporter(terminal: Terminal, clock: Clock, loudness: "loud" | "quiet"): Reporter {
  if (loudness === "quiet") return { event: () => {}, end: () => {} };
  return terminal.live ? liveReporter(terminal, clock) : plainReporter(terminal);
}

function plainReporter(terminal: Terminal): Reporter {
  return {
    event: (event) => {
      if (event.at === "start") terminal.print(begunText(event.step));
      const staying = stayingText(event, terminal.columns);
      if (staying.length > 0) terminal.print(staying);
    },
    end: () => {},
  };
}

function liveReporter(terminal: Terminal, clock: Clock): Reporter {
  const area = terminal.area();
  let state: Progress = { running: [] };
  const draw = (ended: Text): void => area.draw(ended, runningText(state, clock.now(), terminal.columns));
  const timer = setInterval(() => draw([]), 100);
  return {
    event: (event) => {
      state = progressed(state, event, clock.now());
      const ended = stayingText(event, terminal.columns);
      if (ended.length > 0) draw(ended);
    },
    end: () => {
      clearInterval(timer);
      state = { running: [] };
      draw([]);
    },
  };
}
