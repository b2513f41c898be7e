import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { HealthResolver } from './health.resolver.js';
import { ReadinessService } from './readiness.service.js';

@Module({ controllers: [HealthController], providers: [HealthResolver, ReadinessService] })
export class HealthModule {}
