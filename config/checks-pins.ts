// Whether each wire may have the pin it is given: one wire a pin, and what a Raspberry Pi does with its header before any program
// holds a line. Pure; knows no door and no lamp. Called by wires.ts.
//
// Power-on pulls: Raspberry Pi's GPIO documentation, the same on BCM2711 and RP1: GPIO0–8 up, GPIO9–27 down, about 50 kΩ, until
// a program asks for another. GPIO2 and GPIO3 have 1.8 kΩ to 3.3 V on the board, which no setting takes away.

import { type Problem, problem } from './problems.ts'
import type { InputLine, OutputLine } from './settings.ts'

export type Wire =
  | { readonly at: string; readonly role: 'relay' | 'output'; readonly wire: OutputLine }
  | { readonly at: string; readonly role: 'input'; readonly wire: InputLine }

type Pull = 'pull-up' | 'pull-down'

const LAST_PULLED_UP = 8
const LAST_ON_HEADER = 27
const BOARD_PINS: ReadonlySet<number> = new Set([0, 1])
const FIXED_PINS: ReadonlySet<number> = new Set([2, 3])
const CONSOLE_PINS: ReadonlySet<number> = new Set([14, 15])

/** Names of the kernel's device trees that are no GPIO number. */
const names: Readonly<Record<string, number>> = {
  ...{ ID_SDA: 0, ID_SCL: 1, ID_SD: 0, ID_SC: 1, SDA1: 2, SCL1: 3, GPIO_GCLK: 4 },
  ...{ SPI_CE1_N: 7, SPI_CE0_N: 8, SPI_MISO: 9, SPI_MOSI: 10, SPI_SCLK: 11 },
  ...{ TXD0: 14, RXD0: 15, TXD1: 14, RXD1: 15 },
}

/** The Pi's kernels name offset 17 `GPIO17`; both are one pin. */
const numberOf = (line: string | number): number | undefined => {
  if (typeof line === 'number') return line
  const [, digits] = /^GPIO(\d{1,3})$/.exec(line) ?? []
  return digits === undefined ? names[line] : Number(digits)
}

const checkTwins = (wires: readonly Wire[]): readonly Problem[] => {
  const pinOf = ({ line }: Wire['wire']) => numberOf(line) ?? line
  return wires.flatMap(({ at, wire }, index) => {
    const twin = wires.slice(0, index).find((earlier) => pinOf(earlier.wire) === pinOf(wire))
    return twin ? [problem('error', 'line_twice', `${at}.line`, { line: wire.line, first: twin.at })] : []
  })
}

const powerOnPull = (pin: number): Pull => (pin <= LAST_PULLED_UP ? 'pull-up' : 'pull-down')
/** The pull that makes the line active while nothing else holds it. */
const activePull = ({ active }: Wire['wire']): Pull => (active === 'high' ? 'pull-up' : 'pull-down')

/** A relay that the pin's own pull may energise while the Pi boots. A pull in the settings comes too late; a resistor does not. */
const checkRelay = ({ at, wire }: Wire, pin: number): readonly Problem[] => {
  const { line, bias } = wire
  if (FIXED_PINS.has(pin)) {
    return wire.active === 'high' ? [problem('error', 'relay_on_fixed_pull', `${at}.line`, { line })] : []
  }
  // Without any bias an active-low relay is warned of already, whatever its pin.
  if (bias === 'none' || (wire.active === 'low' && bias === undefined)) return []
  if (powerOnPull(pin) !== activePull(wire)) return []
  const code = wire.active === 'high' ? 'relay_pulled_up' : 'relay_pulled_down'
  return [problem('warning', code, `${at}.line`, { line })]
}

/** An input that nobody pulls keeps the pull it was born with; where that is its active level it reads as pressed for ever. */
const checkInput = ({ at, wire }: Wire, pin: number): readonly Problem[] => {
  const { line, bias } = wire
  if (FIXED_PINS.has(pin)) {
    return bias === 'pull-down' ? [problem('error', 'input_on_fixed_pull', `${at}.bias`, { line })] : []
  }
  if (bias !== undefined || powerOnPull(pin) !== activePull(wire)) return []
  return [problem('warning', 'input_rests_active', `${at}.bias`, { line, active: wire.active })]
}

const checkUse = ({ at, wire: { line } }: Wire, pin: number): readonly Problem[] => {
  if (CONSOLE_PINS.has(pin)) return [problem('warning', 'pin_is_console', `${at}.line`, { line })]
  if (FIXED_PINS.has(pin)) return [problem('warning', 'pin_is_i2c', `${at}.line`, { line })]
  return BOARD_PINS.has(pin) ? [problem('warning', 'pin_is_board', `${at}.line`, { line })] : []
}

const isPi = (chip: string): boolean => /^pinctrl-(rp1|bcm2[0-9]+)$/.test(chip)

export const checkPins = (chip: string, wires: readonly Wire[]): readonly Problem[] => {
  const twins = checkTwins(wires)
  if (!isPi(chip)) return twins
  const pins = wires.flatMap((one) => {
    const pin = numberOf(one.wire.line)
    if (pin === undefined || pin > LAST_ON_HEADER) return []
    const pulled = one.role === 'relay' ? checkRelay(one, pin) : one.role === 'input' ? checkInput(one, pin) : []
    return [...pulled, ...checkUse(one, pin)]
  })
  return [...twins, ...pins]
}
