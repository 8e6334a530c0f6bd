// Which addresses the nodes of a lab have.

export const ipFamilies = ['ipv4', 'ipv6', 'dual'] as const;

export type LabFamily = (typeof ipFamilies)[number];
