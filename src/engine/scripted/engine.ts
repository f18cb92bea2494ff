import type { PlayedDevice, PlayedEngine } from '../engine.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { ScriptedDevice } from './device.ts';
import { parseScenario, type Scenario } from './scenario.ts';
import { ScriptedSession } from './session.ts';

/** A device that a scenario describes: its true costs are known, so a whole protocol can be tested against them. */
export const scripted: PlayedEngine = {
  kind: 'played',
  name: 'scripted',
  read: (text, file) => playing(parseScenario(text, file)),
};

/** The device of a scenario, on a clock of its own. */
export function playing(scenario: Scenario): PlayedDevice {
  const clock = new VirtualClock();
  const device = new ScriptedDevice(scenario, clock);
  const found = scenario.name ?? 'scenario';
  const tried = [{ route: 'scripted', outcome: 'chosen', found, reason: 'asked for' }] as const;
  return {
    clock,
    script: scenario,
    open: (process, control) => ({ session: new ScriptedSession(device, process, control), tried }),
  };
}
