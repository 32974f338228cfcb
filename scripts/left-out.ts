/** Says which tests `npm test` left out, and how to run them. */
import { globSync } from 'tinyglobby';
