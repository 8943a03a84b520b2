// Metrics for Prometheus: the process, the number of alerts, and the lag of detectors. They hold no tenant, client,
// user or number.
import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { ALERT_KINDS, type AlertKind } from '../../abuse/alerts/alert-kinds.js';
import { Alerts } from '../../abuse/alerts/alerts.repository.js';
import { FOLLOWERS } from '../../abuse/lag/lag.policy.js';
import { LagWatch } from '../../abuse/lag/lag-watch.js';
import { HighWater } from '../../platform/rollback/high-water.js';

@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  constructor(alerts: Alerts, lags: LagWatch, highWater: HighWater) {
    collectDefaultMetrics({ register: this.registry });
    this.registry.registerMetric(alertCounter(alerts));
    this.registry.registerMetric(lagGauge(lags));
    for (const gauge of rollbackGauges(highWater)) this.registry.registerMetric(gauge);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** @throws if the database does not answer. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}

function alertCounter(alerts: Alerts): Counter<'kind' | 'severity'> {
  return new Counter({
    name: 'countersign_alerts_total',
    help:
      'Alerts raised for all tenants, repetitions included. Read from the database, so every instance ' +
      'reports the same.',
    labelNames: ['kind', 'severity'],
    registers: [],
    async collect() {
      const totals = await alerts.totals();
      this.reset();
      for (const kind of Object.keys(ALERT_KINDS) as AlertKind[])
        this.inc({ kind, severity: ALERT_KINDS[kind].severity }, totals.get(kind) ?? 0);
    },
  });
}

function lagGauge(lags: LagWatch): Gauge<'follower'> {
  return new Gauge({
    name: 'countersign_lag_seconds',
    help: 'Age of the oldest unprocessed item: an event without a number, or an item that a detector has not read.',
    labelNames: ['follower'],
    registers: [],
    async collect() {
      const now = await lags.now();
      for (const follower of FOLLOWERS) this.set({ follower }, now[follower]);
    },
  });
}

function rollbackGauges(highWater: HighWater): Gauge[] {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(value());
      },
    });
  return [
    gauge(
      'countersign_database_behind',
      '1 while the database is older than before: no requests are served until `restore`.',
      () => Number(highWater.isBehind),
    ),
    gauge(
      'countersign_high_water_mark_kept',
      '0 while the high-water mark, by which a rollback is detected, cannot be written.',
      () => Number(highWater.isKept),
    ),
  ];
}
