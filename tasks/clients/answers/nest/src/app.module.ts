import { Module } from '@nestjs/common';
import { HealthController, ShopController } from './shop.controller.js';
import { ShopService } from './shop.service.js';

@Module({ controllers: [HealthController, ShopController], providers: [ShopService] })
export class AppModule {}
