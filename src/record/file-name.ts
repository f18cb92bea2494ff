/** Names of files and folders that records carry. A stranger's record must not lead out of the folder of results. */
import { z } from 'zod';

/** One part of a path: no separators, and no way up. */
export const fileNameSchema = z.string().regex(/^\w[\w.+-]*$/, 'expected the name of a file, without a path');
