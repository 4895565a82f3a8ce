// The settings of the door in the storm, known to both ends of it. Used by storm.ts and storm.test.ts.

export const STORM_PULSE_MS = 300
export const STORM_PULSE_LIMIT_MS = 1500
