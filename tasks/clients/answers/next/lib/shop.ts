import { setTimeout as sleep } from 'node:timers/promises';

export interface Product {
  id: number;
  name: string;
}

const PRODUCTS: Product[] = Array.from({ length: 200_000 }, (_, id) => ({ id, name: `product ${(id * 7919) % 200_000}` }));

export async function findUser(id: string): Promise<{ id: string; name: string }> {
  await sleep(1);
  return { id, name: `user ${id}` };
}

export async function waitForLock(id: string): Promise<{ id: string; locked: boolean }> {
  await sleep(60); // <- timer
  return { id, locked: true };
}

export async function fetchPrices(id: string): Promise<unknown> {
  const response = await fetch(`${process.env.UPSTREAM}/prices/${id}`, { cache: 'no-store' }); // <- fetch
  return response.json();
}

export function rankProducts(): Product[] {
  return [...PRODUCTS].sort((a, b) => a.name.localeCompare(b.name)).slice(0, 10); // <- block
}

export async function walkSteps(id: string): Promise<{ total: number }> {
  let total = Number(id);
  for (let step = 0; step < 30; step += 1) {
    await sleep(2); // <- steps
    total += step;
  }
  return { total };
}
