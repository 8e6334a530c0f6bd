// Services by name: the owners of virtual servers.

/** Whose virtual server it is. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/** `user-a-ns/nginx` */
export function formatServiceName({ namespace, name }: ServiceName): string {
  return `${namespace}/${name}`;
}
