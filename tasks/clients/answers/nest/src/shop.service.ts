import { Injectable } from '@nestjs/common';
import { pbkdf2Sync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

interface User {
  id: string;
  name: string;
}

@Injectable()
export class ShopService {
  async findUser(id: string): Promise<User> {
    await sleep(1);
    return { id, name: `user ${id}` };
  }

  async waitForLock(id: string): Promise<{ id: string; locked: boolean }> {
    await sleep(60); // <- timer
    return { id, locked: true };
  }

  async fetchPrices(id: string): Promise<unknown> {
    const response = await fetch(`${process.env.UPSTREAM}/prices/${id}`); // <- fetch
    return response.json();
  }

  makeToken(id: string): string {
    return pbkdf2Sync(id, 'salt', 250_000, 32, 'sha512').toString('hex'); // <- block
  }

  async walkSteps(id: string): Promise<{ total: number }> {
    let total = Number(id);
    for (let step = 0; step < 30; step += 1) {
      await sleep(2); // <- steps
      total += step;
    }
    return { total };
  }
}
