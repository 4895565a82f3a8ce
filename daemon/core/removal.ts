// Why a person is removed; a closed list, so that no free text about him gets into the record. Used by the command and its operation.

export const removalReasons = ['office', 'own_request', 'moved_out', 'death'] as const
export type RemovalReason = (typeof removalReasons)[number]
