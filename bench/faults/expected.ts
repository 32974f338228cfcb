import type { FaultName } from '../../server-stub/faults/catalog.ts';

/** Which checkers or incidents should notice a fault; one of them is enough. */
export const NOTICED_BY: Readonly<Record<FaultName, readonly string[]>> = {
  // Where there was enough for all, a lost update shows in the counter alone.
  stock_race: ['no_oversell', 'stock_conserved'],
  key_ignored: ['no_double_charge', 'keys_kept'],
  confirmed_not_saved: ['no_lost_orders'],
  // Of two taps, one may be told the truth.
  saved_not_confirmed: ['no_ghost_orders', 'keys_kept'],
  // When nobody tries again the money is taken and the order is not paid.
  captured_twice: ['no_double_charge', 'money_balances'],
  wrong_price: ['price_kept'],
  coupon_stacked: ['price_kept'],
  limit_race: ['buyer_limit_kept'],
  sold_out_early: ['no_undersell'],
  stale_stock: ['stock_never_rises'],
  chat_dropped: ['chat_delivered'],
  chat_duplicated: ['chat_once'],
  chat_reordered: ['chat_in_order'],
  chat_delayed: ['uneven_chat'],
  cue_missed: ['cues_delivered'],
  slow_answers: ['slow_answers'],
  error_bursts: ['server_errors'],
  answer_lost: ['lost_answers'],
  throttled_200: ['masked_refusals'],
  shortage_warning: ['masked_refusals'],
  refund_lost_units: ['stock_conserved'],
  hold_stuck: ['holds_resolved'],
  mass_disconnect: ['mass_disconnect'],
  wrong_buyer: ['orders_private'],
};

/** What else a fault breaks: for these a failure is no false alarm. */
export const BESIDES: Readonly<Partial<Record<FaultName, readonly string[]>>> = {
  // The shelf's counter is wrong from then on, and so are the figures that are pushed.
  stock_race: ['stock_never_rises', 'no_undersell'],
  // Of what was taken twice, a refund gives back half.
  key_ignored: ['money_balances', 'refunds_kept'],
  captured_twice: ['keys_kept', 'refunds_kept'],
  // What is kept back when the show ends does not come any more.
  chat_reordered: ['chat_delivered'],
  chat_delayed: ['chat_delivered', 'cues_delivered'],
  // A buyer who is told of another's order pays for that, or is refused.
  wrong_buyer: ['no_lost_orders', 'no_ghost_orders', 'price_kept', 'keys_kept'],
};
