// The arguments of operations that ask the API of a control plane.
import { z } from 'zod';
import { clusterVersion } from './scalars.ts';

export const apiArgs = {
  from: z.string().min(1).meta({ description: 'The control plane whose API is asked.' }),
  version: clusterVersion,
};
