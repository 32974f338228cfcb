import type { PlaceOptions } from './place-options.ts';

export type ManifestKind = 'kubernetes' | 'github';

/** The options of `flashcrowd manifests`, as commander hands them over. */
export interface ManifestsOptions extends PlaceOptions {
  readonly shards: number;
  readonly image: string;
  readonly startAt?: string;
  readonly kind?: ManifestKind;
  readonly name?: string;
  readonly target: readonly string[];
  readonly iOwnThisTarget: readonly string[];
  /** As typed, like the next two. */
  readonly from?: string;
  readonly for?: string;
  readonly scale?: string;
  readonly seed?: string;
  readonly set: readonly string[];
  readonly output?: string;
}
