// Why a resident may be suspended: a closed list, as the schema has it (resident.suspension_reason). Unpaid fees do not stand on it and
// never shall: Civil Code art. 944 forbids to collect them by cutting off what somebody needs to live. Pure.

export const suspensionReasons = ['moved_out', 'own_request', 'credentials_lost', 'court_order', 'danger'] as const
export type SuspensionReason = (typeof suspensionReasons)[number]
