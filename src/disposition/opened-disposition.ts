import type { OnApplicationShutdown } from '@nestjs/common';
import type { DispositionService } from './disposition.service.js';
import type { ErasureRequests } from './erasure-requests.service.js';
import { openDisposition, type DispositionParts, type OpenDisposition } from './open-disposition.js';
import type { PhysicalRemoval } from './physical-removal.js';

/** What a server reads dispositions with, and lets people decide with. It runs none itself: `DispositionProcesses` does. */
export class OpenedDisposition implements OnApplicationShutdown {
  private constructor(private readonly disposition: OpenDisposition) {}

  static async open(parts: DispositionParts): Promise<OpenedDisposition> {
    return new OpenedDisposition(await openDisposition(parts));
  }

  get service(): DispositionService {
    return this.disposition.service;
  }

  get removal(): PhysicalRemoval {
    return this.disposition.removal;
  }

  get requests(): ErasureRequests {
    return this.disposition.requests;
  }

  onApplicationShutdown(): Promise<void> {
    return this.disposition.close();
  }
}
