import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HoldsModule } from '../holds/holds.module.js';
import { ClockGuard } from './clock-guard.js';

const HOUR = 3_600_000;

/** Lets a running server look at the clock once an hour, so that only a real jump is one. For servers: a command runs for no hours. */
@Module({ imports: [HoldsModule] })
export class ClockHeartbeatModule implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | null = null;

  constructor(@Inject(ClockGuard) private readonly guard: ClockGuard) {}

  /** A look that fails is made up for by the next one; whoever destroys looks for themselves. */
  async onModuleInit(): Promise<void> {
    const look = (): Promise<unknown> => this.guard.look().catch(() => undefined);
    this.timer = setInterval(() => void look(), HOUR).unref();
    await look();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer ?? undefined);
  }
}
