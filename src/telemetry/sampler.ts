// Which traces are sampled. The settings decide on each request; what a sampled request leads to is
// always sampled, in whatever thread or instance, because a trace with holes explains nothing.
import { type Context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { SamplerName, TraceOptions } from './options.js';

const FOLLOWS = createContextKey('follows a sampled span');

/** The context of a span that follows a sampled one. */
export const following: Context = ROOT_CONTEXT.setValue(FOLLOWS, true);

export class FollowingSampler implements Sampler {
  constructor(private readonly ofRequests: Sampler) {}

  shouldSample(...asked: Parameters<Sampler['shouldSample']>): SamplingResult {
    const [context] = asked;
    return context.getValue(FOLLOWS) === true
      ? { decision: SamplingDecision.RECORD_AND_SAMPLED }
      : this.ofRequests.shouldSample(...asked);
  }

  toString(): string {
    return `FollowingSampler{${this.ofRequests.toString()}}`;
  }
}

export function samplerOf({ sampler, ratio }: Pick<TraceOptions, 'sampler' | 'ratio'>): Sampler {
  const root = rootSampler(sampler, ratio);
  return new FollowingSampler(
    sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root,
  );
}

function rootSampler(name: SamplerName, ratio: number): Sampler {
  if (name.endsWith('traceidratio')) return new TraceIdRatioBasedSampler(ratio);
  return name.endsWith('always_off') ? new AlwaysOffSampler() : new AlwaysOnSampler();
}
