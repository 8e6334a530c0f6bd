// The versions that the documents are written and checked for: of each minor the newest patch that the Go module proxy
// serves.

/** Oldest first. */
export const newestPatches = [
  'v1.8.15',
  'v1.9.11',
  'v1.10.13',
  'v1.11.10',
  'v1.12.10',
  'v1.13.12',
  'v1.14.10',
  'v1.15.12',
  'v1.16.15',
  'v1.17.17',
  'v1.18.20',
  'v1.19.16',
  'v1.20.15',
  'v1.21.14',
  'v1.22.17',
  'v1.23.17',
  'v1.24.17',
  'v1.25.16',
  'v1.26.15',
  'v1.27.16',
  'v1.28.15',
  'v1.29.15',
  'v1.30.14',
  'v1.31.14',
  'v1.32.13',
  'v1.33.13',
  'v1.34.4',
  'v1.35.4',
  'v1.36.3',
  'v1.37.2',
] as const;

/** The first minor 1.x whose programs are compiled from modules. */
export const firstCheckable = 16;
