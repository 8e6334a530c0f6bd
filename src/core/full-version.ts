// How releases of Kubernetes are written wherever the user or a file names one.

/** A release with all three numbers, such as v1.34.2; no pre-releases. */
export const fullVersion = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;
