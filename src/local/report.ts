// Progress of long work, told line by line.

/** Takes one line of progress, such as the last thing a program printed. */
export type Report = (line: string) => void;
