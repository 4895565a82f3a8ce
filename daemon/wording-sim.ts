// The lines of the simulator: why an order was not played, and why its door did what it did. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

const orderLines: Readonly<Record<string, Line>> = {
  order_malformed: ['the simulated device does not take this; type help', '模拟设备不接受此内容；请输入 help'],
  order_unknown: ['the simulated device does not know this order; type help', '模拟设备不认识此指令；请输入 help'],
  not_wired: ['the configuration does not wire this input', '配置中未接此输入'],
  overtaken: ['another picture was shown meanwhile', '期间已出示另一张图片'],
  picture_unreadable: [
    'no picture there that can be read; `show` alone lists who there is',
    '没有可读取的图片；单独输入 show 可列出人物',
  ],
  sim_device_absent: ['its part is not running at the moment; try again', '该部件暂未运行；请重试'],
  device_gone: ['its part ended before it answered and is started again', '该部件未应答即结束，正在重新启动'],
  device_silent: ['its part does not answer', '该部件无应答'],
}

const doorCauses: Readonly<Record<string, Line>> = {
  renewed: ['again, while still open', '仍在开启，续时'],
  stopped: ['the door part ends', '门控部件结束'],
  at_start: ['found so at the start', '启动时即如此'],
  order_stale: ['the order came too late', '指令过期'],
  order_from_future: ['the order is dated ahead of the clock', '指令时间超前'],
  pulse_out_of_range: ['the order asks for a pulse beyond the limits', '脉冲时长超出限制'],
}

export const simLines: Readonly<Record<string, Line>> = { ...orderLines, ...doorCauses }
