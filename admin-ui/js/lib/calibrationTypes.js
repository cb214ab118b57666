// @ts-check
/**
 * What the API tells about calibration, as its answers have it. Rates and confidences are from 0 to 1, days are UTC.
 *
 * @typedef {'NO_DATA' | 'INSUFFICIENT' | 'OVERCONFIDENT' | 'UNDERCONFIDENT' | 'MISSHAPEN' | 'CALIBRATED'} Word
 * @typedef {{ word: Word, gated: boolean, leaning: 'NONE' | 'OVERCONFIDENT' | 'UNDERCONFIDENT', sentence: string }} Verdict
 * @typedef {Record<'auto' | 'probe' | 'human' | 'deferred' | 'pending' | 'rejected' | 'skipped' | 'cancelled' | 'dry_run' | 'unscored', number>} Fates
 *
 * @typedef {object} Answer what every answer begins with
 * @property {{ from: string, to: string, widened: boolean }} window
 * @property {'RAW' | 'CALIBRATED'} basis
 * @property {{ action: string | null, risk: string | null, paths: string[], submitted: number, text: string }} population
 * @property {number} n
 * @property {Fates} excluded
 * @property {string} as_of
 * @property {Verdict} verdict
 *
 * @typedef {Record<string, number | null | Record<string, number | null>>} Measures
 * @typedef {Answer & { measures: Measures, reasons: Record<string, string> }} Summary
 *
 * @typedef {object} Bin
 * @property {number} bin
 * @property {string} label
 * @property {number} n
 * @property {number} successes
 * @property {number | null} mean_confidence
 * @property {number | null} observed_rate
 * @property {number | null} gap
 * @property {number | null} wilson_low
 * @property {number | null} wilson_high
 * @property {number | null} consistency_low
 * @property {number | null} consistency_high
 * @property {string | null} reason
 * @typedef {Answer & { bins: Bin[] }} Bins
 *
 * @typedef {object} Compared outcomes of a span of time or of an action
 * @property {number} n
 * @property {number} successes
 * @property {number | null} base_rate
 * @property {number | null} wilson_low
 * @property {number | null} wilson_high
 * @property {number | null} mean_confidence
 * @property {number | null} gap
 * @property {number | null} gap_low
 * @property {number | null} gap_high
 * @property {number | null} brier
 * @property {number | null} brier_skill_score
 * @property {number | null} ece
 * @property {number | null} ece_noise_floor
 * @property {string | null} reason
 *
 * @typedef {Compared & { from: string }} Span
 * @typedef {Answer & { timeseries: Span[] }} Timeseries
 * @typedef {Compared & { action: string, verdict: Word, gated: boolean, submitted: number, with_outcome: number }} ActionRow
 * @typedef {Answer & { actions: ActionRow[] }} Actions
 *
 * @typedef {object} CoverageExtras
 * @property {number} bin -1: without a confidence
 * @property {string} label
 * @property {number} submitted
 * @property {number} successes
 * @property {number | null} observed_rate
 * @property {number | null} wilson_low
 * @property {number | null} wilson_high
 * @property {number | null} bound_low
 * @property {number | null} bound_high
 * @property {string | null} reason
 * @typedef {Fates & CoverageExtras} CoverageBin
 * @typedef {Answer & { coverage: CoverageBin[] }} Coverage
 *
 * @typedef {object} Threshold
 * @property {number} threshold
 * @property {number} approved
 * @property {number} approved_successes
 * @property {number | null} approved_success_rate
 * @property {number | null} wilson_low
 * @property {number | null} wilson_high
 * @property {number} deferred
 * @property {number} failures_avoided
 * @property {number} successes_deferred
 * @property {number | null} net_benefit
 * @property {string | null} reason
 * @typedef {Answer & { thresholds: Threshold[] }} Thresholds
 *
 * @typedef {object} Foretold
 * @property {string} method
 * @property {number} log_loss
 * @property {number} brier
 * @property {number} log_loss_gain
 * @property {number} log_loss_gain_se
 *
 * @typedef {object} MapScores
 * @property {number} n
 * @property {string} split_day
 * @property {number} fresh_n
 * @property {boolean} guard_passed
 * @property {string} guard
 * @property {boolean} capped
 * @property {number} largest_step
 * @property {number} largest_change
 * @property {{ a: number, b: number, c: number }} parameters
 * @property {{ slope: number, intercept: number, slope_se: number, intercept_se: number } | null} platt_on_logit
 * @property {Foretold[]} scores
 *
 * @typedef {object} MapRow
 * @property {number} version
 * @property {string | null} action null: that of all actions
 * @property {boolean} in_force
 * @property {number | null} parent
 * @property {string} created_at
 * @property {string} created_by
 * @property {string} method
 * @property {number} n
 * @property {number} s
 * @property {string | null} from
 * @property {string | null} to
 * @property {number} half_life_days
 * @property {string} inputs_hash
 * @property {string} knots_hash
 * @property {MapScores} scores
 *
 * @typedef {MapRow & { knots: number[], lower80: number[] }} CalibrationMap `knots`: millionths, for 0.000, 0.001 … 1.000
 *
 * @typedef {object} InForce
 * @property {string | null} action
 * @property {number | null} version
 * @property {string} at
 * @property {string} by
 * @property {string} reason
 * @property {'NIGHTLY' | 'PERSON' | 'ROLLBACK'} kind
 * @property {boolean} stale
 *
 * @typedef {{ in_force: InForce[], items: MapRow[], next: string | number | null }} MapPage
 * @typedef {{ items: { action: string | null, version: number | null, changed: boolean, needs_person: boolean }[] }} Fits
 *
 * @typedef {object} MapDecision
 * @property {string} task_id
 * @property {string} at
 * @property {string} decision
 * @property {string} code
 * @property {number | null} confidence_score
 * @property {number | null} calibrated
 * @property {number | null} calibrated_lower
 * @property {string} statistic
 * @property {number | null} value
 * @property {number | null} threshold
 *
 * @typedef {object} DriftSeries
 * @property {string | null} action
 * @property {number | null} map_version
 * @property {string} since
 * @property {number} limit
 * @property {{ day: string, n: number, up: number, down: number }[]} items
 *
 * @typedef {object} Drift
 * @property {string | null} action
 * @property {number | null} map_version
 * @property {string | null} map_published_at
 * @property {boolean} map_stale
 * @property {string} computed_at
 * @property {number} n
 * @property {number} batches
 * @property {number} up
 * @property {number} down
 * @property {number} limit
 * @property {string | null} alarm_since
 * @property {number | null} shift
 * @property {number | null} psi
 * @property {'NONE' | 'NOTE' | 'WARN' | null} mix
 */

export {};
