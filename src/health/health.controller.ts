import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ReadinessService, type Readiness } from './readiness.service.js';

/** The part of an Express response that is used here. */
interface StatusResponse {
  status(code: number): StatusResponse;
}

/** For load balancers and container engines. Not in the audit: nothing of the archive is shown. */
@Controller('health')
export class HealthController {
  constructor(@Inject(ReadinessService) private readonly service: ReadinessService) {}

  /** The process answers. Says nothing about the engine: starting it anew would not mend that. */
  @Get('live')
  @Header('Cache-Control', 'no-store')
  live(): { readonly isLive: true } {
    return { isLive: true };
  }

  /** 200 when searches can be answered, else 503, both with what was looked at. */
  @Get('ready')
  @Header('Cache-Control', 'no-store')
  async ready(@Res({ passthrough: true }) response: StatusResponse): Promise<Readiness> {
    const readiness = await this.service.readiness();
    response.status(readiness.isReady ? 200 : 503);
    return readiness;
  }
}
