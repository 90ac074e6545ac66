import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ShopService } from './shop.service.js';

@Controller()
export class HealthController {
  @Get('health')
  health(): string {
    return 'well';
  }
}

@Controller('api')
export class ShopController {
  constructor(private readonly shop: ShopService) {}

  @Get('users/:id')
  user(@Param('id') id: string) {
    return this.shop.findUser(id);
  }

  @Post('orders')
  order(@Body() body: { items: unknown[] }) {
    return { ordered: body.items.length };
  }

  @Get('locks/:id')
  lock(@Param('id') id: string) {
    return this.shop.waitForLock(id);
  }

  @Get('prices/:id')
  prices(@Param('id') id: string) {
    return this.shop.fetchPrices(id);
  }

  @Get('ranking/:id')
  ranking(@Param('id') id: string) {
    return { token: this.shop.makeToken(id) };
  }

  @Get('steps/:id')
  steps(@Param('id') id: string) {
    return this.shop.walkSteps(id);
  }
}
