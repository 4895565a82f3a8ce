// The buffers that we hand to the kernel, against the kernel's own header, as the compiler lays it out.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { layout, lineFlags } from '../../drivers/gpio/kernel.ts'

/** Expression in C, and what we take it for. */
const rows: readonly (readonly [string, number | bigint])[] = [
  ['GPIO_MAX_NAME_SIZE', layout.nameBytes],
  ['sizeof(struct gpiochip_info)', layout.chip.size],
  ['offsetof(struct gpiochip_info, label)', layout.chip.label],
  ['offsetof(struct gpiochip_info, lines)', layout.chip.lines],
  ['sizeof(struct gpio_v2_line_info)', layout.lineInfo.size],
  ['offsetof(struct gpio_v2_line_info, name)', layout.lineInfo.name],
  ['offsetof(struct gpio_v2_line_info, consumer)', layout.lineInfo.consumer],
  ['offsetof(struct gpio_v2_line_info, offset)', layout.lineInfo.offset],
  ['sizeof(struct gpio_v2_line_request)', layout.request.size],
  ['offsetof(struct gpio_v2_line_request, offsets)', layout.request.offsets],
  ['offsetof(struct gpio_v2_line_request, consumer)', layout.request.consumer],
  ['offsetof(struct gpio_v2_line_request, config.flags)', layout.request.flags],
  ['offsetof(struct gpio_v2_line_request, config.num_attrs)', layout.request.attrCount],
  ['offsetof(struct gpio_v2_line_request, config.attrs)', layout.request.attrs],
  ['offsetof(struct gpio_v2_line_request, num_lines)', layout.request.lineCount],
  ['offsetof(struct gpio_v2_line_request, fd)', layout.request.fd],
  ['offsetof(struct gpio_v2_line_config_attribute, attr.id)', layout.attr.id],
  ['offsetof(struct gpio_v2_line_config_attribute, attr.debounce_period_us)', layout.attr.value],
  ['offsetof(struct gpio_v2_line_config_attribute, mask)', layout.attr.mask],
  ['sizeof(struct gpio_v2_line_values)', layout.values.size],
  ['offsetof(struct gpio_v2_line_values, bits)', layout.values.bits],
  ['offsetof(struct gpio_v2_line_values, mask)', layout.values.mask],
  ['sizeof(struct gpio_v2_line_event)', layout.event.size],
  ['sizeof(struct pollfd)', layout.pollFd.size],
  ['offsetof(struct pollfd, events)', layout.pollFd.events],
  ['offsetof(struct pollfd, revents)', layout.pollFd.revents],
  ['GPIO_GET_CHIPINFO_IOCTL', layout.getChip],
  ['GPIO_V2_GET_LINEINFO_IOCTL', layout.getLineInfo],
  ['GPIO_V2_GET_LINE_IOCTL', layout.getLine],
  ['GPIO_V2_LINE_GET_VALUES_IOCTL', layout.getValues],
  ['GPIO_V2_LINE_SET_VALUES_IOCTL', layout.setValues],
  ['GPIO_V2_LINE_FLAG_ACTIVE_LOW', lineFlags.activeLow],
  ['GPIO_V2_LINE_FLAG_INPUT', lineFlags.input],
  ['GPIO_V2_LINE_FLAG_OUTPUT', lineFlags.output],
  ['GPIO_V2_LINE_FLAG_EDGE_RISING', lineFlags.edgeRising],
  ['GPIO_V2_LINE_FLAG_EDGE_FALLING', lineFlags.edgeFalling],
  ['GPIO_V2_LINE_FLAG_BIAS_PULL_UP', lineFlags.pullUp],
  ['GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN', lineFlags.pullDown],
  ['GPIO_V2_LINE_FLAG_BIAS_DISABLED', lineFlags.biasDisabled],
]

const source = `
#include <stddef.h>
#include <stdio.h>
#include <poll.h>
#include <linux/gpio.h>
int main(void) {
${rows.map(([expression]) => `  printf("%llu\\n", (unsigned long long)(${expression}));`).join('\n')}
}
`

const canCompile = existsSync('/usr/include/linux/gpio.h') && spawnSync('cc', ['--version']).status === 0

test.skipIf(!canCompile)('sizes, offsets, requests and flags are those of linux/gpio.h', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eg-'))
  try {
    writeFileSync(join(folder, 'layout.c'), source)
    execFileSync('cc', ['-o', join(folder, 'layout'), join(folder, 'layout.c')])
    const found = execFileSync(join(folder, 'layout'), { encoding: 'utf8' }).trim().split('\n')
    const rowsFound = rows.map(([expression], n) => `${expression} ${found[n]}`)
    expect(rows.map(([expression, ours]) => `${expression} ${ours}`)).toEqual(rowsFound)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
