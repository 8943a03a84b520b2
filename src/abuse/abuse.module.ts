// Detectors, alerts, and the stops of look-ups and lists. It knows no feature.
import { Module } from '@nestjs/common';
import { AlertController } from './alerts/alert.controller.js';
import { AlertDeliveries } from './alerts/alert-deliveries.repository.js';
import { AlertService } from './alerts/alert.service.js';
import { Alerts } from './alerts/alerts.repository.js';
import { RowAlarm } from './alerts/row-alarm.js';
import { QueryCountRepository } from './harvest/query-count.repository.js';
import { UserListStops } from './harvest/user-list-stops.js';
import { UserQueries } from './harvest/user-queries.js';
import { QuarantineRepository } from './quarantine/quarantine.repository.js';
import { QuarantineService } from './quarantine/quarantine.service.js';
import { Quarantines } from './quarantine/quarantines.js';
import { CanaryNumberRepository } from './watch/canary-number.repository.js';
import { EnrolmentObservations } from './watch/enrolment-observations.js';
import { WatchRepository } from './watch/watch.repository.js';

@Module({
  controllers: [AlertController],
  providers: [
    AlertDeliveries,
    Alerts,
    AlertService,
    CanaryNumberRepository,
    EnrolmentObservations,
    QuarantineRepository,
    QueryCountRepository,
    QuarantineService,
    Quarantines,
    RowAlarm,
    UserListStops,
    UserQueries,
    WatchRepository,
  ],
  exports: [
    AlertDeliveries,
    Alerts,
    CanaryNumberRepository,
    EnrolmentObservations,
    QuarantineService,
    Quarantines,
    QueryCountRepository,
    RowAlarm,
    UserListStops,
    UserQueries,
    WatchRepository,
  ],
})
export class AbuseModule {}
